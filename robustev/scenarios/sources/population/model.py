"""The distribution of population ``horizon`` years on, and of the demand that follows it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import FloatArray, frozen
from robustev.data.geometry import zone_points
from robustev.data.population import AgeGroup, PopulationHistory
from robustev.data.region import Region
from robustev.scenarios.field import GaussianField, exponential_field
from robustev.scenarios.sampling import RandomNumbers
from robustev.scenarios.sources.base import DemandDistribution, Sample
from robustev.scenarios.sources.population.errors import Errors, standardised
from robustev.scenarios.sources.population.growth import COMMON, PastGrowth
from robustev.scenarios.sources.population.need import ChargingNeed, people_to_demand

MODES = ("mode 0", "mode 1", "mode 2", "mode 3")
MAPS = ("first map", "second map", "angle")
TREND = ("growth_persistence", "zone_persistence", "total_error")


@dataclass(frozen=True, eq=False)
class Uncertain:
    """Which uncertainties take part; leaving one out shows what it is worth."""

    errors: Errors = "field"
    trend: bool = True
    migration: bool = True


@dataclass(frozen=True, eq=False)
class PopulationModel(DemandDistribution):
    """Scenarios of population and demand; see `robustev.scenarios.sources.population.growth`.

    Parameters
    ----------
    median
        Shape (zones,): log population without any trend, -inf where nobody lives.
    horizon
        Years from the base to the target.
    shares
        Shape (zones, groups): share of each age group among a zone's people.
    """

    region: Region
    growth: PastGrowth
    median: FloatArray
    horizon: float
    uncertain: Uncertain
    charging: ChargingNeed | None
    field: GaussianField | None
    groups: tuple[AgeGroup, ...]
    shares: FloatArray

    @classmethod
    def prepare(
        cls,
        region: Region,
        history: PopulationHistory,
        growth: PastGrowth,
        horizon: float,
        uncertain: Uncertain,
        charging: ChargingNeed | None,
    ) -> PopulationModel:
        """Return the distribution in the region; zones without a base figure have nobody.

        ``history`` is the past as far as it is used: age shares are those of its last year.
        """
        field = None
        if uncertain.errors != "bootstrap":
            nugget = 1.0 if uncertain.errors == "independent" else growth.errors.nugget
            field = exponential_field(zone_points(region), growth.errors.range, nugget)
        with np.errstate(divide="ignore"):
            median = np.log(np.nan_to_num(growth.base))
        shares = group_shares(history.people, len(history.groups))
        return cls(region, growth, frozen(median), horizon, uncertain, charging, field,
                   history.groups, shares)  # fmt: skip

    @property
    def leading(self) -> tuple[str, ...]:
        """The persistence of growth, the error of the total, the leading modes or past maps."""
        return (*TREND, *self._patterns)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed of growth."""
        if self.field is None and len(self.growth.maps) == 1:
            return (*self.growth.notes, "one past map of errors: every scenario has its pattern")
        return self.growth.notes

    @property
    def _patterns(self) -> tuple[str, ...]:
        return MAPS if self.field is None else MODES[: self.field.num_modes]

    def people(self, numbers: RandomNumbers) -> tuple[FloatArray, dict[str, FloatArray]]:
        """Return population, shape (scenarios, zones), and the drivers behind it."""
        mean, spread = self.growth.persistence
        own = np.clip(mean + spread * self._trend(numbers, "zone_persistence"), 0.0, 1.0)
        common = np.clip(COMMON[0] + COMMON[1] * self._trend(numbers, "growth_persistence"), 0, 1.5)
        size = self.growth.errors.factor(self.horizon)
        shift = size * self.growth.errors.total_spread * self._trend(numbers, "total_error")
        shift += self.horizon * common * self.growth.region_rate
        logs = self.median + shift[:, None]
        if self.uncertain.migration:
            apart = self.horizon * (self.growth.rate - self.growth.region_rate)
            logs += (common * own)[:, None] * apart
            logs += size * self.growth.errors.spread * self._error_maps(numbers)
        people = np.exp(logs)
        drivers = {
            "zone_persistence": own, "growth_persistence": common,
            "total_population": people.sum(axis=1),
        }  # fmt: skip
        return people, drivers

    def sample(self, numbers: RandomNumbers) -> Sample:
        """Return demand and drivers for every scenario in ``numbers``."""
        people, drivers = self.people(numbers)
        by_group = people[:, :, None] * self.shares
        demand = people_to_demand(by_group, self.region, self.charging, self.groups)
        return Sample(demand, drivers)

    def _trend(self, numbers: RandomNumbers, name: str) -> FloatArray:
        drawn = numbers.normal(name)
        return drawn if self.uncertain.trend else np.zeros(drawn.shape)

    def _error_maps(self, numbers: RandomNumbers) -> FloatArray:
        if self.field is not None:
            return self.growth.errors.marginal(self.field.sample(numbers, self._patterns))
        maps = standardised(self.growth.maps)
        uniform = numbers.uniforms(MAPS)
        one, two = (np.minimum((uniform[:, :2] * len(maps)).astype(int), len(maps) - 1)).T
        angle = 2.0 * np.pi * uniform[:, 2:3]
        return np.asarray(np.cos(angle) * maps[one] + np.sin(angle) * maps[two])


def group_shares(people: FloatArray, num_groups: int) -> FloatArray:
    """Return each group's share of its zone at the last figures, shape (zones, groups)."""
    last = np.nan_to_num(people[-1])
    total = last.sum(axis=1, keepdims=True)
    share = np.full_like(last, 1.0 / num_groups)
    return np.asarray(np.divide(last, total, out=share, where=total > 0))
