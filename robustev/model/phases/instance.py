"""A problem of several phases as one instance: a block of sites for every decision.

Node ``v`` of the scenario tree holds what stands after its decision, ``z_v = (x_v, n_v)``, and
``z_v >= z_parent``: things only grow. Scenario ``s`` comes through one node ``v(s, t)`` in each
phase ``t``, and costs there what an ordinary second stage costs at ``z_v``:

    f_s(z) = sum_t d_t [ c (z_v(s,t) - z_v(s,t-1)) + w_t Q_st(z_v(s,t)) ]

with discount ``d``, weight ``w`` and infrastructure cost ``c``. Every node is an instance of its
own, so whatever prices one phase prices all of them. In what follows *sites* are pairs of node and
site, node by node, and *zones* pairs of phase and zone, phase by phase; a plan of this instance has
a row for each of these sites.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.core.errors import ConfigError
from robustev.data.arcs import Arcs
from robustev.data.plan import Plan
from robustev.data.scenarios import ScenarioSet
from robustev.model.instance import Instance, Stage
from robustev.model.phases.config import Phases
from robustev.model.phases.tree import ScenarioTree
from robustev.model.risk import RiskMeasure


@dataclass(frozen=True, eq=False)
class PhaseFacts:
    """What a risk measure may look at: pairs of phase and zone, at costs without discount."""

    demand: FloatArray
    probability: FloatArray
    arcs: Arcs
    unserved_price: FloatArray


@dataclass(frozen=True, eq=False, kw_only=True)
class PhasedInstance(Instance):
    """An instance of several phases; build it by :func:`robustev.model.instance.build_instance`.

    What one region has once (region, arcs, charger kinds, prices of unserved demand) is that of one
    node, before discounts; arrays by site have the sites of all nodes.

    Parameters
    ----------
    phases
        The phases as they were asked for.
    tree
        The decisions.
    nodes
        For each decision the ordinary instance of its phase, on its scenarios, with discounted
        costs of service; its infrastructure is not discounted.
    share
        Shape (nodes,): weight of each node's infrastructure cost in the expected cost.
    """

    phases: Phases
    tree: ScenarioTree
    nodes: tuple[Instance, ...]
    share: FloatArray

    @property
    def num_phases(self) -> int:
        """Number of phases."""
        return len(self.phases.steps)

    @property
    def num_sites(self) -> int:
        """Number of pairs of node and site."""
        return len(self.nodes) * self.nodes[0].num_sites

    @property
    def num_zones(self) -> int:
        """Number of pairs of phase and zone."""
        return self.num_phases * self.nodes[0].num_zones

    @cached_property
    def goal(self) -> RiskMeasure:
        """The risk measure, with what it needs to know of these scenarios."""
        arcs, phases = self.arcs, range(self.num_phases)
        every = Arcs.of_pairs(
            arcs.num_sites,
            self.num_zones,
            np.concatenate([arcs.zone + t * arcs.num_zones for t in phases]),
            np.tile(arcs.site, self.num_phases),
            np.tile(arcs.cost, self.num_phases),
        )
        facts = PhaseFacts(self.demand, self.probability, every, self.unserved_price)
        return self.model.objective.on(facts)

    @property
    def blocks(self) -> tuple[Instance, ...]:
        """The instances of all nodes."""
        return self.nodes

    @property
    def has_plain_second_stage(self) -> bool:
        """False: the second stage is that of every phase in a row."""
        return False

    @property
    def serves_any_plan(self) -> bool:
        """Whether every plan serves every scenario at a price."""
        return all(node.serves_any_plan for node in self.nodes)

    def parts(self, plan: Plan) -> list[Plan]:
        """Return what stands after each decision, as a plan of its node."""
        opened = plan.open.reshape(len(self.nodes), -1)
        chargers = plan.chargers.reshape(*opened.shape, self.num_kinds)
        return [Plan(node.name, opened[v], chargers[v]) for v, node in enumerate(self.tree.nodes)]

    def first_decision(self, plan: Plan) -> Plan:
        """Return what is built in the first phase."""
        return self.parts(plan)[0].renamed(plan.name)

    def stages(self, scenario: int) -> tuple[Stage, ...]:
        """Return the phases that a scenario runs through, each at its node."""
        found = []
        for v in self.tree.node_of[:, scenario].tolist():
            local = int(np.searchsorted(self.tree.nodes[v].scenarios, scenario))
            found.append(Stage(self.nodes[v], local, v * self.nodes[v].num_sites))
        return tuple(found)

    def infrastructure_cost(self, plan: Plan) -> float:
        """Return the expected discounted cost of all that is built."""
        parts = zip(self.share, self.nodes, self.parts(plan), strict=True)
        return float(sum(share * node.infrastructure_cost(part) for share, node, part in parts))

    def capacity(self, plan: Plan) -> FloatArray:
        """Return the usable capacity of each site, shape (sites, types)."""
        pairs = zip(self.nodes, self.parts(plan), strict=True)
        return np.concatenate([node.capacity(part) for node, part in pairs])

    def max_capacity(self) -> FloatArray:
        """Return the most capacity each site can have for each type, shape (sites, types)."""
        return np.concatenate([node.max_capacity() for node in self.nodes])

    def travel_cost(self, site: IntArray, zone: IntArray, amount: FloatArray) -> float:
        """Return the discounted cost of travel of some deliveries."""
        total = 0.0
        node, of_node = np.divmod(site, self.nodes[0].num_sites)
        for v in np.unique(node):
            mine = node == v
            place = zone[mine] % self.nodes[v].num_zones
            total += self.nodes[v].travel_cost(of_node[mine], place, amount[mine])
        return total

    def unserved_cost(self, unserved: FloatArray) -> float:
        """Return the discounted cost of unserved units, shape (zones, types)."""
        by_phase = unserved.reshape(self.num_phases, -1, unserved.shape[1])
        first = [self.tree.in_phase(t)[0] for t in range(self.num_phases)]
        return sum(
            self.nodes[v].unserved_cost(part) for v, part in zip(first, by_phase, strict=True)
        )

    def with_scenarios(self, scenarios: ScenarioSet) -> Instance:
        """Return the same path on other scenarios.

        Raises
        ------
        ConfigError
            For a tree, whose decisions belong to its own scenarios.
        """
        if not self.tree.is_path:
            raise ConfigError("a tree of phases has no meaning on other scenarios than its own")
        everyone = np.arange(len(scenarios))
        return self._on(scenarios, [everyone for _ in self.nodes])

    def on_means(self) -> Instance:
        """Return the same decisions with one scenario for each last one, of mean demand."""
        last = self.tree.in_phase(self.num_phases - 1)
        parts = [self.scenarios.subset(self.tree.nodes[v].scenarios).mean() for v in last]
        means = ScenarioSet(
            np.concatenate([part.demand for part in parts]),
            np.array([self.tree.nodes[v].probability for v in last]),
            tuple(self.tree.nodes[v].name for v in last),
            self.scenarios.zones,
            self.scenarios.types,
        )
        ends = [np.isin(self.tree.nodes[v].scenarios[:1], node.scenarios)[0]
                for node in self.tree.nodes for v in last]  # fmt: skip
        through = np.array(ends).reshape(len(self.nodes), len(last))
        return self._on(means, [np.flatnonzero(row) for row in through])

    def _on(self, scenarios: ScenarioSet, through: Sequence[IntArray]) -> PhasedInstance:
        """Return the same decisions on other scenarios, given those that come through each node."""
        nodes = zip(self.tree.nodes, through, strict=True)
        tree = tuple(replace(node, scenarios=part) for node, part in nodes)
        made = []
        for node, instance in zip(tree, self.nodes, strict=True):
            begin = node.phase * instance.num_zones
            zones = slice(begin, begin + instance.num_zones)
            part = phase_of(scenarios, zones, instance.region.zones.ids)
            own = part if len(node.scenarios) == len(part) else part.subset(node.scenarios)
            made.append(instance.with_scenarios(own))
        return replace(
            self,
            scenarios=scenarios,
            tree=ScenarioTree(tree, len(scenarios)),
            nodes=tuple(made),
        )

    def in_units(self, money: float, demand: float) -> Instance:
        """Return the instance with money and demand in other units."""
        whole = super().in_units(money, demand)
        nodes = tuple(node.in_units(money, demand) for node in self.nodes)
        assert isinstance(whole, PhasedInstance)
        return replace(whole, nodes=nodes)


def phase_of(scenarios: ScenarioSet, zones: slice, ids: tuple[str, ...]) -> ScenarioSet:
    """Return some zones of scenarios, under other ids."""
    return replace(scenarios, demand=scenarios.demand[:, zones], zones=ids)
