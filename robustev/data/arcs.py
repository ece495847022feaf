"""Arcs between zones and sites: travel is sparse from birth.

An arc is a zone-site pair with a travel cost. The set is kept once, sorted by zone and then by
site, with an index by site, so that both a pass over every zone's sites and a pass over every
site's zones read memory in order. The dense case is the one in which all arcs exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from robustev.core.arrays import BoolArray, FloatArray, IntArray, frozen


@dataclass(frozen=True, eq=False)
class Arcs:
    """Zone-site pairs with a travel cost, sorted by zone and then by site.

    Build them with :meth:`of_pairs` or :meth:`of_matrix`.

    Parameters
    ----------
    num_sites, num_zones
        Numbers of sites and zones, also of those without any arc.
    zone, site
        Shape (arcs,): the two ends of each arc.
    cost
        Shape (arcs,): travel cost ``t_ij`` of one demand unit; finite.
    """

    num_sites: int
    num_zones: int
    zone: IntArray
    site: IntArray
    cost: FloatArray

    @classmethod
    def of_pairs(
        cls, num_sites: int, num_zones: int, zone: IntArray, site: IntArray, cost: FloatArray
    ) -> Arcs:
        """Return the arcs of pairs in any order, all of shape (arcs,); infinite costs are no arcs.

        Raises
        ------
        ValueError
            If a pair stands there twice, or a cost is no number.
        """
        _check_numbers(cost)
        finite = np.isfinite(cost)
        zone, site, cost = zone[finite], site[finite], cost[finite]
        order = np.lexsort((site, zone))
        zone, site, cost = zone[order], site[order], cost[order]
        twice = (np.diff(zone) == 0) & (np.diff(site) == 0)
        if twice.any():
            first = int(np.argmax(twice))
            raise ValueError(f"zone {zone[first]} and site {site[first]} stand there twice")
        return cls(num_sites, num_zones, zone, site, cost)

    @classmethod
    def of_matrix(cls, travel: FloatArray) -> Arcs:
        """Return the arcs of a matrix, shape (sites, zones), infinite where there is none.

        Raises
        ------
        ValueError
            If a cost is no number.

        >>> Arcs.of_matrix(np.array([[1.0, np.inf], [2.0, 3.0]])).site.tolist()
        [0, 1, 1]
        """
        _check_numbers(travel)
        zone, site = np.nonzero(np.isfinite(travel).T)
        return cls(travel.shape[0], travel.shape[1], zone, site, travel[site, zone])

    def __post_init__(self) -> None:
        object.__setattr__(self, "zone", frozen(self.zone, np.int64))
        object.__setattr__(self, "site", frozen(self.site, np.int64))
        object.__setattr__(self, "cost", frozen(self.cost, np.float64))

    def __len__(self) -> int:
        return len(self.cost)

    @property
    def is_complete(self) -> bool:
        """Whether every zone has an arc to every site."""
        return len(self) == self.num_sites * self.num_zones

    @cached_property
    def zone_start(self) -> IntArray:
        """Where each zone's arcs begin, shape (zones + 1,)."""
        return np.asarray(np.searchsorted(self.zone, np.arange(self.num_zones + 1)))

    @property
    def cut_off(self) -> IntArray:
        """The zones that have no arc, shape (some,)."""
        return np.flatnonzero(np.diff(self.zone_start) == 0)

    @cached_property
    def by_site(self) -> IntArray:
        """The arcs sorted by site and then by zone, shape (arcs,)."""
        return np.asarray(np.argsort(self.site, kind="stable"))

    @cached_property
    def site_start(self) -> IntArray:
        """Where each site's arcs begin in :attr:`by_site`, shape (sites + 1,)."""
        return np.asarray(np.searchsorted(self.site[self.by_site], np.arange(self.num_sites + 1)))

    def zone_minimum(self, values: FloatArray, otherwise: float = np.inf) -> FloatArray:
        """Return the least of ``values``, shape (arcs,), among each zone's arcs, shape (zones,).

        >>> arcs = Arcs.of_matrix(np.array([[1.0, np.inf], [2.0, np.inf]]))
        >>> arcs.zone_minimum(arcs.cost).tolist()
        [1.0, inf]
        """
        least = np.full(self.num_zones, otherwise)
        filled = np.flatnonzero(np.diff(self.zone_start))
        if len(filled):
            least[filled] = np.minimum.reduceat(values, self.zone_start[filled])
        return least

    def zone_sum(self, values: FloatArray) -> FloatArray:
        """Return the sum of ``values``, shape (arcs,), over each zone's arcs, shape (zones,)."""
        return np.asarray(np.bincount(self.zone, values, self.num_zones), dtype=np.float64)

    def site_sum(self, values: FloatArray) -> FloatArray:
        """Return the sum of ``values``, shape (arcs,), over each site's arcs, shape (sites,)."""
        return np.asarray(np.bincount(self.site, values, self.num_sites), dtype=np.float64)

    def index(self, zone: IntArray, site: IntArray) -> IntArray:
        """Return the numbers of the arcs with these ends, which must be arcs; all shape (n,).

        >>> arcs = Arcs.of_matrix(np.array([[1.0, np.inf], [2.0, 3.0]]))
        >>> arcs.index(np.array([1, 0]), np.array([1, 0])).tolist()
        [2, 0]
        """
        key = zone * self.num_sites + site
        return key if self.is_complete else np.searchsorted(self._key, key)

    @cached_property
    def _key(self) -> IntArray:
        """A number that grows from arc to arc, shape (arcs,)."""
        return self.zone * self.num_sites + self.site

    def take(self, chosen: BoolArray) -> Arcs:
        """Return the arcs that are ``chosen``, shape (arcs,)."""
        return Arcs(
            self.num_sites, self.num_zones, self.zone[chosen], self.site[chosen], self.cost[chosen]
        )

    def with_cost(self, cost: FloatArray) -> Arcs:
        """Return the same arcs at other costs, shape (arcs,)."""
        return Arcs(self.num_sites, self.num_zones, self.zone, self.site, cost)

    def nearest(self, count: int) -> Arcs:
        """Return each zone's ``count`` cheapest arcs, and those that cost as much as the last."""
        if np.diff(self.zone_start).max(initial=0) <= count:
            return self
        order = np.lexsort((self.cost, self.zone))
        last = self.zone_start[:-1] + np.minimum(np.diff(self.zone_start), count) - 1
        limit = np.full(self.num_zones, np.inf)
        filled = np.diff(self.zone_start) > 0
        limit[filled] = self.cost[order][last[filled]]
        return self.take(self.cost <= limit[self.zone])

    def within(self, most: float) -> Arcs:
        """Return the arcs that cost no more than ``most``."""
        return self.take(self.cost <= most)

    def matrix(self) -> FloatArray:
        """Return travel costs as a matrix, shape (sites, zones), infinite where there is no arc."""
        travel = np.full((self.num_sites, self.num_zones), np.inf)
        travel[self.site, self.zone] = self.cost
        return travel


def _check_numbers(cost: FloatArray) -> None:
    if np.isnan(cost).any():
        raise ValueError("a travel cost is no number")
