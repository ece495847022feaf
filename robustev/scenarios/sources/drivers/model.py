"""From named drivers to zone demand: residents x EVs per resident x charging per EV.

With reference demand ``D0_jk`` and residents ``P0_j``, scenario ``s`` has

    D_jks = D0_jk  (P_js / P0_j)  a_s  o_js  h_js  w_jks  exp(sigma_s F_js - sigma_s^2 / 2)

``P_js`` residents after growth, new households, migration, new towns and densification;
``a_s`` adoption x charging need; ``o_js`` the effect of income, ``(1 + growth)^elasticity``;
``h_js`` the effect of ageing, ``1 - share (1 - need_ratio)``; ``w_jks`` the shift between types,
which keeps the zone's total; ``F`` a Gaussian field with correlation in space.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.core.errors import ConfigError, nearest_name
from robustev.data.geometry import extent, zone_points
from robustev.data.region import Region
from robustev.scenarios.correlation import Correlation, checked_correlation, correlate
from robustev.scenarios.field import GaussianField, exponential_field
from robustev.scenarios.sampling import RandomNumbers
from robustev.scenarios.sources.base import DemandDistribution, Sample
from robustev.scenarios.sources.drivers.config import DriverSettings
from robustev.scenarios.sources.drivers.population import Drivers, Population


@dataclass(frozen=True, eq=False)
class DriverModel(DemandDistribution):
    """The distribution of demand that drivers make in a region; build it with `prepare`.

    Parameters
    ----------
    population
        How residents move.
    correlation
        The Gaussian copula between drivers.
    noise
        The field of local deviations, or None.
    """

    source: DriverSettings
    region: Region
    population: Population
    correlation: Correlation
    noise: GaussianField | None

    @classmethod
    def prepare(cls, source: DriverSettings, region: Region) -> DriverModel:
        """Tie the drivers to a region.

        Raises
        ------
        ConfigError
            If the region lacks what the drivers refer to: groups, coordinates or demand types.
        InputError
            If the correlations between drivers contradict each other.
        """
        for shift in source.types:
            if shift.type not in region.types:
                near = nearest_name(shift.type, region.types)
                hint = f" (is {near!r} meant?)" if near else ""
                raise ConfigError(
                    f"region {region.name!r} has no demand type {shift.type!r}{hint}; "
                    f"it has: {', '.join(region.types)}"
                )
        population = Population.prepare(source, region)
        return cls(source, region, population, _correlation(source), _noise_field(source, region))

    @property
    def leading(self) -> tuple[str, ...]:
        """One number per driver, and one for each leading mode of the local noise."""
        unused = self.source.mode_names()[len(self._modes) :]
        return tuple("" if name in unused else name for name in self.source.leading())

    @property
    def notes(self) -> tuple[str, ...]:
        """That demand stands in for residents, where it does, and repairs of correlations."""
        if self.region.zones.population is not None:
            return self.correlation.repairs
        stand_in = "no population figures: reference demand stands in for residents"
        return (stand_in, *self.correlation.repairs)

    @property
    def _modes(self) -> tuple[str, ...]:
        """Names of the leading modes that the field has."""
        return self.source.mode_names()[: self.noise.num_modes] if self.noise else ()

    def sample(self, numbers: RandomNumbers) -> Sample:
        """Return demand and driver values for every scenario in ``numbers``."""
        drivers = self.driver_values(numbers.uniforms(self._drivers))
        factor = self._explained(drivers)
        if self.noise is not None:
            factor *= self._local_factor(self.noise, numbers, drivers["local_noise"])
        return Sample(self._by_type(factor, drivers), drivers)

    def with_drivers(self, fixed: Mapping[str, float]) -> tuple[FloatArray, dict[str, float]]:
        """Return demand, shape (1, zones, types), and drivers with some of them ``fixed``.

        The other drivers stand at their medians, and there is no local noise.

        Raises
        ------
        ConfigError
            If the source has no such driver, or the value makes no sense.
        """
        for name, value in fixed.items():
            self._refuse_fixed(name, value)
        middle = self.driver_values(np.full((1, len(self._drivers)), 0.5))
        drivers = middle | {name: np.array([value]) for name, value in fixed.items()}
        demand = self._by_type(self._explained(drivers), drivers)
        return demand, {name: float(values[0]) for name, values in drivers.items()}

    def _explained(self, drivers: Drivers) -> FloatArray:
        """Return demand relative to the reference, without local noise, (scenarios, zones)."""
        factor = self.population.ratio(drivers)
        factor *= (drivers["ev_adoption"] * drivers["charging_need"])[:, None]
        for income in self.source.income:
            richer = (1.0 + drivers[income.name]) ** income.elasticity
            factor[:, self.population.mask(income.where)] *= richer[:, None]
        for ageing in self.source.ageing:
            older = 1.0 - drivers[ageing.name] * (1.0 - ageing.need_ratio)
            factor[:, self.population.mask(ageing.where)] *= older[:, None]
        return factor

    def _refuse_fixed(self, name: str, value: float) -> None:
        if name not in self._drivers:
            near = nearest_name(name, self._drivers)
            hint = f" (is {near!r} meant?)" if near else ""
            raise ConfigError(f"names an unknown driver {name!r}{hint}")
        low, high = self.source.limits(name)
        if not low <= value <= high:
            raise ConfigError(f"{name} = {value:g}, but only {low:g} to {high:g} makes sense")

    @property
    def _drivers(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.source.distributions())

    def driver_values(self, uniform: FloatArray) -> dict[str, FloatArray]:
        """Return the value of every driver, each of shape (scenarios,).

        ``uniform`` has shape (scenarios, drivers): independent numbers in (0, 1).
        """
        tied = correlate(uniform, self.correlation.matrix)
        given = self.source.distributions()
        return {name: one.quantile(tied[:, d]) for d, (name, one) in enumerate(given)}

    def _local_factor(
        self, noise: GaussianField, numbers: RandomNumbers, spread: FloatArray
    ) -> FloatArray:
        maps = noise.sample(numbers, self._modes)
        maps *= spread[:, None]
        maps -= 0.5 * spread[:, None] ** 2
        return np.exp(maps, out=maps)

    def _by_type(self, factor: FloatArray, drivers: Drivers) -> FloatArray:
        demand = factor[:, :, None] * self.region.demand
        if not self.source.types:
            return demand
        total = demand.sum(axis=2)
        for shift in self.source.types:
            k = self.region.types.index(shift.type)
            demand[:, :, k] *= np.exp(drivers[f"shift_{shift.type}"])[:, None]
        shifted = demand.sum(axis=2)
        ratio = np.divide(total, shifted, out=np.ones_like(total), where=shifted > 0)
        return np.asarray(demand * ratio[:, :, None])


def _correlation(source: DriverSettings) -> Correlation:
    names = [name for name, _ in source.distributions()]
    matrix = np.eye(len(names))
    for pair in source.correlations:
        a, b = (names.index(name) for name in pair.between)
        matrix[a, b] = matrix[b, a] = pair.value
    return checked_correlation(matrix, "correlations between drivers", names)


def _noise_field(source: DriverSettings, region: Region) -> GaussianField | None:
    noise = source.local_noise
    if noise is None or noise.spread.bounds() == (0.0, 0.0):
        return None
    points = zone_points(region)
    return exponential_field(points, noise.range_share * extent(points), noise.nugget)
