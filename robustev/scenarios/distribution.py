"""What every source of scenarios offers: draws in, demand out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from robustev.core.arrays import FloatArray
from robustev.scenarios.sampling import Draws


@dataclass(frozen=True, eq=False)
class Sample:
    """Some scenarios' demand, shape (scenarios, zones, types), and the drivers behind each."""

    demand: FloatArray
    drivers: Mapping[str, FloatArray] = field(default_factory=dict)


class ForecastDistribution(Protocol):
    """A distribution over demand maps."""

    @property
    def dimensions(self) -> int:
        """How many leading numbers a scenario needs; the sampling method spreads these evenly."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What was repaired or assumed in making it, in words."""
        ...

    def sample(self, draws: Draws) -> Sample:
        """Return the scenarios made from ``draws``."""
        ...
