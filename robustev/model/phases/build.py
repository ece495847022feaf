"""From region, scenarios and model to the instance of several phases."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from pydantic import ValidationError

from robustev.core.arrays import FloatArray
from robustev.core.errors import ConfigError, Fault
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.model.instance import Instance, assembled, build_instance
from robustev.model.options import ModelOptions
from robustev.model.phases.config import Phase, Phases
from robustev.model.phases.demand import by_phase
from robustev.model.phases.first_stage import check_columns
from robustev.model.phases.instance import PhasedInstance, phase_of
from robustev.model.phases.tree import ScenarioTree, grow
from robustev.model.risk import Expected

NOT_BY_PHASE = frozenset(ModelOptions.model_fields)
"""Options of the whole model, which no phase may have otherwise."""


@assembled.register
def build_phased(
    phases: Phases, region: Region, scenarios: ScenarioSet, model: ModelOptions
) -> PhasedInstance:
    """Return the instance of several phases.

    Scenarios are put in the order of the tree, so that those of a node stand together.

    Raises
    ------
    ConfigError
        If scenarios hold no demand by phase, a phase's rules cannot be read, or the objective
        cannot be minimised on a tree.
    """
    goal = model.objective
    if phases.build == "tree" and not goal.is_expectation:
        raise ConfigError(
            f"model.phases.build 'tree' minimises the expected cost, not {goal.measure!r}: what is "
            "built depends on the scenario there; 'path' takes every objective"
        )
    whole = goal.sees(by_phase(phases, scenarios, region))
    whole, tree = _in_order(phases, whole, region.num_zones)
    models = [_model_of(step, model) for step in phases.steps]
    nodes = []
    for node in tree.nodes:
        begin = node.phase * region.num_zones
        part = phase_of(whole, slice(begin, begin + region.num_zones), region.zones.ids)
        own = part if len(node.scenarios) == len(part) else part.subset(node.scenarios)
        made = build_instance(region, own, models[node.phase])
        nodes.append(_discounted(made, phases, node.phase))
    check_columns(nodes)
    return _product(phases, tree, nodes, _shares(phases, tree), whole, model)


def _in_order(
    phases: Phases, scenarios: ScenarioSet, num_zones: int
) -> tuple[ScenarioSet, ScenarioTree]:
    """Return the scenarios in the order of the last phase's nodes, and the tree on them."""
    demand = scenarios.demand.reshape(len(scenarios), -1, num_zones, len(scenarios.types))
    tree = grow(phases, scenarios, demand)
    if tree.is_path:
        return scenarios, tree
    last = [tree.nodes[v].scenarios for v in tree.in_phase(len(phases.steps) - 1)]
    order = np.concatenate([np.sort(part) for part in last])
    place = np.argsort(order)
    nodes = tuple(replace(node, scenarios=np.sort(place[node.scenarios])) for node in tree.nodes)
    ordered = ScenarioSet(
        scenarios.demand[order],
        scenarios.probability[order],
        tuple(scenarios.names[s] for s in order),
        scenarios.zones,
        scenarios.types,
        {name: values[order] for name, values in scenarios.drivers.items()},
    )
    return ordered, ScenarioTree(nodes, len(scenarios))


def _model_of(step: Phase, model: ModelOptions) -> ModelOptions:
    """Return the model of one phase: the whole one, with the phase's own rules."""
    own = {"objective": Expected(), "phases": None}
    if not step.rules:
        return model.model_copy(update=own)
    wrong = sorted(NOT_BY_PHASE & set(step.rules))
    if wrong:
        raise ConfigError(
            f"model.phases: {', '.join(wrong)} of phase {step.name} cannot differ from the others'"
        )
    given = model.model_dump(exclude_unset=True, exclude={"phases", "objective"})
    try:
        alone = type(model).model_validate(_laid_over(given, step.rules))
    except ValidationError as error:
        raise ConfigError(
            Fault(
                entry["msg"].removeprefix("Value error, "),
                column=".".join(map(str, ("model.phases", step.name, "rules", *entry["loc"]))),
                found=entry.get("input"),
            )
            for entry in error.errors()
        ) from error
    return alone.model_copy(update=own)


def _laid_over(given: dict[str, object], rules: dict[str, object]) -> dict[str, object]:
    """Return a section with another laid over it, key by key."""
    both = dict(given)
    for key, value in rules.items():
        before = both.get(key)
        if isinstance(value, dict) and isinstance(before, dict):
            value = _laid_over(before, value)
        both[key] = value
    return both


def _discounted(node: Instance, phases: Phases, phase: int) -> Instance:
    """Return a node's instance with its costs of service as they count in the whole."""
    factor = phases.discount(phase) * phases.steps[phase].weight
    return replace(
        node,
        arcs=node.arcs.with_cost(factor * node.arcs.cost),
        unserved_price=factor * node.unserved_price,
    )


def _shares(phases: Phases, tree: ScenarioTree) -> FloatArray:
    """Return the weight of each node's infrastructure cost in the expected cost.

    What stands was paid for when it was built: a node's cost counts at its discount, and counts
    back at that of the nodes which take it over.
    """
    probability = np.array([node.probability for node in tree.nodes])
    share = probability * [phases.discount(node.phase) for node in tree.nodes]
    if phases.charged == "every_phase":
        return share
    paid = share.copy()
    for v, node in enumerate(tree.nodes):
        if node.parent >= 0:
            paid[node.parent] -= share[v]
    return np.where(np.abs(paid) > 1e-12 * share, paid, 0.0)


def _product(
    phases: Phases,
    tree: ScenarioTree,
    nodes: list[Instance],
    share: FloatArray,
    scenarios: ScenarioSet,
    model: ModelOptions,
) -> PhasedInstance:
    """Return the instance whose sites are those of all nodes."""
    first = nodes[0]
    undiscounted = phases.discount(0) * phases.steps[0].weight
    return PhasedInstance(
        region=first.region,
        scenarios=scenarios,
        model=model,
        arcs=first.arcs.with_cost(first.arcs.cost / undiscounted),
        unserved_price=first.unserved_price / undiscounted,
        opening_cost=np.concatenate(
            [part * node.opening_cost for part, node in zip(share, nodes, strict=True)]
        ),
        charger_cost=first.charger_cost,
        fixed_cost=float(sum(p * node.fixed_cost for p, node in zip(share, nodes, strict=True))),
        fixed_capacity=np.concatenate([node.fixed_capacity for node in nodes]),
        charger_capacity=first.charger_capacity,
        charger_table=first.charger_table,
        min_open=np.concatenate([node.min_open for node in nodes]),
        min_chargers=np.concatenate([node.min_chargers for node in nodes]),
        max_chargers=np.concatenate([node.max_chargers for node in nodes]),
        phases=phases,
        tree=tree,
        nodes=tuple(nodes),
        share=share,
    )
