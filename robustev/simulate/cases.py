"""What is simulated: the promise as it was made, then what it leaves out, each thing apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from robustev.simulate.config import Drivers, ServiceTimes, SimulationConfig


@dataclass(frozen=True)
class Case:
    """One simulation.

    Parameters
    ----------
    name, title
        Its name for programs, and what is simulated, in words.
    times
        Service times by kind; kinds left out have exponential ones with the mean of the promise.
    profile
        Relative arrivals in equal parts of a day; empty for a peak that goes on and on.
    drivers
        Where drivers go.
    patience
        Mean minutes until a waiting driver gives up; None for never.
    """

    name: str
    title: str
    times: Mapping[str, ServiceTimes] = field(default_factory=dict)
    profile: tuple[float, ...] = ()
    drivers: Drivers = "assigned"
    patience: float | None = None

    @property
    def is_network(self) -> bool:
        """Whether queues depend on each other, as drivers choose among stations."""
        return self.drivers == "quickest"


PROMISE = Case("promise", "stationary peak, exponential service, assigned station")


def cases_of(config: SimulationConfig, kinds: tuple[str, ...]) -> list[Case]:
    """Return the cases that the options ask for, that of the promise first, all together last."""
    given = config.service_times
    times = dict.fromkeys(kinds, given) if isinstance(given, ServiceTimes) else dict(given or {})
    apart: dict[str, tuple[str, dict[str, object]]] = {
        "rerouting": ("drivers go where travel and wait are least", {"drivers": "quickest"}),
        "measured": ("measured service times", {"times": times}),
        "day": ("arrivals ramp up to the peak and down again", {"profile": config.profile}),
        "patience": ("drivers who wait give up", {"patience": config.patience}),
    }
    asked = {
        "rerouting": config.speed is not None,
        "measured": bool(times),
        "day": bool(config.profile),
        "patience": config.patience is not None,
    }
    cases, together = [PROMISE], dict[str, object]()
    for name, (title, change) in apart.items():
        if asked[name]:
            cases.append(Case(name, title, **change))  # type: ignore[arg-type]
            together |= change
    if len(cases) > 2:
        cases.append(Case("together", "all of these at once", **together))  # type: ignore[arg-type]
    return cases
