"""The kernel of one demand type that splits on its own: a transportation problem."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.data.arcs import Arcs
from robustev.model.instance import Instance
from robustev.recourse.certificate import StoredDuals
from robustev.recourse.covers import FlowCovers, can_search, find_covers
from robustev.recourse.cut import Cut
from robustev.recourse.dual import (
    DualPoint,
    covers_relief,
    surcharged,
    with_closed_sites,
    without_empty_sites,
)
from robustev.recourse.flow_program import FlowProgram
from robustev.recourse.kernels.base import EXACT, Assignment, RecourseKernel, SeparationMode
from robustev.recourse.linked_transport import LinkedTransport
from robustev.recourse.networks.base import Network, is_binary
from robustev.recourse.networks.choose import network_of
from robustev.recourse.pool import DualPool
from robustev.recourse.price_response import PriceResponse
from robustev.recourse.products import demand_product
from robustev.recourse.transport_simplex import Flow, solve_transport

COVER_ROUNDS = 3
"""Searches for flow covers at one fractional point of one scenario."""
CHEAP_TO_SORT = 50_000
"""Arcs up to which fractional points get new zone values, and exact solves from the start."""


class TransportKernel:
    """The second stage of one demand type.

    Parameters
    ----------
    type_index
        The demand type.
    demand
        Shape (scenarios, zones): its demand.
    potential
        Shape (sites,): most capacity each site can have.
    unlimited
        Shape (sites,): True where capacity is no limit (its price is 0).
    """

    key: ClassVar[str] = "transport"
    speaks_for_all: ClassVar[bool] = True

    def __init__(
        self,
        network: Network,
        demand: FloatArray,
        potential: FloatArray,
        unlimited: BoolArray,
        type_index: int = 0,
    ) -> None:
        self.types = np.array([type_index])
        self.network = network
        self.demand = demand
        self.potential = potential
        self.unlimited = unlimited
        self.typical = demand.mean(axis=0, dtype=np.float64)
        self.pool: DualPool[DualPoint] = DualPool(len(demand), len(potential))
        self._linked: LinkedTransport | None = None
        self._lock = threading.Lock()
        total = demand.sum(axis=1, dtype=np.float64)
        self.central = int(np.argmin(np.abs(total - self.typical.sum())))
        self._reference: tuple[bytes, tuple[Flow, PriceResponse]] | None = None

    # --- which instances it is for -----------------------------------------------------------

    @classmethod
    def accepts(cls, instance: Instance) -> bool:
        """Return whether types split on their own, or there is only one."""
        alone = instance.num_types == 1 or instance.model.split == "by_type"
        return alone and instance.has_plain_second_stage

    @classmethod
    def of_costs(cls, instance: Instance) -> list[RecourseKernel]:
        """Return one kernel for each demand type."""
        return [
            cls._of_type(instance, k, network_of(instance.arcs, ceiling_of(instance, k)))
            for k in range(instance.num_types)
        ]

    @classmethod
    def of_shortages(cls, instance: Instance) -> list[RecourseKernel]:
        """Return one kernel for each demand type that must be served."""
        must = np.flatnonzero(np.isinf(instance.unserved_price))
        if not len(must):
            return []
        network = network_of(instance.arcs, 1.0).phase_one()
        return [cls._of_type(instance, int(k), network) for k in must]

    @classmethod
    def _of_type(cls, instance: Instance, k: int, network: Network) -> RecourseKernel:
        demand = instance.scenarios.by_type[k]
        unlimited = np.isinf(instance.fixed_capacity[:, k])
        return cls(network, demand, instance.max_capacity()[:, k], unlimited, k)

    # --- the pool ----------------------------------------------------------------------------

    @property
    def ceiling(self) -> float:
        """Most that one unit of demand can cost."""
        return float(np.max(self.network.ceiling))

    @property
    def is_slow(self) -> bool:
        """Whether exact solves at fractional openings take much longer than quick ones."""
        return len(self.network.arcs) > CHEAP_TO_SORT

    @property
    def may_cover(self) -> bool:
        """Whether flow covers may strengthen its cuts."""
        return bool(np.isfinite(self.potential).any()) and can_search(*self.network.shape)

    def add(self, dual: DualPoint) -> int:
        """Put a dual point into the pool and return its place."""
        dual = dual.with_site(np.where(self.unlimited, 0.0, dual.site))
        return self.pool.add(dual, self._affine(dual) if self.pool.has_table else None)

    def adopted(self, dual: DualPoint, x: FloatArray) -> DualPoint:
        """Return the prices of a point of other costs or demand with zone values that fit here."""
        return dual.with_zone(surcharged(self.network, dual).zone_values(dual.site, x))

    def _affine(self, dual: DualPoint) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return each scenario's cut: constants, slopes in the openings, prices of capacity."""
        relief, rising = covers_relief(dual, self.demand, self.potential)
        saved = surcharged(self.network, dual).savings(dual.site, dual.zone, self.demand)
        constant = demand_product(self.demand, dual.zone) - relief
        return constant, -saved - rising, dual.site

    def values(
        self, x: FloatArray, capacity: FloatArray, scenarios: IntArray, first: int = 0
    ) -> FloatArray:
        """Return what dual points prove for each scenario, from place ``first`` of the pool on."""
        limit = self._limited(capacity)
        points = self.pool.points[first:]
        if self.pool.has_table:
            kept, proven = self.pool.values(x, limit, first)
            values = np.full((len(scenarios), len(points)), -np.inf)
            values[:, kept - first] = proven[:, scenarios].T
            return values
        cost = [self._unit_costs(dual, x) for dual in points]
        rent = np.array([dual.site @ limit for dual in points])
        return np.asarray(demand_product(self.demand[scenarios], np.array(cost).T) - rent)

    def _unit_costs(self, dual: DualPoint, x: FloatArray) -> FloatArray:
        """Return what a dual point without covers proves of a unit of each zone, (zones,)."""
        dual = self._sharpened(dual, x)
        if is_binary(x):
            return dual.zone
        return self.network.unit_costs(dual.site, dual.zone, x)

    def _sharpened(self, dual: DualPoint, x: FloatArray) -> DualPoint:
        """Return a dual point with the zone values that are best at ``x``, if they are cheap."""
        if is_binary(x) or not self.is_slow:
            return dual.with_zone(surcharged(self.network, dual).zone_values(dual.site, x))
        return dual

    def _limited(self, capacity: FloatArray) -> FloatArray:
        """Return capacities, 0 where they have no limit and so no price."""
        return np.asarray(np.where(self.unlimited, 0.0, capacity[:, 0]))

    def flow_program(self, scenario: int) -> FlowProgram:
        """Return its problem in a scenario as flows on arcs."""
        return FlowProgram.of(
            self.network, int(self.types[0]), self.unlimited, self.demand, scenario
        )

    def stored(self) -> StoredDuals:
        """Return the pool as a certificate keeps it."""
        return StoredDuals.of_points(self.key, self.pool.points, self.network.shape)

    def packed(self, most: int) -> Mapping[str, NDArray[Any]]:
        """Return the newest points of the pool, at most so many, in single precision."""
        points = self.pool.points[-most:]
        kept = StoredDuals.of_points(self.key, points, self.network.shape).arrays
        zone = np.array([dual.zone for dual in points], dtype=np.float32)
        return {**kept, "site": kept["site"].astype(np.float32), "zone": zone}

    def unpacked(self, arrays: Mapping[str, NDArray[Any]]) -> Iterator[DualPoint]:
        """Return the dual points that :meth:`packed` gave."""
        if not len(arrays["site"]):
            return
        ceiling = self.network.ceiling
        sites = np.maximum(arrays["site"][:, :, 0].astype(np.float64), 0.0)
        zones = np.minimum(arrays["zone"].astype(np.float64), ceiling)
        code, entries = arrays["cover_sites"], arrays["surcharge"]
        every = FlowCovers(arrays["cover_zones"].astype(bool), code == 1, code == 2)
        for p, (site, zone) in enumerate(zip(sites, zones, strict=True)):
            own = entries[entries[:, 0] == p]
            if len(own):
                covers = every.take(own[:, 1].astype(np.int64))
                yield DualPoint(site, zone, covers, np.maximum(own[:, 2], 0.0))
            else:
                yield DualPoint(site, zone)

    # --- exact solves ------------------------------------------------------------------------

    def price(
        self,
        scenario: int,
        x: FloatArray,
        capacity: FloatArray,
        mode: SeparationMode = EXACT,
        start: DualPoint | None = None,
    ) -> tuple[float, DualPoint]:
        """Solve one scenario; return its cost, and the dual point that makes the strongest cut."""
        demand = self.demand[scenario].astype(np.float64, copy=False)
        prices = None if start is None else start.site
        if is_binary(x):
            flow = self._flow(demand, x, capacity, prices)
            value, dual = flow.value, flow.dual
        elif mode.exact or not self.is_slow:
            value, dual = self._at_fractions(scenario, demand, x, capacity, mode)
        else:
            value, dual = self._unlinked(demand, x, capacity, prices)
        return value, self.settled(dual, x, capacity)

    def _at_fractions(
        self,
        scenario: int,
        demand: FloatArray,
        x: FloatArray,
        capacity: FloatArray,
        mode: SeparationMode,
    ) -> tuple[float, DualPoint]:
        """Solve one scenario with links ``a_ij <= x_i``, and flow covers if the mode asks."""
        if self._linked is None:
            self._linked = LinkedTransport(self.network, self.potential, self.typical)
        value, dual = self._linked.solve(demand, x, capacity[:, 0], scenario)
        seek = mode.covers and self.may_cover and self.pool.has_table
        for _ in range(COVER_ROUNDS if seek else 0):
            found = find_covers(x, self._linked.flow(), demand, self.potential)
            if not self._linked.add_covers(found):
                break
            value, dual = self._linked.solve(demand, x, capacity[:, 0], scenario)
        return value, dual

    def _unlinked(
        self, demand: FloatArray, x: FloatArray, capacity: FloatArray, start: FloatArray | None
    ) -> tuple[float, DualPoint]:
        """Return what the prices of the problem without links prove with them: quick, not exact."""
        flow = self._flow(demand, (x > 0).astype(float), capacity, start)
        u = np.where(self.unlimited, 0.0, flow.dual.site)
        v = self.network.zone_values(u, x)
        value = demand @ self.network.unit_costs(u, v, x) - self._limited(capacity) @ u
        return float(value), DualPoint(u, v)

    def _flow(
        self, demand: FloatArray, x: FloatArray, capacity: FloatArray, start: FloatArray | None
    ) -> Flow:
        """Return the optimal assignment of ``demand``, shape (zones,), at whole openings."""
        limit = np.where(x > 0.5, capacity[:, 0], 0.0)
        return solve_transport(self.network, demand, limit, start)

    def serve(self, scenario: int, x: FloatArray, capacity: FloatArray) -> Assignment:
        """Return how one scenario is served at least cost at whole openings.

        It starts from prices guessed from those of a fixed scenario at the same plan, so that the
        result depends neither on threads nor on what was solved before.
        """
        limit = np.where(x > 0.5, capacity[:, 0], 0.0)
        flow, response = self._reference_at(limit)
        if scenario != self.central:
            demand = self.demand[scenario].astype(np.float64, copy=False)
            flow = solve_transport(self.network, demand, limit, response.prices(demand))
        of_type = np.zeros(len(flow.site), dtype=np.int64)
        return Assignment(
            flow.site, flow.zone, of_type, flow.amount, flow.unserved[:, None], flow.dual
        )

    def reference_flow(self, limit: FloatArray) -> Flow:
        """Return the optimal assignment of the scenario of most usual total demand.

        That of the last capacities is kept.
        """
        return self._reference_at(limit)[0]

    def _reference_at(self, limit: FloatArray) -> tuple[Flow, PriceResponse]:
        """Return that assignment, and how its prices answer to other demand."""
        key = limit.tobytes()
        with self._lock:
            if self._reference is None or self._reference[0] != key:
                demand = self.demand[self.central].astype(np.float64, copy=False)
                flow = solve_transport(self.network, demand, limit)
                response = PriceResponse(self.network, flow.dual, demand, limit)
                self._reference = key, (flow, response)
            return self._reference[1]

    def settled(self, dual: DualPoint, x: FloatArray, capacity: FloatArray) -> DualPoint:
        """Return the point that makes the strongest cut, where an exact solve leaves it open."""
        if is_binary(x):
            empty = (x > 0.5) & (capacity[:, 0] <= 0) & ~self.unlimited
            dual = without_empty_sites(self.network, dual, empty)
        closed = (x <= 1e-9) & ~self.unlimited
        network = surcharged(self.network, dual)
        dual = with_closed_sites(network, dual, closed, self.typical, self.potential)
        return dual.with_site(np.where(self.unlimited, 0.0, dual.site))

    # --- cuts --------------------------------------------------------------------------------

    def cut_of(self, scenario: int, dual: DualPoint, x: FloatArray) -> Cut:
        """Return the cut of one scenario by a dual point without covers, as it stands."""
        demand = self.demand[scenario].astype(np.float64, copy=False)
        saved = self.network.savings(dual.site, dual.zone, demand[None])[0]
        return Cut(float(demand @ dual.zone), -saved, -dual.site[:, None])

    def cuts(
        self,
        scenarios: IntArray,
        places: IntArray,
        weight: FloatArray,
        group: IntArray,
        x: FloatArray,
    ) -> list[Cut]:
        """Return the cut of each group of weighted scenarios, sharp at ``x``."""
        count = int(group.max()) + 1
        constant = np.zeros(count)
        opening = np.zeros((count, self.network.shape[0]))
        rent = np.zeros((count, self.network.shape[0]))
        for p in np.unique(places[places >= 0]):
            chosen = np.flatnonzero(places == p)
            groups, place = np.unique(group[chosen], return_inverse=True)
            shares = np.zeros((len(groups), len(chosen)))
            shares[place, np.arange(len(chosen))] = weight[chosen]
            demand = self.demand[scenarios[chosen]]
            load = shares @ demand
            dual = self._sharpened(self.pool.points[int(p)], x)
            relief, rising = covers_relief(dual, demand, self.potential)
            saved = surcharged(self.network, dual).savings(dual.site, dual.zone, load)
            constant[groups] += load @ dual.zone - shares @ relief
            opening[groups] -= saved + shares @ rising
            rent[groups] -= shares.sum(axis=1)[:, None] * dual.site
        return [Cut(float(constant[g]), opening[g], rent[g][:, None]) for g in range(count)]


def ceiling_of(instance: Instance, k: int) -> float:
    """Return the price of unserved demand of type ``k``, or a stand-in where it is forbidden."""
    price = float(instance.unserved_price[k])
    return price if np.isfinite(price) else beyond_any_route(instance.arcs)


def beyond_any_route(arcs: Arcs) -> float:
    """Return a cost that no served unit's dual value can reach.

    Serving one more unit reroutes others along a path that visits each supplier at most once.
    """
    return (arcs.num_sites + 1) * float(arcs.cost.max(initial=0.0)) + 1.0
