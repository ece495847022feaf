"""The extensive form: its model's size, and an answer that is evaluated anew."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.methods.result import Status
from robustev.model.model import Budget, Model
from tests import instances
from tests.instances import PENALTY, true_costs, true_objective
from tests.methods.conftest import Solve


def test_its_objective_is_the_plans_exact_cost_not_the_solvers(solve_by: Solve) -> None:
    instance = instances.random_instance(6, sites=5, zones=8, kinds=2)
    result = solve_by(instance, "ef", gap=0.05)
    assert result.plan is not None
    exact = true_objective(instance, true_costs(instance, result.plan))
    assert result.objective == pytest.approx(exact, rel=1e-9)


def test_its_trace_names_itself(solve_by: Solve) -> None:
    result = solve_by(instances.random_instance(0), "ef")
    assert {row.source for row in result.trace} == {"extensive form"}


def test_with_nothing_to_spend_and_nothing_standing_all_demand_is_left(solve_by: Solve) -> None:
    model = Model(unserved_penalty=PENALTY, budget=Budget(limit=0.0))
    instance = instances.random_instance(1, model=model)
    result = solve_by(instance, "ef")
    assert result.status is Status.OPTIMAL
    assert result.plan is not None
    assert not result.plan.open.any()
    mean = float(np.tensordot(instance.probability, instance.demand, axes=1).sum())
    assert result.objective == pytest.approx(PENALTY * mean)
