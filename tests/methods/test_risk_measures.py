"""Every registered risk measure by every method, against the optimum over all plans."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from robustev.model.instance import Instance
from robustev.model.model import Model
from robustev.model.risk import REGISTER, measure_of
from robustev.verify.measure import measure
from tests import instances
from tests.instances import PENALTY
from tests.methods.conftest import METHODS, Solve

TIGHT = 1e-6


@cache
def tiny(key: str, weight: float) -> tuple[Instance, float]:
    """Return an instance with unequal probabilities and its optimum over all plans."""
    goal = measure_of({"measure": key, **REGISTER[key].example, "weight": weight})
    model = Model(unserved_penalty=PENALTY, objective=goal)
    instance = instances.random_instance(5, scenarios=4, model=model)
    costs = np.array(
        [instances.true_costs(instance, plan) for plan in instances.every_plan(instance)]
    )
    best = costs.min(axis=0) if goal.needs_own_optima else None
    values = [measure(instance.goal, cost, instance.probability, best) for cost in costs]
    return instance, min(value for value in values if value is not None)


@pytest.mark.parametrize("weight", [1.0, 0.6])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("key", REGISTER)
def test_a_measure_has_the_same_optimum_in_every_method(
    key: str, method: str, weight: float, solve_by: Solve
) -> None:
    instance, optimum = tiny(key, weight)
    result = solve_by(instance, method)
    assert result.objective == pytest.approx(optimum, rel=TIGHT, abs=TIGHT)
    assert result.lower_bound == pytest.approx(optimum, rel=TIGHT, abs=TIGHT)
    for row in result.trace:
        assert row.lower_bound is None or row.lower_bound <= optimum + TIGHT
        assert row.upper_bound is None or row.upper_bound >= optimum - TIGHT
