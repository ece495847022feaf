"""Where people live at the horizon: growth, new households, migration, new towns, densification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import BoolArray, FloatArray
from robustev.data.region import Region
from robustev.scenarios.sources.drivers.areas import Area, crowding, residents
from robustev.scenarios.sources.drivers.config import DriverSettings, NewTown

Drivers = Mapping[str, FloatArray]


@dataclass(frozen=True, eq=False)
class Population:
    """The residents of a region, ready to be moved about.

    Parameters
    ----------
    today
        Shape (zones,): residents now, ``P0_j``.
    masks
        For every place that the drivers name, True for its zones.
    standard_crowding
        Shape (zones,): log crowding with mean 0 and deviation 1 over residents, cut at -2 and 2 so
        that lonely places stay sensible; None when densification plays no part.
    """

    source: DriverSettings
    today: FloatArray
    masks: Mapping[str, BoolArray]
    standard_crowding: FloatArray | None

    @classmethod
    def prepare(cls, source: DriverSettings, region: Region) -> Population:
        """Find the places that the drivers name in the region.

        Raises
        ------
        ConfigError
            If the region lacks what a place refers to.
        """
        places = [part.to for part in source.new_households]
        places += [place for move in source.migration for place in (move.source, move.to)]
        places += [town.at for town in source.new_town]
        places += [part.where for part in source.ageing]
        places += [part.where for part in source.income]
        masks = {place.describe(): place.mask(region) for place in places}
        pulled = source.densification.bounds() != (0.0, 0.0)
        today = residents(region)
        return cls(source, today, masks, _standardised(crowding(region), today) if pulled else None)

    def mask(self, place: Area) -> BoolArray:
        """Return True for the zones of a place that the drivers name."""
        return self.masks[place.describe()]

    def ratio(self, drivers: Drivers) -> FloatArray:
        """Return residents relative to today, ``P_js / P0_j``, shape (scenarios, zones).

        1 where nobody lives today. In this order: growth (less the shares sent to a place), new
        households, migration, new towns, densification at equal total.
        """
        people = self._grown(drivers)
        self._migrate(people, drivers)
        for town in self.source.new_town:
            people += (drivers[town.name] * self.today.sum())[:, None] * self._town_share(town)
        people = self._densified(people, drivers["densification"])
        return np.divide(people, self.today, out=np.ones_like(people), where=self.today > 0)

    def _grown(self, drivers: Drivers) -> FloatArray:
        growth = drivers["population_growth"]
        arrivals = np.maximum(growth, 0.0)
        # Several places may ask for more than there is; then all get less, in proportion.
        asked = sum((drivers[part.name] for part in self.source.new_households), 0.0 * growth)
        granted = 1.0 / np.maximum(asked, 1.0)
        people = (1.0 + growth - arrivals * asked * granted)[:, None] * self.today
        for part in self.source.new_households:
            number = arrivals * granted * drivers[part.name] * self.today.sum()
            people += number[:, None] * self._share(part.to)
        return people

    def _migrate(self, people: FloatArray, drivers: Drivers) -> None:
        for move in self.source.migration:
            share = drivers[move.name]
            for start, end, part in (
                (move.source, move.to, np.maximum(share, 0.0)),
                (move.to, move.source, np.maximum(-share, 0.0)),
            ):
                leaving = part[:, None] * people * self.mask(start)
                people += leaving.sum(axis=1)[:, None] * self._share(end) - leaving

    def _densified(self, people: FloatArray, pull: FloatArray) -> FloatArray:
        if self.standard_crowding is None:
            return people
        weighted = people * np.exp(pull[:, None] * self.standard_crowding)
        return np.asarray(weighted * (people.sum(axis=1) / weighted.sum(axis=1))[:, None])

    def _share(self, place: Area) -> FloatArray:
        """Return how people who come to a place spread over its zones: as its residents do."""
        weight = self.today * self.mask(place)
        if weight.sum() == 0:
            weight = self.mask(place).astype(np.float64)
        return np.asarray(weight / weight.sum())

    def _town_share(self, town: NewTown) -> FloatArray:
        inside = self.mask(town.at) & (self.today > 0)
        even = inside / max(int(inside.sum()), 1)
        return np.asarray(
            town.concentration * self._share(town.at) + (1.0 - town.concentration) * even
        )


def _standardised(values: FloatArray, weight: FloatArray) -> FloatArray:
    logs = np.log(np.maximum(values, 1e-300))
    centred = logs - np.average(logs, weights=weight)
    deviation = float(np.sqrt(np.average(centred**2, weights=weight)))
    if deviation == 0:
        return np.zeros_like(centred)
    return np.asarray(np.clip(centred / deviation, -2.0, 2.0))
