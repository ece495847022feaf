"""Where the parts of the model come together: the first stage, and one scenario's whole model."""

from __future__ import annotations

import pyomo.environ as pyo

from robustev.model import constraints, objective, variables
from robustev.model.instance import Problem

FIRST_STAGE = (constraints.add_slots, constraints.add_station_limits, constraints.add_budget)
"""Constraint families of the first stage; a new family is one function here."""


def first_stage(problem: Problem) -> pyo.ConcreteModel:
    """Return a model of the first stage: ``x``, ``n`` and every constraint on them."""
    m = pyo.ConcreteModel()
    variables.add_open(m, problem)
    variables.add_chargers(m, problem)
    for add_family in FIRST_STAGE:
        add_family(m, problem)
    return m


def scenario_model(
    problem: Problem,
    scenario: int,
    *,
    cost_bounds: tuple[float, float] = (0.0, float("inf")),
    best_cost: float = 0.0,
) -> pyo.ConcreteModel:
    """Return the explicit model of one scenario: first stage, assignment, objective."""
    m = first_stage(problem)
    variables.add_assignment(m, problem, scenario)
    variables.add_unserved(m, problem, scenario)
    constraints.add_served(m, problem)
    constraints.add_capacity(m, problem, scenario)
    constraints.add_links(m, problem)
    cost = objective.service(m, problem, scenario)
    objective.add_objective(m, problem, cost, cost_bounds=cost_bounds, best_cost=best_cost)
    return m


def first_stage_variables(m: pyo.ConcreteModel) -> list[pyo.Var]:
    """Return the nonanticipative variables of a scenario model, risk level included."""
    shared = [m.open, m.chargers]
    return [*shared, m.level] if m.component("level") is not None else shared
