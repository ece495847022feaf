"""Scenarios from cohort change between two censuses by age."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from robustev.core.arrays import FloatArray
from robustev.core.errors import Fault, InputError
from robustev.core.settings import Settings
from robustev.data.population import AgeGroup
from robustev.data.region import Region
from robustev.scenarios.field import GaussianField
from robustev.scenarios.sampling import RandomNumbers
from robustev.scenarios.sources.base import REGISTER, DemandDistribution, Sample, Source
from robustev.scenarios.sources.population.errors import ErrorModel
from robustev.scenarios.sources.population.need import ChargingNeed, people_to_demand
from robustev.scenarios.sources.population.source import known_population

if TYPE_CHECKING:
    from robustev.data.population import PopulationHistory

MODES = ("mode 0", "mode 1", "mode 2", "mode 3")


class TotalControl(Settings):
    """A projection of the region's whole population, which zones are made to add up to."""

    people: float = Field(gt=0)
    """Its median."""
    spread: float = Field(0.02, ge=0)
    """Standard deviation of its logarithm."""


@dataclass(frozen=True, eq=False)
class CohortModel(DemandDistribution):
    """People by age, shape (zones, groups), with errors by zone, and the total controlled."""

    region: Region
    people: FloatArray
    groups: tuple[AgeGroup, ...]
    errors: ErrorModel
    horizon: int
    control: TotalControl | None
    charging: ChargingNeed | None
    field: GaussianField
    notes: tuple[str, ...] = ()

    @property
    def leading(self) -> tuple[str, ...]:
        """The error of the total, and the leading modes."""
        return ("total_error", *self._modes)

    @property
    def _modes(self) -> tuple[str, ...]:
        return MODES[: self.field.num_modes]

    def sample(self, numbers: RandomNumbers) -> Sample:
        """Return demand and total population of every scenario in ``numbers``."""
        size = self.errors.factor(self.horizon)
        own = size * self.errors.spread * self.errors.marginal(
            self.field.sample(numbers, self._modes)
        )  # fmt: skip
        people = np.exp(own)[:, :, None] * self.people
        drawn = numbers.normal("total_error")
        median, spread = float(self.people.sum()), size * self.errors.total_spread
        if self.control is not None:
            median, spread = self.control.people, self.control.spread
        total = median * np.exp(spread * drawn)
        people *= (total / people.sum(axis=(1, 2)))[:, None, None]
        demand = people_to_demand(people, self.region, self.charging, self.groups)
        return Sample(demand, {"total_population": total})


@REGISTER.add
class CohortSource(Source):
    """Scenarios from cohort-change ratios (Hamilton-Perry): each cohort goes on as it has.

    Needs the region's past population by age in two censuses; the horizon is the time between
    them.
    """

    kind: Literal["cohorts"] = "cohorts"
    last_year: int | None = None
    """Last year of the past that is used; absent for all."""
    prior: float = Field(500.0, ge=0)
    """Ratios of a zone are drawn towards the region's as if so many more people of each group had
    behaved like the region."""
    errors_of: ErrorModel | None = None
    """How wrong zones are; absent, as far as growth between the censuses set zones apart."""
    control: TotalControl | None = None
    """A projection of the total that zones add up to."""
    charging: ChargingNeed | None = None
    """What a person charges, by age; absent, each zone keeps its reference demand per person."""

    example: ClassVar[dict[str, Any]] = {"prior": 500.0}

    def distribution(self, region: Region) -> DemandDistribution:
        """Return the distribution of demand one period after the last census."""
        from robustev.data.geometry import zone_points  # noqa: PLC0415
        from robustev.scenarios.field import exponential_field  # noqa: PLC0415
        from robustev.scenarios.sources.population.cohorts import project_cohorts  # noqa: PLC0415
        from robustev.scenarios.sources.population.growth import fit_growth  # noqa: PLC0415

        history = known_population(region, self.last_year, self.kind)
        start, end = _last_two(history, region.name)
        people, notes = project_cohorts(history, start, end, self.prior)
        points = zone_points(region)
        errors = self.errors_of or fit_growth(history, points).errors
        field = exponential_field(points, errors.range, errors.nugget)
        return CohortModel(
            region, people, history.groups, errors, end - start, self.control, self.charging,
            field, notes,
        )  # fmt: skip

    def uses_year(self, year: int) -> bool:
        """Return whether a year of the past goes into the scenarios."""
        return self.last_year is None or year <= self.last_year


def _last_two(history: PopulationHistory, region: str) -> tuple[int, int]:
    years = history.census_years
    if len(years) < 2:
        raise InputError([Fault("cohort change needs two censuses by age", region,
                                found=list(years))])  # fmt: skip
    return years[-2], years[-1]
