"""Where the parts of the model come together: the first stage, and one scenario's whole model."""

from __future__ import annotations

import pyomo.environ as pyo

from robustev.model import constraints, objective, variables
from robustev.model.features.base import active_features
from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance, Stage

SERVICE_ROWS = ("served", "capacity", "links")
"""Constraints of the second stage that every model has."""


def first_stage_model(instance: Instance) -> pyo.ConcreteModel:
    """Return a model of the first stage: ``x``, ``n`` and every rule on them."""
    m = pyo.ConcreteModel()
    first = first_stage(instance)
    variables.add_first_stage(m, first)
    constraints.add_rules(m, first)
    return m


def scenario_model(
    instance: Instance,
    scenario: int,
    *,
    cost_bounds: tuple[float, float] = (0.0, float("inf")),
    best_cost: float = 0.0,
) -> pyo.ConcreteModel:
    """Return the explicit model of one scenario: first stage, assignment, objective."""
    m = first_stage_model(instance)
    cost = add_second_stage(m, instance, scenario)
    objective.add_objective(
        m, instance, scenario, cost, cost_bounds=cost_bounds, best_cost=best_cost
    )
    return m


def add_second_stage(
    m: pyo.ConcreteModel, instance: Instance, scenario: int, *, elastic: bool = False
) -> object:
    """Add one scenario's second stage, what rules add to it included; return its cost.

    With ``elastic`` demand that must be served may stay unserved, at no cost. Each of several
    phases is a block of its own, ``phase[t]``.
    """
    stages = instance.stages(scenario)
    if stages[0].instance is instance:
        return _add_stage(m, instance, scenario, elastic=elastic)
    m.phase = pyo.Block(range(len(stages)))
    for t, stage in enumerate(stages):
        _see_own_columns(m.phase[t], m, stage)
    return pyo.quicksum(
        _add_stage(m.phase[t], stage.instance, stage.scenario, elastic=elastic)
        for t, stage in enumerate(stages)
    )


def _see_own_columns(block: pyo.Block, m: pyo.ConcreteModel, stage: Stage) -> None:
    """Let a phase's block find openings and chargers of its own sites as those of a whole model."""
    begin, of = stage.first_site, stage.instance
    block.open = {i: m.open[begin + i] for i in range(of.num_sites)}
    block.chargers = {
        (i, r): m.chargers[begin + i, r] for i in range(of.num_sites) for r in range(of.num_kinds)
    }
    steps = first_stage(of).steps
    if steps is not None:
        place = begin // of.num_sites * len(steps.site)
        block.steps = {c: m.steps[place + c] for c in range(len(steps.site))}


def _add_stage(m: pyo.ConcreteModel, instance: Instance, scenario: int, *, elastic: bool) -> object:
    """Add the second stage of one phase; return its cost."""
    variables.add_assignment(m, instance, scenario)
    variables.add_unserved(m, instance, scenario)
    if elastic:
        m.unserved.unfix()
    constraints.add_served(m, instance)
    constraints.add_capacity(m, instance, scenario)
    constraints.add_links(m, instance)
    cost = objective.service(m, instance, scenario)
    if instance.has_plain_second_stage:
        return cost
    further = [rule.add(m, instance, scenario) for rule in active_features(instance.model)]
    m.cost_of_rules = pyo.Expression(expr=sum(further))
    return cost + m.cost_of_rules


def first_stage_variables(m: pyo.ConcreteModel) -> list[pyo.Var]:
    """Return the nonanticipative variables of a scenario model, risk levels included."""
    return [*(m.component(name) for name in m.first_stage_blocks), *m.risk_levels]
