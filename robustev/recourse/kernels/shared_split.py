"""The service of all demand types together, where one split of each zone serves every type.

With one split ``a_ijs`` for all types, prices ``u_ik`` per site and type turn the cost of zone
``j`` at site ``i`` into ``c_ijs = sum_k D_jks (t_ij + u_ik)``: the closed form of a single type
holds zone by zone, but ``c`` differs from scenario to scenario.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array, csr_array

from robustev.core import highs
from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.core.errors import InfeasibleError
from robustev.recourse.dual import Network, Price, savings, unit_costs, zone_values
from robustev.recourse.kernels.transport import ServiceCut


class SharedSplitKernel:
    """The service of all types with one split.

    Parameters
    ----------
    travel
        Shape (sites, zones): cost of one unit of any type; infinite where there is no arc.
    penalty
        Shape (types,): cost of one unserved unit of each type; infinite where that is forbidden.
    demand
        Shape (scenarios, zones, types).
    unlimited
        Shape (sites, types): True where capacity is no limit.
    """

    def __init__(
        self,
        travel: FloatArray,
        penalty: FloatArray,
        demand: FloatArray,
        unlimited: BoolArray,
    ) -> None:
        self.arcs = np.isfinite(travel)
        self.travel = np.where(self.arcs, travel, 0.0)
        self.forbidden = np.isinf(penalty)
        self.penalty = np.where(self.forbidden, _stand_in(self.travel, demand), penalty)
        self.demand = demand
        self.unlimited = unlimited
        self.prices: list[FloatArray] = []

    @property
    def num_prices(self) -> int:
        """Number of prices in the pool."""
        return len(self.prices)

    @property
    def site_prices(self) -> FloatArray:
        """The pool's site prices, shape (num_prices, sites, types)."""
        return np.array(self.prices).reshape(-1, *self.unlimited.shape)

    @property
    def ceiling(self) -> float:
        """Most that one unit of demand can cost."""
        return float(self.penalty.max())

    def _network(self, scenario: int, u: FloatArray) -> Network:
        demand = self.demand[scenario]
        cost = self.travel * demand.sum(axis=1) + u @ demand.T
        cost[~self.arcs] = np.inf
        return Network(cost, demand @ self.penalty)

    def _price(self, network: Network, x: FloatArray) -> Price:
        zero = np.zeros(len(x))
        return Price(zero, zone_values(network, zero, x))

    def values(
        self, x: FloatArray, capacity: FloatArray, scenarios: IntArray, first: int = 0
    ) -> FloatArray:
        """Return what prices prove for each scenario, from price ``first`` on."""
        limit = np.where(self.unlimited, 0.0, capacity)
        prices = self.prices[first:]
        proven = np.empty((len(scenarios), len(prices)))
        for row, s in enumerate(scenarios):
            for p, u in enumerate(prices):
                network = self._network(s, u)
                cost = unit_costs(network, self._price(network, x), x)
                proven[row, p] = cost.sum() - (u * limit).sum()
        return proven

    def exact_cut(self, scenario: int, u: FloatArray, x: FloatArray) -> ServiceCut:
        """Return the cut of one scenario by prices ``u``, shape (sites, types), sharp at ``x``."""
        u = np.where(self.unlimited, 0.0, u)
        network = self._network(scenario, u)
        price = self._price(network, x)
        return ServiceCut(float(price.zone.sum()), -savings(network, price).sum(axis=1), -u)

    def cuts(
        self,
        scenarios: IntArray,
        prices: IntArray,
        weight: FloatArray,
        group: IntArray,
        x: FloatArray,
    ) -> list[ServiceCut]:
        """Return the cut of each group of weighted scenarios, sharp at ``x``."""
        count = int(group.max()) + 1
        constant = np.zeros(count)
        opening = np.zeros((count, len(x)))
        rent = np.zeros((count, *self.unlimited.shape))
        for s, p, w, g in zip(scenarios, prices, weight, group, strict=True):
            if p < 0:
                continue
            part = self.exact_cut(int(s), self.prices[p], x)
            constant[g] += w * part.constant
            opening[g] += w * part.open
            rent[g] += w * part.capacity
        return [ServiceCut(float(constant[g]), opening[g], rent[g]) for g in range(count)]

    def price(self, scenario: int, x: FloatArray, capacity: FloatArray) -> tuple[float, FloatArray]:
        """Solve one scenario exactly; return its cost and the prices that prove it."""
        value, _, _, u = self.best_split(scenario, x, capacity)
        return value, u

    def best_split(
        self, scenario: int, x: FloatArray, capacity: FloatArray
    ) -> tuple[float, FloatArray, FloatArray, FloatArray]:
        """Like :meth:`split`; where demand cannot be served, with little of it unserved."""
        try:
            return self.split(scenario, x, capacity)
        except InfeasibleError:
            return self.split(scenario, x, capacity, keep_rules=False)

    def add(self, u: FloatArray) -> int:
        """Put prices, shape (sites, types), into the pool; return their index."""
        self.prices.append(np.where(self.unlimited, 0.0, u))
        return self.num_prices - 1

    def split(
        self, scenario: int, x: FloatArray, capacity: FloatArray, *, keep_rules: bool = True
    ) -> tuple[float, FloatArray, FloatArray, FloatArray]:
        """Return the cost, the split ``a`` (sites, zones), ``b`` (zones,) and prices ``u``.

        Without ``keep_rules`` forbidden unserved demand is allowed, at a cost beyond any travel.

        Raises
        ------
        InfeasibleError
            If demand cannot be served and may not be left unserved.
        """
        demand = self.demand[scenario]
        sites, zones = self.travel.shape
        types = demand.shape[1]
        i, j = np.nonzero(self.arcs & (x > 0)[:, None] & (demand.sum(1) > 0))
        arcs = len(i)
        columns = np.arange(arcs)
        rows = [j, np.arange(zones)]
        cols, data = [columns, arcs + np.arange(zones)], [np.ones(arcs), np.ones(zones)]
        for k in range(types):
            rows.append(zones + i * types + k)
            cols.append(columns)
            data.append(demand[j, k])
        matrix = csr_array(
            coo_array(
                (np.concatenate(data), (np.concatenate(rows), np.concatenate(cols))),
                shape=(zones + sites * types, arcs + zones),
            )
        )
        limit = np.where(self.unlimited, highs.INFINITY, capacity).ravel()
        stuck = (demand[:, self.forbidden] > 0).any(axis=1) & keep_rules
        solver = highs.new_highs(threads=1)
        highs.pass_rows(
            solver,
            cost=np.append(self.travel[i, j] * demand.sum(axis=1)[j], demand @ self.penalty),
            lower=np.zeros(arcs + zones),
            upper=np.append(x[i], 1.0 - stuck),
            matrix=matrix,
            row_lower=np.append(np.ones(zones), np.full(len(limit), -highs.INFINITY)),
            row_upper=np.append(np.ones(zones), limit),
        )
        status = highs.run(
            solver, "a shared-split recourse problem", accept=(highs.OPTIMAL, *highs.INFEASIBLE)
        )
        if status != highs.OPTIMAL:
            raise InfeasibleError("demand cannot be served by this plan")
        value = float(solver.getInfo().objective_function_value)
        fraction = highs.column_values(solver)
        split = np.zeros((sites, zones))
        split[i, j] = fraction[:arcs]
        u = np.maximum(-highs.row_duals(solver)[zones:], 0.0).reshape(sites, types)
        return value, split, fraction[arcs:], u


def _stand_in(travel: FloatArray, demand: FloatArray) -> float:
    """Return a unit cost that no rerouting reaches, to stand for a forbidden unserved unit.

    Freeing one unit of a type may mean moving many of another, by the ratio of their demands.
    """
    positive = demand[demand > 0]
    ratio = float(demand.sum(axis=2).max() / positive.min()) if len(positive) else 1.0
    return (len(travel) + 1) * (float(travel.max(initial=0.0)) + 1.0) * ratio
