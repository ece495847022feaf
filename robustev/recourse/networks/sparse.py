"""A network as a list of arcs: no step takes longer than a sort of the arcs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.data.arcs import Arcs
from robustev.recourse.covers import FlowCovers
from robustev.recourse.networks.base import INTEGRAL, NUM_DISTINCT, Network, is_binary, margin


@dataclass(frozen=True, eq=False)
class SparseNetwork(Network):
    """A network whose places are its arcs, zone by zone.

    Parameters
    ----------
    pairs
        The zone-site pairs, each with the cost of one unit.
    """

    pairs: Arcs
    ceiling: float | FloatArray

    @property
    def arcs(self) -> Arcs:
        """The arcs, in the order of :class:`~robustev.data.arcs.Arcs`."""
        return self.pairs

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of sites and zones."""
        return self.arcs.num_sites, self.arcs.num_zones

    def phase_one(self) -> SparseNetwork:
        """Return the network on which cost counts unserved units."""
        return SparseNetwork(self.arcs.with_cost(np.zeros(len(self.arcs))), 1.0)

    def surcharged(self, covers: FlowCovers, multiplier: FloatArray) -> SparseNetwork:
        """Return the network with the surcharges of flow covers added to its costs."""
        extra = covers.surcharge_on(multiplier, self.arcs.site, self.arcs.zone)
        return SparseNetwork(self.arcs.with_cost(self.arcs.cost + extra), self.ceiling)

    def of_bundles(
        self, price: FloatArray, demand: FloatArray, ceiling: FloatArray
    ) -> SparseNetwork:
        """Return the network on which a unit is all of a zone's demand, rents included."""
        site, zone = self.arcs.site, self.arcs.zone
        rent = np.einsum("ak,ak->a", price[site], demand[zone])
        cost = self.arcs.cost * demand.sum(axis=1)[zone] + rent
        return SparseNetwork(self.arcs.with_cost(cost), ceiling)

    def part(self, sites: IntArray, zones: IntArray) -> SparseNetwork:
        """Return the network of some sites and zones."""
        if (len(sites), len(zones)) == self.shape:
            return self
        number_of_site, number_of_zone = (
            _numbers(kept, count) for kept, count in zip((sites, zones), self.shape, strict=True)
        )
        site, zone = number_of_site[self.arcs.site], number_of_zone[self.arcs.zone]
        kept = (site >= 0) & (zone >= 0)
        arcs = Arcs(len(sites), len(zones), zone[kept], site[kept], self.arcs.cost[kept])
        ceiling = self.ceiling if np.ndim(self.ceiling) == 0 else np.asarray(self.ceiling)[zones]
        return SparseNetwork(arcs, ceiling)

    def _reduced(self, price: FloatArray) -> FloatArray:
        """Return ``t_ij + u_i``, shape (arcs,)."""
        return np.asarray(self.arcs.cost + price[self.arcs.site])

    def zone_values(self, price: FloatArray, x: FloatArray) -> FloatArray:
        """Return the best zone values ``v`` for prices ``u`` at openings ``x``."""
        arcs, opened = self.arcs, x > INTEGRAL
        reduced = self._reduced(price)
        if is_binary(x):
            reduced[~opened[arcs.site]] = np.inf
            return np.asarray(np.minimum(arcs.zone_minimum(reduced), self.ceiling))
        kept = np.flatnonzero(opened[arcs.site])
        kept = kept[np.lexsort((reduced[kept], arcs.zone[kept]))]
        zone = arcs.zone[kept]
        share = np.cumsum(x[arcs.site[kept]])
        before = np.append(0.0, share)[np.searchsorted(zone, np.arange(arcs.num_zones))]
        filled = np.flatnonzero(share - before[zone] >= 1.0 - INTEGRAL)
        of_zone, first = np.unique(zone[filled], return_index=True)
        value = np.full(arcs.num_zones, np.inf)
        value[of_zone] = reduced[kept[filled[first]]]
        return np.asarray(np.minimum(value, self.ceiling))

    def _saved(self, price: FloatArray, value: FloatArray) -> FloatArray:
        """Return ``(v_j - t_ij - u_i)^+``, shape (arcs,)."""
        return np.maximum(value[self.arcs.zone] - self._reduced(price), 0.0)

    def unit_costs(self, price: FloatArray, value: FloatArray, x: FloatArray) -> FloatArray:
        """Return ``v_j - sum_i x_i (v_j - t_ij - u_i)^+``, shape (zones,)."""
        saved = self._saved(price, value) * x[self.arcs.site]
        return np.asarray(value - self.arcs.zone_sum(saved))

    def savings(self, price: FloatArray, value: FloatArray, load: FloatArray) -> FloatArray:
        """Return what opening each site saves, shape (rows, sites)."""
        saved = self._saved(price, value)
        some = np.flatnonzero(saved)  # as a rule few: what a zone does not need saves it nothing
        start = np.searchsorted(some, self.arcs.zone_start)
        matrix = csr_array((saved[some], self.arcs.site[some], start), shape=self.shape[::-1])
        return np.asarray(load @ matrix)

    def largest_saving(self, value: FloatArray, sites: IntArray) -> FloatArray:
        """Return the largest saving without price of some sites."""
        largest = np.zeros(self.arcs.num_sites)
        np.maximum.at(largest, self.arcs.site, value[self.arcs.zone] - self.arcs.cost)
        return largest[sites]

    def knapsack_prices(
        self, value: FloatArray, sites: IntArray, demand: FloatArray, capacity: FloatArray
    ) -> FloatArray:
        """Return the prices of some sites that minimise what opening them promises."""
        number = _numbers(sites, self.arcs.num_sites)[self.arcs.site]
        gain = value[self.arcs.zone] - self.arcs.cost
        wanted = np.flatnonzero((number >= 0) & (gain > 0))
        wanted = wanted[np.lexsort((-gain[wanted], number[wanted]))]
        of_site = number[wanted]
        load = np.cumsum(demand[self.arcs.zone[wanted]])
        before = np.append(0.0, load)[np.searchsorted(of_site, np.arange(len(sites)))]
        over = np.flatnonzero(load - before[of_site] > capacity[of_site])
        full, first = np.unique(of_site[over], return_index=True)
        price = np.zeros(len(sites))
        price[full] = gain[wanted[over[first]]]
        return price

    def nearest(self) -> tuple[IntArray, FloatArray]:
        """Return each zone's cheapest site and its cost, infinite where there is no arc."""
        arcs = self.arcs
        cost = arcs.zone_minimum(arcs.cost)
        least = np.flatnonzero(arcs.cost == cost[arcs.zone])
        site = np.zeros(arcs.num_zones, dtype=np.int64)
        site[arcs.zone[least[::-1]]] = arcs.site[least[::-1]]  # of equal ones the first
        return site, cost

    def reduced_minimum(self, price: FloatArray) -> FloatArray:
        """Return each zone's least reduced cost, shape (zones,); infinite without an arc."""
        return self.arcs.zone_minimum(self._reduced(price))

    def usable(self) -> BoolArray:
        """Return the set of arcs that cost less than the ceiling."""
        return np.asarray(self.arcs.cost < self.ceilings[self.arcs.zone])

    def cheapest(self, price: FloatArray, count: int) -> BoolArray:
        """Return the set of each zone's ``count`` usable arcs of least reduced cost."""
        order = np.lexsort((self._reduced(price), self.arcs.zone))
        rank = np.arange(len(order)) - self.arcs.zone_start[self.arcs.zone]
        chosen = np.zeros(len(order), dtype=bool)
        chosen[order[rank < count]] = True
        return np.asarray(chosen & self.usable())

    def _above(self, price: FloatArray) -> FloatArray:
        """Return how far above its zone's value each arc's reduced cost lies, shape (arcs,)."""
        reduced = self._reduced(price)
        value = np.minimum(self.arcs.zone_minimum(reduced), self.ceiling)
        return np.asarray(reduced - value[self.arcs.zone])

    def margin_of(self, price: FloatArray, further: float) -> float:
        """Return how far above a zone's value its arcs must be looked for."""
        return margin(self._above(price), self.shape[1], further)

    def within(self, price: FloatArray, margin: float) -> BoolArray:
        """Return the set of usable arcs of reduced cost at most ``margin`` above ``v_j``."""
        return np.asarray((self._above(price) <= margin) & self.usable())

    def below(self, price: FloatArray, value: FloatArray) -> BoolArray:
        """Return the set of arcs whose reduced cost is below ``value``, shape (zones,)."""
        limit = value - NUM_DISTINCT * np.abs(value)
        return np.asarray(self._reduced(price) < limit[self.arcs.zone])

    def ends(self, chosen: BoolArray) -> tuple[IntArray, IntArray, FloatArray]:
        """Return sites, zones and costs of a set of arcs."""
        return self.arcs.site[chosen], self.arcs.zone[chosen], self.arcs.cost[chosen]

    def costs_of(self, site: IntArray, zone: IntArray) -> FloatArray:
        """Return the costs of arcs that are given by their ends."""
        return np.asarray(self.arcs.cost[self.arcs.index(zone, site)])


def _numbers(kept: IntArray, count: int) -> IntArray:
    """Return the place in ``kept`` of each of ``count`` things, -1 for those that are not."""
    number = np.full(count, -1, dtype=np.int64)
    number[kept] = np.arange(len(kept))
    return number
