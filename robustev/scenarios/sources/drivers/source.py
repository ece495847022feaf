"""Scenarios from named demographic drivers, given by an expert with ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from robustev.scenarios.sources.base import REGISTER, DemandDistribution, Source
from robustev.scenarios.sources.drivers.config import DriverSettings

if TYPE_CHECKING:
    from robustev.data.region import Region


@REGISTER.add
class DriverSource(DriverSettings, Source):
    """Scenarios from named drivers, applied to the region's reference demand.

    Demand of zone j and type k is its reference demand times the relative change of residents, of
    EVs per resident, and of charging per EV. See ``scenarios/README.md`` for the formulas.
    All figures are changes between the reference and the planning horizon.
    """

    kind: Literal["drivers"] = "drivers"

    example: ClassVar[dict[str, Any]] = {
        "population_growth": [0.0, 0.03, 0.08],
        "ev_adoption": [1.0, 1.5, 2.5],
    }

    @classmethod
    def by_default(cls, region: Region) -> Self | None:
        """Return moderate, uncertain growth, which suits any region."""
        return cls.model_validate(cls.example)

    def distribution(self, region: Region) -> DemandDistribution:
        """Return the distribution of demand that the drivers' ranges make in the region."""
        from robustev.scenarios.sources.drivers.model import DriverModel  # noqa: PLC0415

        return DriverModel.prepare(self, region)
