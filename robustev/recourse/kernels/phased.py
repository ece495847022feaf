"""The kernel of one phase: those of the phase's nodes, each on the scenarios that come through it.

Demand is all that tells the nodes of a phase apart, so a dual point found at one of them bounds the
scenarios of all: it joins the pool of every node. Points that speak for their own scenario alone
stay at theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from robustev.core.arrays import FloatArray, IntArray
from robustev.model.instance import Instance
from robustev.model.phases.instance import PhasedInstance
from robustev.recourse.certificate import StoredDuals
from robustev.recourse.cut import Cut
from robustev.recourse.flow_program import FlowProgram
from robustev.recourse.kernels.base import EXACT, Assignment, RecourseKernel, SeparationMode
from robustev.recourse.kernels.one_phase import kernel_for_one_phase
from robustev.recourse.pool import DualPool


@dataclass(frozen=True, eq=False)
class NodeDual:
    """A dual point, and the node at which it was found."""

    node: int
    dual: Any


class PhasedKernel:
    """The second stage of some demand types in one phase.

    Parameters
    ----------
    members
        For each node of the phase, its place among all nodes and its kernel.
    """

    key: ClassVar[str] = "phased"

    def __init__(
        self, instance: PhasedInstance, phase: int, members: dict[int, RecourseKernel]
    ) -> None:
        self.members = members
        self.types = next(iter(members.values())).types
        self.speaks_for_all = all(kernel.speaks_for_all for kernel in members.values())
        self.num_nodes = len(instance.nodes)
        self.num_sites = instance.nodes[0].num_sites
        self.first_zone = phase * instance.nodes[0].num_zones
        self.num_zones = instance.num_zones
        self.node_of = instance.tree.node_of[phase]
        self.local = np.zeros(len(self.node_of), dtype=np.int64)
        for v in members:
            own = instance.tree.nodes[v].scenarios
            self.local[own] = np.arange(len(own))
        self.pool: DualPool[NodeDual] = DualPool()
        self._own: dict[int, list[int]] = {v: [] for v in members}

    # --- which instances it is for -----------------------------------------------------------

    @classmethod
    def accepts(cls, instance: Instance) -> bool:
        """Return whether the instance has phases."""
        return isinstance(instance, PhasedInstance)

    @classmethod
    def of_costs(cls, instance: Instance) -> list[RecourseKernel]:
        """Return the kernels of every phase."""
        return cls._of_each(instance, lambda node: kernel_for_one_phase(node).of_costs(node))

    @classmethod
    def of_shortages(cls, instance: Instance) -> list[RecourseKernel]:
        """Return kernels that count units unserved against the rules, phase by phase."""
        return cls._of_each(instance, lambda node: kernel_for_one_phase(node).of_shortages(node))

    @classmethod
    def _of_each(
        cls, instance: Instance, kernels: Callable[[Instance], list[RecourseKernel]]
    ) -> list[RecourseKernel]:
        """Return the kernels of every phase, from those that ``kernels`` finds for a node."""
        assert isinstance(instance, PhasedInstance)
        made: list[RecourseKernel] = []
        for t in range(instance.num_phases):
            nodes = instance.tree.in_phase(t)
            of_nodes = [kernels(instance.nodes[v]) for v in nodes]
            made += [
                cls(instance, t, dict(zip(nodes, same, strict=True)))
                for same in zip(*of_nodes, strict=True)
            ]
        return made

    # --- between the instance and its nodes --------------------------------------------------

    def _at(self, v: int, array: FloatArray) -> FloatArray:
        """Return a node's part of an array (nodes * sites, ...)."""
        return array[v * self.num_sites : (v + 1) * self.num_sites]

    def _among(self, scenarios: IntArray) -> Iterator[tuple[int, RecourseKernel, IntArray]]:
        """Yield each node that some scenarios come through: its kernel, and which of them do."""
        node = self.node_of[scenarios]
        for v in np.unique(node):
            yield int(v), self.members[int(v)], np.flatnonzero(node == v)

    def _widened(self, v: int, cut: Cut) -> Cut:
        """Return a node's cut as one on the sites of all nodes."""
        opening = np.zeros(self.num_nodes * self.num_sites)
        rent = np.zeros((len(opening), cut.capacity_slope.shape[1]))
        self._at(v, opening)[:] = cut.open_slope
        self._at(v, rent)[:] = cut.capacity_slope
        return Cut(cut.constant, opening, rent)

    def _known_at(self, v: int, dual: NodeDual | None) -> Any | None:
        """Return a dual point as a node can use it, if it can."""
        if dual is None or not (self.speaks_for_all or dual.node == v):
            return None
        return dual.dual

    # --- the pool ----------------------------------------------------------------------------

    @property
    def ceiling(self) -> float:
        """Most that one unit of demand can cost."""
        return max(kernel.ceiling for kernel in self.members.values())

    @property
    def is_slow(self) -> bool:
        """Whether exact solves at fractional openings take much longer than quick ones."""
        return any(kernel.is_slow for kernel in self.members.values())

    @property
    def may_cover(self) -> bool:
        """Whether flow covers may strengthen its cuts."""
        return any(kernel.may_cover for kernel in self.members.values())

    def add(self, dual: NodeDual) -> int:
        """Put a dual point into the pool and return its place."""
        place = self.pool.add(dual)
        for v, kernel in self.members.items():
            if self.speaks_for_all or v == dual.node:
                kernel.add(dual.dual)
                self._own[v].append(place)
        return place

    def adopted(self, dual: NodeDual, x: FloatArray) -> None:
        """Return None: nodes of another tree are others."""

    def values(
        self, x: FloatArray, capacity: FloatArray, scenarios: IntArray, first: int = 0
    ) -> FloatArray:
        """Return what dual points prove for each scenario, from place ``first`` of the pool on."""
        found = np.full((len(scenarios), len(self.pool) - first), -np.inf)
        for v, kernel, rows in self._among(scenarios):
            own = np.array(self._own[v], dtype=np.int64)
            begin = int(np.searchsorted(own, first))
            if begin == len(own):
                continue
            local = self.local[scenarios[rows]]
            proven = kernel.values(self._at(v, x), self._at(v, capacity), local, begin)
            found[np.ix_(rows, own[begin:] - first)] = proven
        return found

    def flow_program(self, scenario: int) -> FlowProgram | None:
        """Return the problem of the node that a scenario comes through, as flows on arcs."""
        v, local = int(self.node_of[scenario]), int(self.local[scenario])
        flows = self.members[v].flow_program(local)
        if flows is None:
            return None
        return replace(flows, first_site=v * self.num_sites, kept=lambda dual: NodeDual(v, dual))

    def stored(self) -> StoredDuals:
        """Return the points of all nodes as a certificate keeps those of one."""
        most = max(self.members.values(), key=lambda kernel: len(kernel.pool))
        return most.stored()

    def packed(self, most: int) -> Mapping[str, NDArray[Any]]:
        """Return the newest points, of one node where those speak for all nodes."""
        nodes = list(self.members)
        if self.speaks_for_all:
            nodes = [max(nodes, key=lambda v: len(self.members[v].pool))]
        return {
            f"{v}_{name}": array
            for v in nodes
            for name, array in self.members[v].packed(most).items()
        }

    def unpacked(self, arrays: Mapping[str, NDArray[Any]]) -> Iterator[NodeDual]:
        """Return the dual points that :meth:`packed` gave, each with its node."""
        for v, kernel in self.members.items():
            head = f"{v}_"
            own = {
                name.removeprefix(head): array
                for name, array in arrays.items()
                if name.startswith(head)
            }
            for dual in kernel.unpacked(own) if own else ():
                yield NodeDual(v, dual)

    # --- exact solves ------------------------------------------------------------------------

    def price(
        self,
        scenario: int,
        x: FloatArray,
        capacity: FloatArray,
        mode: SeparationMode = EXACT,
        start: NodeDual | None = None,
    ) -> tuple[float, NodeDual]:
        """Solve one scenario; return its cost, and the dual point that makes the strongest cut."""
        v, local = int(self.node_of[scenario]), int(self.local[scenario])
        value, dual = self.members[v].price(
            local, self._at(v, x), self._at(v, capacity), mode, self._known_at(v, start)
        )
        return value, NodeDual(v, dual)

    def serve(self, scenario: int, x: FloatArray, capacity: FloatArray) -> Assignment:
        """Return how one scenario is served at least cost at whole openings."""
        v, local = int(self.node_of[scenario]), int(self.local[scenario])
        part = self.members[v].serve(local, self._at(v, x), self._at(v, capacity))
        unserved = np.zeros((self.num_zones, part.unserved.shape[1]))
        unserved[self.first_zone : self.first_zone + len(part.unserved)] = part.unserved
        return replace(
            part,
            site=part.site + v * self.num_sites,
            zone=part.zone + self.first_zone,
            unserved=unserved,
            dual=NodeDual(v, part.dual),
        )

    def settled(self, dual: NodeDual, x: FloatArray, capacity: FloatArray) -> NodeDual:
        """Return the point that makes the strongest cut, of those as good as ``dual`` at a plan."""
        v = dual.node
        kernel = self.members[v]
        return NodeDual(v, kernel.settled(dual.dual, self._at(v, x), self._at(v, capacity)))

    # --- cuts --------------------------------------------------------------------------------

    def cut_of(self, scenario: int, dual: NodeDual, x: FloatArray) -> Cut:
        """Return the cut of one scenario by a dual point without covers, sharp where it is from."""
        v, local = int(self.node_of[scenario]), int(self.local[scenario])
        return self._widened(v, self.members[v].cut_of(local, dual.dual, self._at(v, x)))

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
        opening = np.zeros((count, self.num_nodes, self.num_sites))
        rent = np.zeros((count, self.num_nodes, self.num_sites, len(self.types)))
        for v, kernel, rows in self._among(scenarios):
            groups, place = np.unique(group[rows], return_inverse=True)
            cuts = kernel.cuts(
                self.local[scenarios[rows]],
                self._places_at(v, places[rows]),
                weight[rows],
                place,
                self._at(v, x),
            )
            for g, cut in zip(groups, cuts, strict=True):
                constant[g] += cut.constant
                opening[g, v] += cut.open_slope
                rent[g, v] += cut.capacity_slope
        sites = self.num_nodes * self.num_sites
        return [
            Cut(float(constant[g]), opening[g].reshape(sites), rent[g].reshape(sites, -1))
            for g in range(count)
        ]

    def _places_at(self, v: int, places: IntArray) -> IntArray:
        """Return the places of points in a node's own pool; -1 for none."""
        own = np.array(self._own[v], dtype=np.int64)
        return np.where(places < 0, -1, np.searchsorted(own, places))
