"""A network as a matrix: the fast form where most zone-site pairs are arcs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.data.arcs import Arcs
from robustev.recourse.covers import FlowCovers
from robustev.recourse.networks.base import INTEGRAL, NUM_DISTINCT, Network, is_binary, margin

SAMPLE = 500
"""Zones at least, evenly spread, that tell how close sites are to each other."""


@dataclass(frozen=True, eq=False)
class DenseNetwork(Network):
    """A network whose places are the entries of a matrix, site by site.

    Parameters
    ----------
    cost
        Shape (sites, zones): cost of one unit; infinite where there is no arc.
    """

    cost: FloatArray
    ceiling: float | FloatArray

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of sites and zones."""
        return self.cost.shape[0], self.cost.shape[1]

    @cached_property
    def arcs(self) -> Arcs:
        """The arcs, in the order of :class:`~robustev.data.arcs.Arcs`."""
        return Arcs.of_matrix(self.cost)

    def phase_one(self) -> DenseNetwork:
        """Return the network on which cost counts unserved units."""
        return DenseNetwork(np.where(np.isfinite(self.cost), 0.0, np.inf), 1.0)

    def surcharged(self, covers: FlowCovers, multiplier: FloatArray) -> DenseNetwork:
        """Return the network with the surcharges of flow covers added to its costs."""
        return DenseNetwork(self.cost + covers.surcharge(multiplier), self.ceiling)

    def of_bundles(
        self, price: FloatArray, demand: FloatArray, ceiling: FloatArray
    ) -> DenseNetwork:
        """Return the network on which a unit is all of a zone's demand, rents included."""
        arcs = np.isfinite(self.cost)
        cost = np.where(arcs, self.cost, 0.0) * demand.sum(axis=1) + price @ demand.T
        cost[~arcs] = np.inf
        return DenseNetwork(cost, ceiling)

    def part(self, sites: IntArray, zones: IntArray) -> DenseNetwork:
        """Return the network of some sites and zones."""
        if (len(sites), len(zones)) == self.shape:
            return self
        ceiling = self.ceiling if np.ndim(self.ceiling) == 0 else np.asarray(self.ceiling)[zones]
        return DenseNetwork(self.cost[np.ix_(sites, zones)], ceiling)

    def zone_values(self, price: FloatArray, x: FloatArray) -> FloatArray:
        """Return the best zone values ``v`` for prices ``u`` at openings ``x``."""
        opened = x > INTEGRAL
        if not opened.any():
            return self.ceilings
        reduced = self.cost[opened] + price[opened, None]
        if is_binary(x):
            return np.asarray(np.minimum(reduced.min(axis=0), self.ceiling))
        order = np.argsort(reduced, axis=0)
        filled = np.cumsum(x[opened][order], axis=0) >= 1.0 - INTEGRAL
        first = np.argmax(filled, axis=0)
        zones = np.arange(self.shape[1])
        value = np.where(filled[-1], reduced[order[first, zones], zones], np.inf)
        return np.asarray(np.minimum(value, self.ceiling))

    def _saved(self, price: FloatArray, value: FloatArray, sites: IntArray | slice) -> FloatArray:
        """Return ``(v_j - t_ij - u_i)^+`` of some sites, shape (sites, zones)."""
        saved = value[None, :] - self.cost[sites]
        saved -= price[sites, None]
        return np.maximum(saved, 0.0, out=saved)

    def unit_costs(self, price: FloatArray, value: FloatArray, x: FloatArray) -> FloatArray:
        """Return ``v_j - sum_i x_i (v_j - t_ij - u_i)^+``, shape (zones,)."""
        opened = np.flatnonzero(x > 0)
        return np.asarray(value - x[opened] @ self._saved(price, value, opened))

    def savings(self, price: FloatArray, value: FloatArray, load: FloatArray) -> FloatArray:
        """Return what opening each site saves, shape (rows, sites)."""
        return np.asarray(load @ self._saved(price, value, slice(None)).T)

    def largest_saving(self, value: FloatArray, sites: IntArray) -> FloatArray:
        """Return the largest saving without price of some sites."""
        return np.asarray(np.maximum((value - self.cost[sites]).max(axis=1, initial=0.0), 0.0))

    def knapsack_prices(
        self, value: FloatArray, sites: IntArray, demand: FloatArray, capacity: FloatArray
    ) -> FloatArray:
        """Return the prices of some sites that minimise what opening them promises."""
        every = np.arange(len(sites))
        gain = self._saved(np.zeros(self.shape[0]), value, sites)
        order = np.argsort(-gain, axis=1)
        load = np.cumsum(demand[order], axis=1)
        first = (load <= capacity[:, None]).sum(axis=1)
        full = first < gain.shape[1]
        column = order[every, np.minimum(first, gain.shape[1] - 1)]
        return np.where(full, gain[every, column], 0.0)

    def nearest(self) -> tuple[IntArray, FloatArray]:
        """Return each zone's cheapest site and its cost, infinite where there is no arc."""
        return self._nearest

    @cached_property
    def _nearest(self) -> tuple[IntArray, FloatArray]:
        sites, zones = self.shape
        if not sites or not zones:
            return np.zeros(zones, dtype=np.int64), np.full(zones, np.inf)
        site = np.argmin(self.cost, axis=0)
        return site, self.cost[site, np.arange(zones)]

    def reduced_minimum(self, price: FloatArray) -> FloatArray:
        """Return each zone's least reduced cost, shape (zones,); infinite without an arc."""
        return np.asarray((self.cost + price[:, None]).min(axis=0, initial=np.inf))

    def usable(self) -> BoolArray:
        """Return the set of arcs that cost less than the ceiling."""
        return self._usable

    @cached_property
    def _usable(self) -> BoolArray:
        return np.asarray(self.cost < self.ceiling)

    def cheapest(self, price: FloatArray, count: int) -> BoolArray:
        """Return the set of each zone's ``count`` usable arcs of least reduced cost."""
        sites, zones = self.shape
        if sites <= count:
            return self.usable()
        least = np.argpartition(self.cost + price[:, None], count, axis=0)[:count]
        chosen = np.zeros(self.shape, dtype=bool)
        chosen[least, np.arange(zones)] = True
        return np.asarray(chosen & self.usable())

    def margin_of(self, price: FloatArray, further: float) -> float:
        """Return how far above a zone's value its arcs must be looked for."""
        sample = slice(None, None, max(1, self.shape[1] // SAMPLE))
        above = self.cost[:, sample] + price[:, None]
        above -= np.minimum(above.min(axis=0), self.ceilings[sample])
        return margin(above, above.shape[1], further)

    def within(self, price: FloatArray, margin: float) -> BoolArray:
        """Return the set of usable arcs of reduced cost at most ``margin`` above ``v_j``."""
        reduced = self.cost + price[:, None]
        value = np.minimum(reduced.min(axis=0), self.ceiling)
        return np.asarray((reduced <= value + margin) & self._usable)

    def below(self, price: FloatArray, value: FloatArray) -> BoolArray:
        """Return the set of arcs whose reduced cost is below ``value``, shape (zones,)."""
        reduced = self.cost + price[:, None]
        return np.asarray(reduced < value - NUM_DISTINCT * np.abs(value))

    def ends(self, chosen: BoolArray) -> tuple[IntArray, IntArray, FloatArray]:
        """Return sites, zones and costs of a set of arcs."""
        place = np.flatnonzero(chosen)
        site, zone = np.divmod(place, self.shape[1])
        return site, zone, self.cost.ravel()[place]

    def costs_of(self, site: IntArray, zone: IntArray) -> FloatArray:
        """Return the costs of arcs that are given by their ends."""
        return np.asarray(self.cost[site, zone])
