"""The scenario tree of a build-out: what may be known at each decision, as groups of scenarios.

A node is a decision: the phase in which it is taken, and the scenarios that look alike by then.
A *path* has one node in each phase, so that nobody looks before building on; in a *tree* each node
branches by what was seen in its phase. A decision may only depend on its node: this is
nonanticipativity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.data.reduction import reduce_scenarios
from robustev.data.scenarios import ScenarioSet
from robustev.model.phases.config import Phases


@dataclass(frozen=True, eq=False)
class Node:
    """One decision.

    Parameters
    ----------
    name
        Its phase, and in a tree the number of its branch.
    phase
        Place of its phase.
    parent
        Place of the node before; -1 at the first.
    scenarios
        The scenarios that come through it.
    probability
        Theirs, together.
    seen
        Least and most total demand of the phase before among its scenarios; None where it is not
        decided by what was seen.
    """

    name: str
    phase: int
    parent: int
    scenarios: IntArray
    probability: float
    seen: tuple[float, float] | None = None


@dataclass(frozen=True, eq=False)
class ScenarioTree:
    """All decisions, those of earlier phases first."""

    nodes: tuple[Node, ...]
    num_scenarios: int

    def __len__(self) -> int:
        return len(self.nodes)

    @cached_property
    def node_of(self) -> IntArray:
        """The node that each scenario comes through in each phase, shape (phases, scenarios)."""
        phases = 1 + max(node.phase for node in self.nodes)
        place = np.full((phases, self.num_scenarios), -1)
        for v, node in enumerate(self.nodes):
            place[node.phase, node.scenarios] = v
        return place

    def in_phase(self, phase: int) -> list[int]:
        """Return the places of the nodes of a phase."""
        return [v for v, node in enumerate(self.nodes) if node.phase == phase]

    @property
    def is_path(self) -> bool:
        """Whether every phase has one node."""
        return len(self.nodes) == 1 + self.nodes[-1].phase


def grow(phases: Phases, scenarios: ScenarioSet, demand: FloatArray) -> ScenarioTree:
    """Return the tree that ``phases`` ask for.

    Parameters
    ----------
    demand
        Shape (scenarios, phases, zones, types).
    """
    names = phases.names
    root = Node(names[0], 0, -1, np.arange(len(scenarios)), 1.0)
    nodes, last = [root], [0]
    for t in range(1, len(names)):
        grown: list[int] = []
        for parent in last:
            for part, seen in _groups(phases, scenarios, demand[:, t - 1], nodes[parent].scenarios):
                name = names[t] if phases.build == "path" else f"{names[t]}.{len(grown) + 1}"
                share = float(scenarios.probability[part].sum())
                nodes.append(Node(name, t, parent, part, share, seen))
                grown.append(len(nodes) - 1)
        last = grown
    return ScenarioTree(tuple(nodes), len(scenarios))


def _groups(
    phases: Phases, scenarios: ScenarioSet, demand: FloatArray, members: IntArray
) -> list[tuple[IntArray, tuple[float, float] | None]]:
    """Return the scenarios of each branch, with the totals that they have shown."""
    if phases.build == "path":
        return [(members, None)]
    total = demand[members].sum(axis=(1, 2))
    order = np.argsort(total, kind="stable")
    members, total = members[order], total[order]
    if phases.sees == "demand_map":
        group = _alike(scenarios, demand, members, phases.branches)
    else:
        group = _equal_shares(scenarios.probability[members], phases.branches)
    found = [np.flatnonzero(group == c) for c in dict.fromkeys(group.tolist())]
    return [(members[part], (float(total[part].min()), float(total[part].max()))) for part in found]


def _equal_shares(probability: FloatArray, count: int) -> IntArray:
    """Return the group of each scenario in order, so that groups are about equally likely."""
    middle = (np.cumsum(probability) - probability / 2) / probability.sum()
    return np.asarray(np.minimum((middle * count).astype(np.int64), count - 1))


def _alike(scenarios: ScenarioSet, demand: FloatArray, members: IntArray, count: int) -> IntArray:
    """Return the group of each scenario by k-medoids on the demand map that was seen."""
    zones: Sequence[str] = [str(j) for j in range(demand.shape[1])]
    seen = ScenarioSet(
        demand[members],
        scenarios.probability[members] / scenarios.probability[members].sum(),
        tuple(scenarios.names[s] for s in members),
        tuple(zones),
        scenarios.types,
    )
    assigned: IntArray = reduce_scenarios(seen, count, "k_medoids").assigned
    return assigned
