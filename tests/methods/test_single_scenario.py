"""One scenario as one model: the same optimum as by trying every plan, also side by side."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.data.plan import Plan
from robustev.methods.result import Status, StopRule
from robustev.methods.single_scenario import solve_single_scenario
from robustev.model.instance import Instance
from robustev.model.model import Model
from robustev.model.risk import Regret
from robustev.parallel import interrupt
from robustev.parallel.ordered import ordered_map
from tests import instances
from tests.instances import PENALTY, every_plan, true_costs

EXACT = StopRule(gap=1e-9)


def least_cost(instance: Instance) -> float:
    return float(min(true_costs(instance, plan)[0] for plan in every_plan(instance)))


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        pytest.param(Model(unserved_penalty=PENALTY), {}, id="plain"),
        pytest.param(Model(unserved_penalty=PENALTY, split="shared"), {"types": 2}, id="shared"),
        pytest.param(Model(), {"slots": 6}, id="nobody left out"),
        pytest.param(
            Model(unserved_penalty=PENALTY, existing_cost="sunk"), {"existing": True}, id="sunk"
        ),
        pytest.param(
            Model(unserved_penalty=PENALTY, objective=Regret()),
            {},
            id="the cost, whatever the objective",
        ),
    ],
)
def test_it_finds_the_cheapest_plan(model: Model, shape: dict[str, object]) -> None:
    instance = instances.random_instance(2, model=model, **shape).subset([1])
    found = solve_single_scenario(instance, EXACT)
    assert found.status is Status.OPTIMAL
    assert found.objective == pytest.approx(least_cost(instance))
    assert found.lower_bound == pytest.approx(least_cost(instance))


def test_demand_that_cannot_be_served_is_infeasible() -> None:
    instance = instances.random_instance(0, model=Model(), kinds=0, fixed=True).subset([0])
    crowded = instance.with_scenarios(instance.scenarios.scaled(1000.0))
    assert solve_single_scenario(crowded, EXACT).status is Status.INFEASIBLE


def test_threads_find_what_one_finds() -> None:
    instance = instances.random_instance(5, scenarios=8, sites=6, zones=12, kinds=2, types=2)
    tasks = [instance.subset([s]) for s in range(8)]
    apart = [solve_single_scenario(task, EXACT).objective for task in tasks]
    side_by_side = ordered_map(
        lambda task: solve_single_scenario(task, EXACT).objective, tasks, workers=3
    )
    np.testing.assert_allclose(list(side_by_side), apart, rtol=1e-9)


def test_without_time_the_bound_is_what_must_stand() -> None:
    instance = instances.random_instance(3, sites=8, zones=20, existing=True).subset([0])
    found = solve_single_scenario(instance, StopRule(gap=0.0, seconds=1e-9))
    kept = instance.infrastructure_cost(Plan("kept", instance.min_open, instance.min_chargers))
    assert found.lower_bound is not None
    assert found.lower_bound >= kept


def test_two_scenarios_are_not_one() -> None:
    with pytest.raises(ValueError, match="not 3"):
        solve_single_scenario(instances.random_instance(0), EXACT)


def test_an_interrupt_ends_it_with_valid_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = instances.random_instance(3, sites=14, zones=30, kinds=2, slots=5).subset([0])
    best = solve_single_scenario(instance, StopRule(gap=0.05))
    monkeypatch.setattr(interrupt, "requested", lambda: True)
    found = solve_single_scenario(instance, StopRule(gap=0.0))
    assert found.lower_bound is None or found.lower_bound <= best.objective
