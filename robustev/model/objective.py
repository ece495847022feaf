"""Cost expressions, and how the cost of a scenario enters the objective under each risk measure.

In scenario form every risk measure is the least expectation of per-scenario terms that share
first-stage variables (levels), so the same models serve the extensive form and progressive hedging.
Each measure states its term in its own file of :mod:`robustev.model.risk`; here it is mixed with
the expected cost by ``weight``.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance
from robustev.model.variables import first_stage_columns


def infrastructure(m: pyo.ConcreteModel, instance: Instance) -> object:
    """Weighted cost of stations, chargers and what rules add, in money."""
    cost = first_stage(instance).cost
    terms = zip(cost.tolist(), first_stage_columns(m), strict=True)
    return pyo.quicksum(of_one * v for of_one, v in terms) + instance.fixed_cost


def service(m: pyo.ConcreteModel, instance: Instance, scenario: int) -> object:
    """Travel and unserved cost of one scenario: ``sum D t a + sum q D b``."""
    demand = instance.demand[scenario]
    shared = instance.model.split == "shared"
    weight = demand.sum(axis=1, keepdims=True) if shared else demand
    forbidden = np.isinf(instance.unserved_price)  # those are fixed at 0
    price = np.where(forbidden, 0.0, instance.unserved_price)
    penalty = demand * price
    if shared:
        penalty = penalty.sum(axis=1, keepdims=True)
    ways = instance.arcs
    cost = dict(
        zip(zip(ways.site.tolist(), ways.zone.tolist(), strict=True), ways.cost, strict=True)
    )
    travel = pyo.quicksum(
        float(cost[i, j] * weight[j, k]) * m.assign[i, j, k] for i, j, k in m.arcs
    )
    unserved = pyo.quicksum(
        float(penalty[j, k]) * m.unserved[j, k] for j, k in m.demands if not m.unserved[j, k].fixed
    )
    return travel + unserved


def add_objective(
    m: pyo.ConcreteModel,
    instance: Instance,
    scenario: int,
    service_cost: object,
    *,
    cost_bounds: tuple[float, float] = (0.0, np.inf),
    best_cost: float = 0.0,
) -> None:
    """Add the objective of one scenario, given the expression of its second-stage cost.

    ``cost_bounds`` bound the shared levels of a risk measure (without them Lagrangian subproblems
    are unbounded); ``best_cost`` is the scenario's own optimum ``z_s``, for regret.
    """
    goal = instance.goal
    m.infrastructure_cost = pyo.Expression(expr=infrastructure(m, instance))
    m.service_cost = pyo.Expression(expr=service_cost)
    cost = m.infrastructure_cost + m.service_cost
    terms = _Terms(m, cost_bounds, scenario)
    objective = cost
    if not goal.is_expectation:
        risk = goal.scenario_form(terms, cost - best_cost if goal.needs_own_optima else cost)
        m.risk = pyo.Expression(expr=risk)
        objective = goal.weight * risk + (1 - goal.weight) * cost
    m.risk_levels = tuple(terms.levels)
    m.objective = pyo.Objective(expr=objective)


class _Terms:
    """Takes a risk measure's variables and constraints into a scenario's model."""

    def __init__(self, m: pyo.ConcreteModel, bounds: tuple[float, float], scenario: int) -> None:
        self.m = m
        self.bounds = bounds
        self.scenario = scenario
        self.levels: list[pyo.Var] = []

    def shared(self, name: str) -> pyo.Var:
        """Return a new first-stage variable, within the bounds of costs."""
        level = pyo.Var(bounds=self.bounds)
        self.m.add_component(name, level)
        self.levels.append(level)
        return level

    def own(self, name: str) -> pyo.Var:
        """Return a new variable of this scenario alone, at least 0."""
        self.m.add_component(name, pyo.Var(bounds=(0, None)))
        return self.m.component(name)

    def at_least(self, name: str, expression: object) -> pyo.Var:
        """Return a new variable of this scenario alone that is not below an expression."""
        self.m.add_component(name, pyo.Var())
        self.require(f"{name}_at_least", self.m.component(name) >= expression)
        return self.m.component(name)

    def require(self, name: str, condition: object) -> None:
        """Add a constraint."""
        self.m.add_component(name, pyo.Constraint(expr=condition))
