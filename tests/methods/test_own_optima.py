"""Regret to the gap asked of it, against the regrets of all plans."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.methods.result import Status
from robustev.model.instance import Instance
from robustev.model.model import Model
from robustev.model.risk import Regret
from tests import instances
from tests.methods.conftest import METHODS, Solve

# The price of unserved demand decides by which way the few scenarios that matter are found.
MODELS = {
    "unserved at a price": Model(unserved_penalty=instances.PENALTY, objective=Regret()),
    "nobody left out": Model(objective=Regret()),
    "beside expected cost": Model(unserved_penalty=instances.PENALTY, objective=Regret(weight=0.6)),
}


def least(of: Instance) -> float:
    """Return the least objective over all plans, with each scenario's optimum over all plans."""
    costs = np.array([instances.true_costs(of, plan) for plan in instances.every_plan(of)])
    costs = costs[np.isfinite(costs).all(axis=1)]
    own = np.array(
        [min(instances.true_costs(of, p)[s] for p in instances.every_plan(of))
         for s in range(len(of.scenarios))]
    )  # fmt: skip
    weight = of.model.objective.weight
    values = weight * (costs - own).max(axis=1) + (1 - weight) * costs @ of.probability
    return float(values.min())


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
@pytest.mark.parametrize("gap", [0.01, 1e-6])
def test_the_gap_holds_for_the_regret_not_for_the_costs(
    method: str, model: Model, gap: float, solve_by: Solve
) -> None:
    instance = instances.random_instance(4, model=model, kinds=0, sites=4, fixed=True, zones=3)
    optimum = least(instance)
    assert 0 < optimum < np.inf
    result = solve_by(instance, method, gap=gap)
    assert result.status in (Status.OPTIMAL, Status.GAP_REACHED)
    assert result.objective is not None
    assert result.lower_bound is not None
    assert result.lower_bound <= optimum * (1 + 1e-7)
    assert optimum * (1 - 1e-7) <= result.objective <= optimum * (1 + gap) * (1 + 1e-6)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("penalty", [instances.PENALTY, None])
def test_one_scenario_regrets_nothing(method: str, penalty: float | None, solve_by: Solve) -> None:
    model = Model(unserved_penalty=penalty, objective=Regret())
    instance = instances.random_instance(4, model=model, scenarios=1, slots=3)
    result = solve_by(instance, method, gap=1e-4)
    assert result.status is Status.OPTIMAL
    assert (result.objective, result.lower_bound, result.gap) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("method", METHODS)
def test_a_problem_without_plans_is_infeasible_for_regret_too(method: str, solve_by: Solve) -> None:
    instance = instances.random_instance(
        4, model=Model(objective=Regret()), kinds=0, sites=3, fixed=True, zones=9
    )
    assert instances.brute_force(instance)[1] is None
    result = solve_by(instance, method)
    assert result.status is Status.INFEASIBLE
    assert result.plan is None
    assert result.message
