"""Where the parts of the model come together: the first stage, and one scenario's whole model."""

from __future__ import annotations

import pyomo.environ as pyo

from robustev.model import constraints, objective, variables
from robustev.model.instance import Instance

FIRST_STAGE = (constraints.add_slots, constraints.add_station_limits, constraints.add_budget)
"""Constraint families of the first stage; a new family is one function here."""


def first_stage(instance: Instance) -> pyo.ConcreteModel:
    """Return a model of the first stage: ``x``, ``n`` and every constraint on them."""
    m = pyo.ConcreteModel()
    variables.add_open(m, instance)
    variables.add_chargers(m, instance)
    for add_family in FIRST_STAGE:
        add_family(m, instance)
    return m


def scenario_model(
    instance: Instance,
    scenario: int,
    *,
    cost_bounds: tuple[float, float] = (0.0, float("inf")),
    best_cost: float = 0.0,
) -> pyo.ConcreteModel:
    """Return the explicit model of one scenario: first stage, assignment, objective."""
    m = first_stage(instance)
    variables.add_assignment(m, instance, scenario)
    variables.add_unserved(m, instance, scenario)
    constraints.add_served(m, instance)
    constraints.add_capacity(m, instance, scenario)
    constraints.add_links(m, instance)
    cost = objective.service(m, instance, scenario)
    objective.add_objective(m, instance, cost, cost_bounds=cost_bounds, best_cost=best_cost)
    return m


def first_stage_variables(m: pyo.ConcreteModel) -> list[pyo.Var]:
    """Return the nonanticipative variables of a scenario model, risk levels included."""
    return [m.open, m.chargers, *m.risk_levels]
