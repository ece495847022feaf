"""The kernel of demand types that split on their own, with limits on what groups leave unserved.

A group ``g`` may leave ``(1 - beta_g) D_gs`` units unserved in scenario ``s``. That is a
transportation problem once more: "unserved in ``g``" is a supplier of so many units, at the penalty
``q_k`` each, and there is no other way to leave demand unserved. The price ``lambda_g`` of that
supplier raises the most that a unit of the group is worth, to ``q_k + lambda_g``, and takes
``lambda_g (1 - beta_g) D_gs`` off the bound: linear in demand, so that one dual point bounds every
scenario as without limits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from robustev.core.arrays import FloatArray, IntArray
from robustev.data.arcs import Arcs
from robustev.model.features.base import UnservedLimits, active_features
from robustev.model.instance import Instance
from robustev.recourse.certificate import StoredDuals
from robustev.recourse.cut import Cut
from robustev.recourse.dual import DualPoint
from robustev.recourse.flow_program import FlowProgram, LimitedFlowProgram
from robustev.recourse.kernels.base import EXACT, Assignment, RecourseKernel, SeparationMode
from robustev.recourse.kernels.transport import TransportKernel, beyond_any_route
from robustev.recourse.networks.base import Network
from robustev.recourse.networks.choose import network_of
from robustev.recourse.transport_simplex import solve_transport

SHORT = 1e-7
"""Share of all demand beyond the limits that is rounding."""


class GroupLimitsKernel:
    """The second stage of all demand types, where groups of zones may leave only so much unserved.

    Suppliers of the problem inside are the sites by type, then the groups; its zones are the zones
    by type.

    Parameters
    ----------
    limits
        The groups, and the share of demand that each may leave unserved.
    network
        The arcs from suppliers to zones by type.
    """

    key: ClassVar[str] = "group_limits"
    speaks_for_all: ClassVar[bool] = True

    def __init__(self, instance: Instance, limits: UnservedLimits, network: Network) -> None:
        self.instance, self.limits = instance, limits
        self.types = np.arange(instance.num_types)
        self.shape = (instance.num_sites, instance.num_types)
        self.num_groups = len(limits.share)
        demand = np.ascontiguousarray(instance.demand)
        self.allowed = limits.allowed(demand)
        groups = np.full(self.num_groups, np.inf)
        self.inside = TransportKernel(
            network,
            demand.reshape(len(demand), -1),
            np.append(instance.max_capacity().ravel(), groups),
            np.append(np.isinf(instance.fixed_capacity).ravel(), groups < 0),
        )
        self.pool = self.inside.pool

    # --- which instances it is for -----------------------------------------------------------

    @classmethod
    def accepts(cls, instance: Instance) -> bool:
        """Return whether all that rules add to the second stage is limits of one set of groups."""
        return instance.model.split == "by_type" and _limits_of(instance) is not None

    @classmethod
    def of_costs(cls, instance: Instance) -> list[RecourseKernel]:
        """Return the kernel of all types."""
        return [cls._on(instance, phase_one=False)]

    @classmethod
    def of_shortages(cls, instance: Instance) -> list[RecourseKernel]:
        """Return the kernel of the units left unserved beyond the limits, or though forbidden."""
        return [cls._on(instance, phase_one=True)]

    @classmethod
    def _on(cls, instance: Instance, *, phase_one: bool) -> GroupLimitsKernel:
        limits = _limits_of(instance)
        assert limits is not None
        arcs = _arcs_by_type(instance, limits)
        network = network_of(arcs, beyond_any_route(arcs))
        return cls(instance, limits, network.phase_one() if phase_one else network)

    # --- from sites to suppliers, and back ---------------------------------------------------

    def _opened(self, x: FloatArray) -> FloatArray:
        """Return the openings of all suppliers: groups are open."""
        return np.append(np.repeat(x, self.shape[1]), np.ones(self.num_groups))

    def _limit(self, capacity: FloatArray, groups: FloatArray) -> FloatArray:
        """Return the capacities of sites and of ``groups``, shape (suppliers, 1)."""
        return np.append(capacity.ravel(), groups)[:, None]

    def _prices(self, duals: list[DualPoint]) -> FloatArray:
        """Return the prices of the groups' limits ``lambda_g``, shape (points, groups)."""
        site = np.array([dual.site for dual in duals]).reshape(len(duals), -1)
        return site[:, site.shape[1] - self.num_groups :]

    def _on_sites(self, cut: Cut, relief: float) -> Cut:
        """Return a cut on suppliers as one on sites, less what the groups' limits take off it."""
        sites, types = self.shape
        opening = cut.open_slope[: sites * types].reshape(self.shape).sum(axis=1)
        constant = cut.constant + float(cut.open_slope[sites * types :].sum()) - relief
        return Cut(constant, opening, cut.capacity_slope[: sites * types].reshape(self.shape))

    # --- the pool ----------------------------------------------------------------------------

    @property
    def ceiling(self) -> float:
        """Most that one unit of demand can cost."""
        return self.inside.ceiling

    @property
    def is_slow(self) -> bool:
        """Whether exact solves at fractional openings take much longer than quick ones."""
        return self.inside.is_slow

    @property
    def may_cover(self) -> bool:
        """Whether flow covers may strengthen its cuts."""
        return self.inside.may_cover

    def add(self, dual: DualPoint) -> int:
        """Put a dual point into the pool and return its place."""
        return self.inside.add(dual)

    def adopted(self, dual: DualPoint, x: FloatArray) -> DualPoint:
        """Return the prices of a point of other costs or demand with zone values that fit here."""
        return self.inside.adopted(dual, self._opened(x))

    def values(
        self, x: FloatArray, capacity: FloatArray, scenarios: IntArray, first: int = 0
    ) -> FloatArray:
        """Return what dual points prove for each scenario, from place ``first`` of the pool on."""
        limit = self._limit(capacity, np.zeros(self.num_groups))
        proven = self.inside.values(self._opened(x), limit, scenarios, first)
        relief = self.allowed[scenarios] @ self._prices(list(self.pool.points[first:])).T
        return np.asarray(proven - relief)

    def flow_program(self, scenario: int) -> LimitedFlowProgram | None:
        """Return its problem as flows on arcs, where there is one demand type."""
        instance = self.instance
        if instance.num_types > 1 or not np.isfinite(instance.unserved_price).all():
            return None
        # Trips that are dearer than leaving demand unserved are worth it where a limit binds.
        network = network_of(instance.arcs, beyond_any_route(instance.arcs))
        unlimited = self.inside.unlimited[: instance.num_sites]
        parts = vars(FlowProgram.of(network, 0, unlimited, self.inside.demand, scenario))
        parts["ceiling"] = np.full(instance.num_zones, instance.unserved_price[0])
        return LimitedFlowProgram(**parts, group=self.limits.group, allowed=self.allowed)

    def stored(self) -> StoredDuals:
        """Return no points: what they prove is not derived a second time."""
        sites, types = self.shape
        num_zones = self.inside.network.shape[1] // types
        return StoredDuals.plain(self.key, np.zeros((0, sites, types)), num_zones)

    def packed(self, most: int) -> Mapping[str, NDArray[Any]]:
        """Return the newest points of the pool, at most so many, as named arrays."""
        return self.inside.packed(most)

    def unpacked(self, arrays: Mapping[str, NDArray[Any]]) -> Iterator[DualPoint]:
        """Return the dual points that :meth:`packed` gave."""
        return self.inside.unpacked(arrays)

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
        limit = self._limit(capacity, self.allowed[scenario])
        return self.inside.price(scenario, self._opened(x), limit, mode, start)

    def settled(self, dual: DualPoint, x: FloatArray, capacity: FloatArray) -> DualPoint:
        """Return the point that makes the strongest cut, where an exact solve leaves it open."""
        limit = self._limit(capacity, self.allowed.max(axis=0, initial=0.0))
        return self.inside.settled(dual, self._opened(x), limit)

    def serve(self, scenario: int, x: FloatArray, capacity: FloatArray) -> Assignment:
        """Return how one scenario is served at least cost; infinitely dear beyond the limits."""
        central = self.inside.central
        flow = self.inside.reference_flow(self._whole_limit(central, x, capacity))
        if scenario != central:
            limit = self._whole_limit(scenario, x, capacity)
            demand = self.inside.demand[scenario]
            flow = solve_transport(self.inside.network, demand, limit, flow.dual.site)
        sites, types = self.shape
        by_group = flow.site >= sites * types
        unserved = flow.unserved + np.bincount(
            flow.zone[by_group], flow.amount[by_group], minlength=len(flow.unserved)
        )
        kept = flow.unserved.sum() <= SHORT * self.inside.demand[scenario].sum()
        site, zone = flow.site[~by_group] // types, flow.zone[~by_group]
        return Assignment(
            site, zone // types, zone % types, flow.amount[~by_group],
            unserved.reshape(-1, types), flow.dual, 0.0 if kept else np.inf,
        )  # fmt: skip

    def _whole_limit(self, scenario: int, x: FloatArray, capacity: FloatArray) -> FloatArray:
        """Return the capacities of all suppliers in a scenario at whole openings, (suppliers,)."""
        opened = np.where(x[:, None] > 0.5, capacity, 0.0)
        return self._limit(opened, self.allowed[scenario])[:, 0]

    # --- cuts --------------------------------------------------------------------------------

    def cut_of(self, scenario: int, dual: DualPoint, x: FloatArray) -> Cut:
        """Return the cut of one scenario by a dual point without covers, as it stands."""
        relief = self._prices([dual]) @ self.allowed[scenario]
        return self._on_sites(self.inside.cut_of(scenario, dual, self._opened(x)), float(relief[0]))

    def cuts(
        self,
        scenarios: IntArray,
        places: IntArray,
        weight: FloatArray,
        group: IntArray,
        x: FloatArray,
    ) -> list[Cut]:
        """Return the cut of each group of weighted scenarios, sharp at ``x``."""
        found = self.inside.cuts(scenarios, places, weight, group, self._opened(x))
        known = places >= 0
        prices = self._prices([self.pool.points[p] for p in places[known]])
        relief = weight[known] * (self.allowed[scenarios[known]] * prices).sum(axis=1)
        total = np.bincount(group[known], relief, minlength=len(found))
        return [self._on_sites(cut, float(off)) for cut, off in zip(found, total, strict=True)]


def _limits_of(instance: Instance) -> UnservedLimits | None:
    """Return the limits that are all that rules add to the second stage; None if it is else."""
    rules = [rule for rule in active_features(instance.model) if rule.in_second_stage]
    return rules[0].unserved_limits(instance) if len(rules) == 1 else None


def _arcs_by_type(instance: Instance, limits: UnservedLimits) -> Arcs:
    """Return the arcs from sites by type to zones by type, and from groups to their zones."""
    sites, zones, types = instance.num_sites, instance.num_zones, instance.num_types
    every = np.arange(types)
    site = (instance.arcs.site[:, None] * types + every).ravel()
    zone = (instance.arcs.zone[:, None] * types + every).ravel()
    cost = np.repeat(instance.arcs.cost, types)
    left = np.arange(zones * types)
    penalty = np.tile(instance.unserved_price, zones)
    return Arcs.of_pairs(
        sites * types + len(limits.share),
        zones * types,
        np.append(zone, left),
        np.append(site, sites * types + np.repeat(limits.group, types)),
        np.append(cost, penalty),
    )
