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
from robustev.scenarios.distribution import Sample
from robustev.scenarios.field import GaussianField, exponential_field
from robustev.scenarios.sampling import Draws
from robustev.scenarios.sources.drivers.config import DriverSource
from robustev.scenarios.sources.drivers.population import Drivers, Population


@dataclass(frozen=True, eq=False)
class DriverForecast:
    """The forecast distribution of a :class:`DriverSource` in a region; make it with `prepare`.

    Parameters
    ----------
    population
        How residents move.
    correlation
        The Gaussian copula between drivers.
    noise
        The field of local deviations, or None.
    """

    source: DriverSource
    region: Region
    population: Population
    correlation: Correlation
    noise: GaussianField | None

    @classmethod
    def prepare(cls, source: DriverSource, region: Region) -> DriverForecast:
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
    def dimensions(self) -> int:
        """One leading number per driver, then the leading modes of the local noise."""
        return len(self.source.variates()) + self._leading_modes

    @property
    def notes(self) -> tuple[str, ...]:
        """That demand stands in for residents, where it does, and repairs of correlations."""
        if self.region.zones.population is not None:
            return self.correlation.repairs
        stand_in = "no population figures: reference demand stands in for residents"
        return (stand_in, *self.correlation.repairs)

    @property
    def _leading_modes(self) -> int:
        noise = self.source.local_noise
        return min(noise.leading_modes, self.noise.num_modes) if noise and self.noise else 0

    def sample(self, draws: Draws) -> Sample:
        """Return demand and driver values for every scenario in ``draws``."""
        drivers = self.driver_values(draws.leading)
        factor = self._explained(drivers)
        if self.noise is not None:
            factor *= self._local_factor(self.noise, draws, drivers["local_noise"])
        return Sample(self._by_type(factor, drivers), drivers)

    def central(self, fixed: Mapping[str, float]) -> tuple[FloatArray, dict[str, float]]:
        """Return demand, shape (1, zones, types), and drivers with some of them ``fixed``.

        The other drivers stand at their medians, and there is no local noise.
        """
        middle = self.driver_values(np.full((1, self.dimensions), 0.5))
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

    def driver_values(self, leading: FloatArray) -> dict[str, FloatArray]:
        """Return the value of every driver, each of shape (scenarios,), from leading numbers."""
        variates = self.source.variates()
        uniform = correlate(leading[:, : len(variates)], self.correlation.matrix)
        return {name: variate.quantile(uniform[:, d]) for d, (name, variate) in enumerate(variates)}

    def _local_factor(self, noise: GaussianField, draws: Draws, spread: FloatArray) -> FloatArray:
        first = len(self.source.variates())
        maps = noise.sample(draws, slice(first, first + self._leading_modes))
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


def _correlation(source: DriverSource) -> Correlation:
    names = [name for name, _ in source.variates()]
    matrix = np.eye(len(names))
    for pair in source.correlations:
        a, b = (names.index(name) for name in pair.between)
        matrix[a, b] = matrix[b, a] = pair.value
    return checked_correlation(matrix, "correlations between drivers", names)


def _noise_field(source: DriverSource, region: Region) -> GaussianField | None:
    noise = source.local_noise
    if noise is None or noise.spread.bounds() == (0.0, 0.0):
        return None
    points = zone_points(region)
    return exponential_field(points, noise.range_share * extent(points), noise.nugget)
