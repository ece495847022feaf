"""What a simulation finds, as ``simulation/<plan>.json`` holds it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Verdict = Literal["kept", "undecided", "broken"]
"""Whether a promise holds: proven so, not decided by so many replications, or proven not to."""


class QueueDocument(BaseModel):
    """One queue: chargers of one kind at a station, for one demand type, in one scenario.

    ``wait``, ``late_share``, ``left_share`` and ``utilisation`` are means over all replications:
    minutes, share of drivers who wait longer than the promise's minutes, share who give up, share
    of the time that a charger is busy. ``value`` is what the promise limits, the mean wait or the
    late share, with an interval that holds for all queues together; ``formula`` the same by
    Erlang's formula where the load goes to the assigned station. ``p_value`` is that of "the
    promise is kept", corrected for all queues by Holm's method.
    """

    model_config = ConfigDict(frozen=True)

    site: str
    kind: str
    type: str
    scenario: str
    chargers: int
    arrivals: float
    drivers: int
    wait: float | None
    late_share: float | None
    left_share: float | None
    utilisation: float
    value: float | None
    low: float | None
    high: float | None
    formula: float | None
    p_value: float
    verdict: Verdict


class CaseDocument(BaseModel):
    """One simulation: what was simulated, whether the promise holds, and every queue.

    ``drivers`` are those who were counted, in all replications.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    title: str
    drivers: int
    wait: float | None
    late_share: float | None
    left_share: float | None
    stations: int
    kept: int
    broken: int
    queues: tuple[QueueDocument, ...]

    @property
    def undecided(self) -> int:
        """Stations of which neither is proven."""
        return self.stations - self.kept - self.broken


class SimulationDocument(BaseModel):
    """What the simulation of a plan finds, case by case; the promise itself is the first."""

    model_config = ConfigDict(frozen=True)

    plan: str
    promise: str
    minutes: float
    share: float | None
    confidence: float
    seed: int
    hours: float
    warm_up: float
    replications: int
    scenarios: int
    cases: tuple[CaseDocument, ...]
