"""Each scenario's own optimum, and regret against it."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.core.errors import InfeasibleError
from robustev.data.plan import Plan
from robustev.methods import rates
from robustev.methods import wait_and_see as module
from robustev.methods.options import SolveOptions
from robustev.methods.result import SolveResult, Status, StopRule
from robustev.methods.solve import solve
from robustev.methods.wait_and_see import (
    LEAST_SECONDS,
    ScenarioOptima,
    _Budget,
    beside_plans,
    regret_measure,
    wait_and_see,
)
from robustev.model.instance import Instance
from robustev.model.model import Model
from robustev.model.risk import Regret, ScenarioRisk
from robustev.parallel import interrupt
from tests import instances
from tests.instances import PENALTY, every_plan, true_costs
from tests.methods.conftest import METHODS, Solve

SLOW_TO_PROVE = {"sites": 14, "zones": 30, "kinds": 2, "slots": 5, "scenarios": 4}


def costs_of_every_plan(instance: Instance) -> np.ndarray:
    return np.array([true_costs(instance, plan) for plan in every_plan(instance)])


def test_brackets_hold_each_scenarios_own_optimum() -> None:
    instance = instances.random_instance(4, model=Model(unserved_penalty=PENALTY))
    own = costs_of_every_plan(instance).min(axis=0)
    bracket = wait_and_see(instance, gap=1e-4)
    assert (bracket.lower <= own * (1 + 1e-9)).all()
    assert (bracket.upper >= own * (1 - 1e-9)).all()
    assert bracket.upper == pytest.approx(bracket.lower, rel=1.1e-4)


def test_brackets_of_decomposed_scenarios_hold_the_same_optima(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    instance = instances.random_instance(4, model=Model(unserved_penalty=PENALTY))
    own = costs_of_every_plan(instance).min(axis=0)
    monkeypatch.setattr(rates, "SECONDS_PER_STATED_ARC", 1e9)
    bracket = wait_and_see(instance, gap=1e-4)
    assert (bracket.lower <= own * (1 + 1e-9)).all()
    assert bracket.upper == pytest.approx(own, rel=1.1e-4)


def test_a_scenario_without_a_plan_has_nothing_to_regret() -> None:
    instance = instances.random_instance(0, model=Model(), kinds=0, fixed=True)
    crowded = instance.with_scenarios(instance.scenarios.scaled(1000.0))
    own = wait_and_see(crowded, gap=1e-3)
    assert np.isinf(own.upper).all()
    with pytest.raises(InfeasibleError, match="no plan of its own"):
        regret_measure(crowded, own)


def test_known_plans_end_brackets_that_the_search_left_open() -> None:
    """Only plans that keep the limits count."""
    model = Model(unserved_penalty=PENALTY, stations={"maximum": 1})
    instance = instances.random_instance(4, model=model)
    one = Plan("one", np.array([True, False, False]), instance.min_chargers)
    all_open = Plan("all", np.ones(3, dtype=bool), instance.max_chargers)
    open_ended = ScenarioOptima(np.arange(3), np.zeros(3), np.array([np.inf, 0.0, np.inf]))
    upper = beside_plans(open_ended, instance, [one, all_open]).upper
    expected = true_costs(instance, one)
    assert upper == pytest.approx([expected[0], 0.0, expected[2]])


def test_the_search_for_the_optima_leaves_the_plan_its_share_of_the_time() -> None:
    objective = Regret()
    model = Model(unserved_penalty=PENALTY, objective=objective)
    instance = instances.random_instance(3, model=model, **SLOW_TO_PROVE)
    options = SolveOptions(method="benders", gap=0.0, time_limit=4.0, ranks=1)
    result = solve(instance.region, instance.scenarios, model, options)
    assert result.plan is not None
    assert result.seconds < 25.0


def test_a_stop_during_the_search_for_the_optima_is_an_interrupt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(interrupt, "requested", lambda: True)
    objective = Regret()
    instance = instances.random_instance(3, model=Model(unserved_penalty=PENALTY), **SLOW_TO_PROVE)
    model = instance.model.model_copy(update={"objective": objective})
    options = SolveOptions(method="benders", gap=0.0, ranks=1)
    result = solve(instance.region, instance.scenarios, model, options)
    assert (result.status, result.plan) == (Status.INTERRUPTED, None)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("weight", [1.0, 0.4])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_method_finds_the_least_regret_over_all_plans(
    method: str, weight: float, seed: int, solve_by: Solve
) -> None:
    objective = Regret(weight=weight)
    instance = instances.random_instance(
        seed, model=Model(unserved_penalty=PENALTY, objective=objective)
    )
    costs = costs_of_every_plan(instance)
    risk = ScenarioRisk(objective, instance.probability, best_cost=costs.min(axis=0))
    least = min(risk.value(row) for row in costs)
    result = solve_by(instance, method, gap=1e-5)
    assert result.objective is not None
    assert result.lower_bound is not None
    assert result.objective == pytest.approx(least, rel=1e-3, abs=1e-6)
    assert result.lower_bound <= least + 1e-6 * max(1.0, least) <= result.objective + 2e-6 * least


def test_time_that_quick_scenarios_leave_goes_to_the_others() -> None:
    budget = _Budget(total=40.0, threads=1, tasks=4)
    assert budget.share() == pytest.approx(10.0, abs=0.5)
    assert budget.share() == pytest.approx(40 / 3, abs=0.5)
    late = _Budget(total=-5.0, threads=2, tasks=4)
    assert late.share() == LEAST_SECONDS


def test_by_far_the_widest_brackets_are_searched_again(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = instances.random_instance(4, model=Model(unserved_penalty=PENALTY), scenarios=5)
    asked: list[str] = []

    def search(alone: Instance, stop: StopRule) -> SolveResult:
        name = alone.scenarios.names[0]
        lower = 10.0 if name == "s3" and name not in asked else 98.0
        upper = 100.0 if name not in asked else 101.0
        asked.append(name)
        return SolveResult("ef", None, upper, lower, Status.TIME_LIMIT, 0.0)

    monkeypatch.setattr(module, "_whole", search)
    found = module.wait_and_see(instance, gap=1e-3, total=50.0)
    assert sorted(asked) == ["s0", "s1", "s2", "s3", "s3", "s4"]
    assert (found.lower == 98.0).all()
    assert (found.upper == 100.0).all(), "the better bound of both searches counts"
    asked.clear()
    module.wait_and_see(instance, gap=1e-3, seconds=5.0)
    assert len(asked) == 5, "without a time for all there is no second search"
