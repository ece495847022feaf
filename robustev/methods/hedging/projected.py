"""Scenario models in projected form: first stage, one cost-to-go variable, and cuts on it.

A cut model is a relaxation of the explicit one, so the bounds that hedging draws from it stay
valid however few cuts it has.
"""

from __future__ import annotations

import pyomo.environ as pyo
from pyomo.core.expr.numeric_expr import LinearExpression

from robustev.core.arrays import FloatArray
from robustev.model.constraints import add_rules
from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance
from robustev.model.objective import add_objective
from robustev.model.variables import add_first_stage, first_stage_columns

NEGLIGIBLE = 1e-12


def projected_model(
    instance: Instance,
    scenario: int,
    *,
    cost_bounds: tuple[float, float] = (0.0, float("inf")),
    best_cost: float = 0.0,
) -> pyo.ConcreteModel:
    """Return the projected model of one scenario, without cuts yet."""
    m = bare_model(instance, scenario, cost_bounds=cost_bounds, best_cost=best_cost)
    add_rules(m, first_stage(instance))
    return m


def bare_model(
    instance: Instance,
    scenario: int,
    *,
    cost_bounds: tuple[float, float] = (0.0, float("inf")),
    best_cost: float = 0.0,
) -> pyo.ConcreteModel:
    """Return the variables and the objective of one scenario, without any rule on them.

    That is all which a cylinder needs that solves no scenario, and soon made.
    """
    m = pyo.ConcreteModel()
    add_first_stage(m, first_stage(instance))
    m.cost_to_go = pyo.Var(bounds=(0, None))
    m.cuts = pyo.ConstraintList()
    add_objective(m, instance, scenario, m.cost_to_go, cost_bounds=cost_bounds, best_cost=best_cost)
    return m


def add_cut(m: pyo.ConcreteModel, coefficients: FloatArray, constant: float) -> None:
    """Add ``cost_to_go >= constant + coefficients @ z``, ``z`` as in ``FirstStage``."""
    scale = max(1.0, float(abs(coefficients).max(initial=0.0)))
    kept = abs(coefficients) > NEGLIGIBLE * scale
    variables = [v for v, keep in zip(first_stage_columns(m), kept, strict=True) if keep]
    terms = LinearExpression(
        constant=0.0,
        linear_coefs=[1.0, *(-coefficients[kept]).tolist()],
        linear_vars=[m.cost_to_go, *variables],
    )
    m.cuts.add(pyo.inequality(float(constant), terms, None))


def add_feasibility_cut(m: pyo.ConcreteModel, coefficients: FloatArray, constant: float) -> None:
    """Add ``coefficients @ z >= constant``."""
    kept = coefficients != 0
    variables = [v for v, keep in zip(first_stage_columns(m), kept, strict=True) if keep]
    terms = LinearExpression(
        constant=0.0, linear_coefs=coefficients[kept].tolist(), linear_vars=variables
    )
    m.cuts.add(pyo.inequality(float(constant), terms, None))
