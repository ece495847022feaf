"""Cost expressions, and how the cost of a scenario enters the objective under each risk measure.

In scenario form every measure is an expectation of per-scenario terms that share one first-stage
variable ``level`` (``eta``), so the same models serve the extensive form and progressive hedging:

- expected: ``f_s``;
- cvar: ``eta + (f_s - eta)^+ / tail`` (Rockafellar and Uryasev 2000);
- worst case: ``eta`` with ``f_s <= eta``; regret: ``eta`` with ``f_s - z_s <= eta``,

each mixed with the expected cost by ``weight``.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from robustev.model.instance import Instance


def infrastructure(m: pyo.ConcreteModel, instance: Instance) -> object:
    """Weighted cost of stations and chargers, in money."""
    opening = pyo.quicksum(float(instance.opening_cost[i]) * m.open[i] for i in m.open)
    chargers = pyo.quicksum(
        float(instance.charger_cost[r]) * m.chargers[i, r] for i, r in m.chargers
    )
    return opening + chargers + instance.fixed_cost


def spending(m: pyo.ConcreteModel, instance: Instance) -> object:
    """Unweighted cost of what is built beyond the existing stations and chargers."""
    sites, costs = instance.region.sites, instance.region.charger_cost
    opening = pyo.quicksum(
        float(sites.opening_cost[i]) * m.open[i] for i in m.open if not instance.min_open[i]
    )
    chargers = pyo.quicksum(
        float(costs[r]) * (m.chargers[i, r] - int(instance.min_chargers[i, r]))
        for i, r in m.chargers
    )
    return opening + chargers


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
    travel = pyo.quicksum(
        float(instance.travel_cost[i, j] * weight[j, k]) * m.assign[i, j, k] for i, j, k in m.arcs
    )
    unserved = pyo.quicksum(
        float(penalty[j, k]) * m.unserved[j, k] for j, k in m.demands if not m.unserved[j, k].fixed
    )
    return travel + unserved


def add_objective(
    m: pyo.ConcreteModel,
    instance: Instance,
    service_cost: object,
    *,
    cost_bounds: tuple[float, float] = (0.0, np.inf),
    best_cost: float = 0.0,
) -> None:
    """Add the objective of one scenario, given the expression of its second-stage cost.

    ``cost_bounds`` bound the variable ``level`` (without them Lagrangian subproblems are
    unbounded); ``best_cost`` is the scenario's own optimum ``z_s``, for regret.
    """
    goal = instance.model.objective
    m.infrastructure_cost = pyo.Expression(expr=infrastructure(m, instance))
    m.service_cost = pyo.Expression(expr=service_cost)
    cost = m.infrastructure_cost + m.service_cost
    if goal.measure in ("expected", "nominal") or goal.weight == 0:
        m.objective = pyo.Objective(expr=cost)
        return
    m.level = pyo.Var(bounds=cost_bounds)
    if goal.measure == "cvar":
        m.excess = pyo.Var(bounds=(0, None))
        m.above_level = pyo.Constraint(expr=m.excess >= cost - m.level)
        risk = m.level + m.excess / goal.tail
    else:
        offset = best_cost if goal.measure == "regret" else 0.0
        m.below_level = pyo.Constraint(expr=cost - offset <= m.level)
        risk = m.level
    m.objective = pyo.Objective(expr=goal.weight * risk + (1 - goal.weight) * cost)
