"""What a plan will ask of the machine, forecast by arithmetic, and the cheapest method by that.

Two instances of one size can differ tenfold, so a forecast is given as a range. It need only tell
which method is the quicker one where it matters, and seconds from hours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from robustev.core.formatting import rounded
from robustev.methods.base import METHODS
from robustev.methods.size import Regime, size_of
from robustev.model.instance import Instance

UNCERTAINTY = 4.0
"""Factor by which a forecast is widened to either side."""


@dataclass(frozen=True)
class EffortEstimate:
    """The size of one plan's model, and what each method should need for it.

    Parameters
    ----------
    variables, constraints
        Those of the extensive form.
    seconds, gigabytes
        By method.
    """

    scenarios: int
    arcs: int
    variables: int
    constraints: int
    regime: Regime
    seconds: Mapping[str, float]
    gigabytes: Mapping[str, float]

    @property
    def cheapest(self) -> str:
        """The method that should take the least time."""
        return min(self.seconds, key=lambda method: self.seconds[method])

    def span(self, method: str) -> tuple[float, float]:
        """Return the range of seconds in which ``method`` should finish."""
        return self.seconds[method] / UNCERTAINTY, self.seconds[method] * UNCERTAINTY

    def reason(self) -> str:
        """Return in words what the methods should take and why."""
        times = ", ".join(
            f"{method} {rounded(time, digits=2)} s"
            for time, method in sorted((time, method) for method, time in self.seconds.items())
        )
        return f"{times} by forecast; {self.arcs:,} assignment variables, {self.regime}"


def forecast(instance: Instance, gap: float) -> EffortEstimate:
    """Return the forecast for solving one instance to a relative ``gap``."""
    size = size_of(instance)
    efforts = {
        name: effort
        for name, method in METHODS.items()
        if method.accepts(instance) is None and (effort := method.estimate(size, gap)) is not None
    }
    return EffortEstimate(
        scenarios=size.scenarios,
        arcs=size.total,
        variables=size.variables,
        constraints=size.constraints,
        regime=size.regime,
        seconds={name: effort.seconds for name, effort in efforts.items()},
        gigabytes={name: effort.gigabytes for name, effort in efforts.items()},
    )
