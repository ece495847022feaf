"""One service of the second stage: a pool of prices, what it proves, and exact solves to grow it.

A service is a part of the recourse that can be priced on its own: one demand type where types
split on their own, or all types together where they share one split.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.recourse.covers import find_covers
from robustev.recourse.dual import (
    Network,
    Price,
    closed_site_prices,
    covers_relief,
    is_binary,
    savings,
    shut_out,
    surcharged,
    unit_costs,
    zone_values,
)
from robustev.recourse.linked import LinkedTransport
from robustev.recourse.network_simplex import Flow, solve_transport
from robustev.recourse.table import CutTable, capacity_of

COVER_ROUNDS = 3
"""Searches for flow covers at one fractional point of one scenario."""
COVER_PATIENCE = 40
"""Searches in a row that may find none before they end for good."""
CHEAP_TO_SORT = 50_000
"""Arcs up to which fractional points get new zone values, and exact solves from the start."""


@dataclass(frozen=True, eq=False)
class ServiceCut:
    """A lower bound ``constant + open @ x + sum(capacity * C)`` on a service's cost.

    ``open`` has shape (sites,), ``capacity`` shape (sites, types of the service).
    """

    constant: float
    open: FloatArray
    capacity: FloatArray


class RecourseKernel(Protocol):
    """What the recourse needs from a service; capacities have shape (sites, its types)."""

    @property
    def prices(self) -> Sequence[Any]:
        """The pool."""

    @property
    def num_prices(self) -> int:
        """Number of prices in the pool."""

    @property
    def site_prices(self) -> FloatArray:
        """The pool's site prices, shape (num_prices, sites, its types)."""

    @property
    def ceiling(self) -> float:
        """Most that one unit of demand can cost."""

    def values(
        self, x: FloatArray, capacity: FloatArray, scenarios: IntArray, first: int = 0
    ) -> FloatArray:
        """Return what prices prove for each scenario, from price ``first`` on.

        Shape (scenarios, num_prices - first).
        """

    def price(self, scenario: int, x: FloatArray, capacity: FloatArray) -> tuple[float, Any]:
        """Solve one scenario exactly; return its cost and the price for :meth:`add`."""

    def add(self, price: Any) -> int:
        """Put a price into the pool and return its index."""

    def cuts(
        self,
        scenarios: IntArray,
        prices: IntArray,
        weight: FloatArray,
        group: IntArray,
        x: FloatArray,
    ) -> list[ServiceCut]:
        """Return the cut of each group of weighted scenarios, sharp at ``x``.

        Every scenario has its own price, or none (-1); groups are numbered from 0 on.
        """


class TransportKernel:
    """The service of one demand type.

    Parameters
    ----------
    demand
        Shape (scenarios, zones): the type's demand.
    potential
        Shape (sites,): most capacity each site can have.
    unlimited
        Shape (sites,): True where capacity is no limit (its price is 0).
    """

    def __init__(
        self,
        network: Network,
        demand: FloatArray,
        potential: FloatArray,
        unlimited: BoolArray,
    ) -> None:
        self.network = network
        self.demand = demand
        self.potential = potential
        self.unlimited = unlimited
        self.typical = demand.mean(axis=0)
        self.prices: list[Price] = []
        self._linked: LinkedTransport | None = None
        self._last: FloatArray | None = None
        self._table: CutTable | None = None
        if capacity_of(len(demand), len(potential)):
            self._table = CutTable(len(demand), len(potential))
        self.seek_covers = False
        self.quick = network.travel.size > CHEAP_TO_SORT
        self._patience = COVER_PATIENCE if self._table else 0

    @property
    def num_prices(self) -> int:
        """Number of prices in the pool."""
        return len(self.prices)

    @property
    def site_prices(self) -> FloatArray:
        """The pool's site prices, shape (num_prices, sites, 1)."""
        sites = len(self.unlimited)
        return np.array([price.site for price in self.prices]).reshape(-1, sites, 1)

    @property
    def ceiling(self) -> float:
        """Most that one unit of demand can cost."""
        return float(np.max(self.network.ceiling))

    def add(self, price: Price) -> int:
        """Put a price into the pool and return its index."""
        price = price.with_site(np.where(self.unlimited, 0.0, price.site))
        self.prices.append(price)
        if self._table:
            constant, slope = self._affine(price)
            self._table.put(len(self.prices) - 1, constant, slope, price.site)
        return len(self.prices) - 1

    def _affine(self, price: Price) -> tuple[FloatArray, FloatArray]:
        """Return each scenario's cut in the openings: shapes (scenarios,), (scenarios, sites)."""
        relief, rising = covers_relief(price, self.demand, self.potential)
        saved = savings(surcharged(self.network, price), price)
        return self.demand @ price.zone - relief, -(self.demand @ saved.T) - rising

    def values(
        self, x: FloatArray, capacity: FloatArray, scenarios: IntArray, first: int = 0
    ) -> FloatArray:
        """Return what prices prove for each scenario, from price ``first`` on."""
        limit = np.where(self.unlimited, 0.0, capacity[:, 0])
        if self._table:
            kept, proven = self._table.values(x, limit, first)
            values = np.full((len(scenarios), self.num_prices - first), -np.inf)
            values[:, kept - first] = proven[:, scenarios].T
            return values
        at_x = [self._sharpened(p, x) for p in range(first, self.num_prices)]
        if is_binary(x):
            cost = [price.zone for price in at_x]
        else:
            cost = [unit_costs(self.network, price, x) for price in at_x]
        rent = np.array([price.site @ limit for price in at_x])
        return np.asarray(self.demand[scenarios] @ np.array(cost).T - rent)

    def _sharpened(self, index: int, x: FloatArray) -> Price:
        """Return a price of the pool with the zone values that are best at ``x``, if cheap."""
        price = self.prices[index]
        if is_binary(x) or self.network.travel.size <= CHEAP_TO_SORT:
            return price.with_zone(zone_values(surcharged(self.network, price), price.site, x))
        return price

    def price(self, scenario: int, x: FloatArray, capacity: FloatArray) -> tuple[float, Price]:
        """Solve one scenario; return its cost and the price that makes the strongest cut.

        While ``quick`` is set, the cost at fractional openings is only bounded from below.
        """
        value, price = self._solved(scenario, x, capacity)
        return value, self._settled(price, x, capacity)

    def _solved(self, scenario: int, x: FloatArray, capacity: FloatArray) -> tuple[float, Price]:
        demand = self.demand[scenario]
        if is_binary(x):
            flow = self.flow(demand, x, capacity)
            return flow.value, flow.price
        if self.quick:
            return self._unlinked(demand, x, capacity)
        if self._linked is None:
            self._linked = LinkedTransport(self.network, self.potential)
        value, price = self._linked.solve(demand, x, capacity[:, 0], scenario)
        for _ in range(COVER_ROUNDS if self.seek_covers and self._patience > 0 else 0):
            found = find_covers(x, self._linked.flow(), demand, self.potential)
            if not self._linked.add_covers(found):
                self._patience -= 1
                break
            self._patience = COVER_PATIENCE
            value, price = self._linked.solve(demand, x, capacity[:, 0], scenario)
        return value, price

    def _unlinked(
        self, demand: FloatArray, x: FloatArray, capacity: FloatArray
    ) -> tuple[float, Price]:
        """Return what the prices of the problem without links prove with them: quick, not exact."""
        flow = self.flow(demand, (x > 0).astype(float), capacity)
        u = np.where(self.unlimited, 0.0, flow.price.site)
        price = Price(u, zone_values(self.network, u, x))
        limit = np.where(self.unlimited, 0.0, capacity[:, 0])
        return float(demand @ unit_costs(self.network, price, x) - limit @ u), price

    def learn(self, price: Price, x: FloatArray, capacity: FloatArray) -> int:
        """Put the price of an exact solve at ``(x, C)`` into the pool; return its index."""
        return self.add(self._settled(price, x, capacity))

    def _settled(self, price: Price, x: FloatArray, capacity: FloatArray) -> Price:
        """Return the price that makes the strongest cut, where an exact solve leaves it open."""
        if is_binary(x):
            empty = (x > 0.5) & (capacity[:, 0] <= 0) & ~self.unlimited
            price = price.with_site(shut_out(self.network, price, empty))
        closed = (x <= 1e-9) & ~self.unlimited
        network = surcharged(self.network, price)
        site = closed_site_prices(network, price, closed, self.typical, self.potential)
        return price.with_site(np.where(self.unlimited, 0.0, site))

    def exact_cut(
        self, scenario: int, price: Price, x: FloatArray, capacity: FloatArray
    ) -> ServiceCut:
        """Return the cut of one scenario by the price of its exact solve at whole ``(x, C)``."""
        return self.cut_as_it_stands(scenario, self._settled(price, x, capacity))

    def cut_as_it_stands(self, scenario: int, price: Price) -> ServiceCut:
        """Return the cut of one scenario by a price without covers, with its own zone values."""
        demand = self.demand[scenario]
        opening = -(savings(self.network, price) @ demand)
        return ServiceCut(float(demand @ price.zone), opening, -price.site[:, None])

    def flow(self, demand: FloatArray, x: FloatArray, capacity: FloatArray) -> Flow:
        """Return the optimal assignment of ``demand``, shape (zones,), at binary openings."""
        limit = np.where(x > 0.5, capacity[:, 0], 0.0)
        flow = solve_transport(self.network, demand, limit, self._last)
        self._last = flow.price.site
        return flow

    def cuts(
        self,
        scenarios: IntArray,
        prices: IntArray,
        weight: FloatArray,
        group: IntArray,
        x: FloatArray,
    ) -> list[ServiceCut]:
        """Return the cut of each group of weighted scenarios, sharp at ``x``.

        Every scenario has its own price, or none (-1); groups are numbered from 0 on.
        """
        count = int(group.max()) + 1
        constant = np.zeros(count)
        opening = np.zeros((count, self.network.shape[0]))
        rent = np.zeros((count, self.network.shape[0]))
        for p in np.unique(prices[prices >= 0]):
            chosen = np.flatnonzero(prices == p)
            groups, place = np.unique(group[chosen], return_inverse=True)
            shares = np.zeros((len(groups), len(chosen)))
            shares[place, np.arange(len(chosen))] = weight[chosen]
            demand = self.demand[scenarios[chosen]]
            load = shares @ demand
            price = self._sharpened(int(p), x)
            relief, rising = covers_relief(price, demand, self.potential)
            saved = savings(surcharged(self.network, price), price)
            constant[groups] += load @ price.zone - shares @ relief
            opening[groups] -= load @ saved.T + shares @ rising
            rent[groups] -= shares.sum(axis=1)[:, None] * price.site
        return [ServiceCut(float(constant[g]), opening[g], rent[g][:, None]) for g in range(count)]
