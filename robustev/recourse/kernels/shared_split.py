"""The kernel of all demand types together, where one split of each zone serves every type.

With one split ``a_ijs`` for all types, prices ``u_ik`` per site and type turn the cost of zone
``j`` at site ``i`` into ``c_ijs = sum_k D_jks (t_ij + u_ik)``: the closed form of a single type
holds zone by zone, but ``c`` differs from scenario to scenario.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from robustev.core import highs
from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.core.errors import InfeasibleError
from robustev.data.arcs import Arcs
from robustev.model.instance import Instance
from robustev.recourse.certificate import StoredDuals
from robustev.recourse.cut import Cut
from robustev.recourse.kernels.base import (
    EXACT,
    Assignment,
    RecourseKernel,
    SeparationMode,
    cuts_one_by_one,
)
from robustev.recourse.networks.base import Network
from robustev.recourse.networks.choose import network_of
from robustev.recourse.pool import DualPool


@dataclass(frozen=True, eq=False)
class Split:
    """An optimal split of one scenario's zones.

    Parameters
    ----------
    site, zone, share
        Shape (parts,): who serves which zone, and how much of it.
    unserved
        Shape (zones,): share left unserved.
    price
        Shape (sites, types): optimal prices of capacity.
    """

    cost: float
    site: IntArray
    zone: IntArray
    share: FloatArray
    unserved: FloatArray
    price: FloatArray


class SharedSplitKernel:
    """The second stage of all types with one split; a dual point is a price of each capacity.

    Parameters
    ----------
    arcs
        Who may be served from where, at what cost of one unit of any type.
    unserved_price
        Shape (types,): cost of one unserved unit of each type; infinite where that is forbidden.
    demand
        Shape (scenarios, zones, types).
    unlimited
        Shape (sites, types): True where capacity is no limit.
    """

    key: ClassVar[str] = "shared_split"
    speaks_for_all: ClassVar[bool] = False

    def __init__(
        self,
        arcs: Arcs,
        unserved_price: FloatArray,
        demand: FloatArray,
        unlimited: BoolArray,
    ) -> None:
        self.types = np.arange(demand.shape[2])
        self.arcs = arcs
        self.network = network_of(arcs, 0.0)
        self.forbidden = np.isinf(unserved_price)
        self.penalty = np.where(self.forbidden, _stand_in(arcs, demand), unserved_price)
        self.demand = demand
        self.unlimited = unlimited
        self.pool: DualPool[FloatArray] = DualPool()

    @classmethod
    def accepts(cls, instance: Instance) -> bool:
        """Return whether all types share one split."""
        return instance.model.split == "shared" and instance.has_plain_second_stage

    @classmethod
    def of_costs(cls, instance: Instance) -> list[RecourseKernel]:
        """Return the one kernel of all types."""
        unlimited = np.isinf(instance.fixed_capacity)
        return [cls(instance.arcs, instance.unserved_price, instance.demand, unlimited)]

    @classmethod
    def of_shortages(cls, instance: Instance) -> list[RecourseKernel]:
        """Return the kernel that counts unserved units of the types that must be served."""
        must = np.isinf(instance.unserved_price)
        if not must.any():
            return []
        free = instance.arcs.with_cost(np.zeros(len(instance.arcs)))
        unlimited = np.isinf(instance.fixed_capacity)
        return [cls(free, must.astype(float), instance.demand, unlimited)]

    @property
    def ceiling(self) -> float:
        """Most that one unit of demand can cost."""
        return float(self.penalty.max())

    @property
    def is_slow(self) -> bool:
        """Whether exact solves at fractional openings take much longer: there are no others."""
        return False

    @property
    def may_cover(self) -> bool:
        """Whether flow covers may strengthen its cuts: not those of one split."""
        return False

    def flow_program(self, scenario: int) -> None:
        """Return nothing: shares of zones are no flows of units."""
        return

    def stored(self) -> StoredDuals:
        """Return the pool as a certificate keeps it."""
        site = np.array(self.pool.points).reshape(-1, *self.unlimited.shape)
        return StoredDuals.plain(self.key, site, self.arcs.num_zones)

    def packed(self, most: int) -> Mapping[str, NDArray[Any]]:
        """Return the newest points of the pool, at most so many."""
        return {"site": np.array(self.pool.points[-most:]).reshape(-1, *self.unlimited.shape)}

    def unpacked(self, arrays: Mapping[str, NDArray[Any]]) -> Iterator[FloatArray]:
        """Return the dual points that :meth:`packed` gave."""
        yield from np.maximum(arrays["site"].astype(np.float64), 0.0)

    def _bundles(self, scenario: int, price: FloatArray) -> Network:
        """Return the network of whole zones at these prices, ``c_ijs``."""
        demand = self.demand[scenario].astype(np.float64, copy=False)
        return self.network.of_bundles(price, demand, demand @ self.penalty)

    def values(
        self, x: FloatArray, capacity: FloatArray, scenarios: IntArray, first: int = 0
    ) -> FloatArray:
        """Return what prices prove for each scenario, from place ``first`` of the pool on."""
        limit = np.where(self.unlimited, 0.0, capacity)
        prices, zero = self.pool.points[first:], np.zeros(len(x))
        proven = np.empty((len(scenarios), len(prices)))
        for row, s in enumerate(scenarios):
            for p, u in enumerate(prices):
                network = self._bundles(s, u)
                cost = network.unit_costs(zero, network.zone_values(zero, x), x)
                proven[row, p] = cost.sum() - (u * limit).sum()
        return proven

    def add(self, dual: FloatArray) -> int:
        """Put prices, shape (sites, types), into the pool; return their place."""
        return self.pool.add(np.where(self.unlimited, 0.0, dual))

    def adopted(self, dual: FloatArray, x: FloatArray) -> FloatArray:
        """Return the prices as they are."""
        return dual

    def settled(self, dual: FloatArray, x: FloatArray, capacity: FloatArray) -> FloatArray:
        """Return the prices as they are."""
        return dual

    def cut_of(self, scenario: int, dual: FloatArray, x: FloatArray) -> Cut:
        """Return the cut of one scenario by prices, shape (sites, types), sharp at ``x``."""
        u, zero = np.where(self.unlimited, 0.0, dual), np.zeros(len(x))
        network = self._bundles(scenario, u)
        value = network.zone_values(zero, x)
        saved = network.savings(zero, value, np.ones((1, len(value))))[0]
        return Cut(float(value.sum()), -saved, -u)

    def cuts(
        self,
        scenarios: IntArray,
        places: IntArray,
        weight: FloatArray,
        group: IntArray,
        x: FloatArray,
    ) -> list[Cut]:
        """Return the cut of each group of weighted scenarios, sharp at ``x``."""
        return cuts_one_by_one(self, scenarios, places, weight, group, x)

    def price(
        self,
        scenario: int,
        x: FloatArray,
        capacity: FloatArray,
        mode: SeparationMode = EXACT,
        start: FloatArray | None = None,
    ) -> tuple[float, FloatArray]:
        """Solve one scenario exactly; return its cost and the prices that prove it."""
        best = self._best_split(scenario, x, capacity)
        return best.cost, best.price

    def serve(self, scenario: int, x: FloatArray, capacity: FloatArray) -> Assignment:
        """Return how one scenario is served at least cost at whole openings."""
        best = self._best_split(scenario, x, capacity)
        demand = self.demand[scenario]
        units = best.share[:, None] * demand[best.zone]
        part, of_type = np.nonzero(units)
        return Assignment(
            site=best.site[part],
            zone=best.zone[part],
            type=of_type,
            amount=units[part, of_type],
            unserved=best.unserved[:, None] * demand,
            dual=best.price,
        )

    def _best_split(self, scenario: int, x: FloatArray, capacity: FloatArray) -> Split:
        """Return the best split; where demand cannot be served, one that leaves little of it."""
        try:
            return self.split(scenario, x, capacity)
        except InfeasibleError:
            return self.split(scenario, x, capacity, keep_rules=False)

    def split(
        self, scenario: int, x: FloatArray, capacity: FloatArray, *, keep_rules: bool = True
    ) -> Split:
        """Return the split of least cost.

        Without ``keep_rules`` forbidden unserved demand is allowed, at a cost beyond any travel.

        Raises
        ------
        InfeasibleError
            If demand cannot be served and may not be left unserved.
        """
        demand = self.demand[scenario]
        sites, zones = self.arcs.num_sites, self.arcs.num_zones
        types, units = demand.shape[1], demand.sum(axis=1)
        wanted = (x[self.arcs.site] > 0) & (units[self.arcs.zone] > 0)
        chosen = self.arcs.by_site[wanted[self.arcs.by_site]]
        i, j = self.arcs.site[chosen], self.arcs.zone[chosen]
        arcs = len(i)
        limit = np.where(self.unlimited, highs.INFINITY, capacity).ravel()
        stuck = (demand[:, self.forbidden] > 0).any(axis=1) & keep_rules
        solver = highs.new_highs(threads=1)
        highs.pass_rows(
            solver,
            cost=np.append(self.arcs.cost[chosen] * units[j], demand @ self.penalty),
            lower=np.zeros(arcs + zones),
            upper=np.append(x[i], 1.0 - stuck),
            matrix=_rows(i, j, demand, sites),
            row_lower=np.append(np.ones(zones), np.full(len(limit), -highs.INFINITY)),
            row_upper=np.append(np.ones(zones), limit),
        )
        status = highs.run(
            solver, "a shared-split recourse problem", accept=(highs.OPTIMAL, *highs.INFEASIBLE)
        )
        if status != highs.OPTIMAL:
            raise InfeasibleError("demand cannot be served by this plan")
        share = highs.column_values(solver)
        used = np.flatnonzero(share[:arcs] > 0)
        return Split(
            cost=float(solver.getInfo().objective_function_value),
            site=i[used],
            zone=j[used],
            share=share[used],
            unserved=share[arcs:],
            price=np.maximum(-highs.row_duals(solver)[zones:], 0.0).reshape(sites, types),
        )


def _rows(site: IntArray, zone: IntArray, demand: FloatArray, num_sites: int) -> csr_array:
    """Return the rows that all of each zone is served or not, and that capacities hold.

    The columns are the shares of arcs, then the unserved shares of zones.
    """
    zones, types = demand.shape
    columns, every = np.arange(len(site)), np.arange(zones)
    rows = [zone, every, *(zones + site * types + k for k in range(types))]
    cols = [columns, len(site) + every, *(columns for _ in range(types))]
    data = [np.ones(len(site)), np.ones(zones), *(demand[zone, k] for k in range(types))]
    place = (np.concatenate(rows), np.concatenate(cols))
    shape = (zones + num_sites * types, len(site) + zones)
    return csr_array(coo_array((np.concatenate(data), place), shape=shape))


def _stand_in(arcs: Arcs, demand: FloatArray) -> float:
    """Return a unit cost that no rerouting reaches, to stand for a forbidden unserved unit.

    Freeing one unit of a type may mean moving many of another, by the ratio of their demands.
    """
    positive = demand[demand > 0]
    ratio = float(demand.sum(axis=2).max() / positive.min()) if len(positive) else 1.0
    return (arcs.num_sites + 1) * (float(arcs.cost.max(initial=0.0)) + 1.0) * ratio
