"""The few scenarios that decide a risk measure give the optimum and the bound of all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from robustev.data.plan import Plan
from robustev.methods.base import SolveRun
from robustev.methods.benders.solver import solve_benders
from robustev.methods.extensive import solve_extensive
from robustev.methods.result import Status, StopRule
from robustev.methods.scenario_generation import Inner, restricted, scenario_generation
from robustev.methods.size import num_effective
from robustev.methods.wait_and_see import regret_measure, wait_and_see
from robustev.model.instance import Instance
from robustev.model.model import Model, Stations
from robustev.model.risk import ScenarioRisk, WorstCase, measure_of
from tests import instances
from tests.instances import PENALTY, true_costs

COUNT = 12
EXACT = StopRule(gap=1e-7, seconds=60)
GOALS = [
    pytest.param({"measure": "cvar", "tail": 0.2}, id="cvar"),
    pytest.param({"measure": "worst_case"}, id="worst case"),
    pytest.param({"measure": "regret"}, id="regret"),
]


def drawn(seed: int, goal: dict[str, object], **limits: object) -> tuple[Instance, ScenarioRisk]:
    model = Model(unserved_penalty=PENALTY, objective=measure_of(goal), **limits)
    instance = instances.random_instance(seed, scenarios=COUNT, model=model, types=2, kinds=2)
    if not model.objective.needs_own_optima:
        return instance, ScenarioRisk(model.objective, instance.probability)
    own = wait_and_see(instance, gap=1e-7)
    return instance, regret_measure(instance, own)


@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("inner", [solve_extensive, solve_benders])
def test_few_scenarios_give_the_optimum_of_all(
    inner: Inner, seed: int, goal: dict[str, object]
) -> None:
    instance, risk = drawn(seed, goal)
    whole = solve_extensive(SolveRun(instance, EXACT, risk))
    found = scenario_generation(SolveRun(instance, EXACT, risk), inner)
    assert found.objective == pytest.approx(whole.objective, rel=1e-6)
    assert found.lower_bound == pytest.approx(whole.objective, rel=1e-6)
    assert found.status in (Status.OPTIMAL, Status.GAP_REACHED)
    assert found.details["effective_scenarios"] < COUNT


@pytest.mark.parametrize("goal", GOALS)
def test_on_fewer_scenarios_no_plan_costs_more(goal: dict[str, object]) -> None:
    """The measure on a part stays below that on all, and meets it where all weight lies there."""
    instance, risk = drawn(0, goal)
    rng = np.random.default_rng(0)
    for _ in range(5):
        costs = true_costs(instance, instances.random_plan(instance, rng))
        weighty = np.flatnonzero(risk.weights(costs) > 0)
        for index in (weighty, np.union1d(weighty, rng.permutation(COUNT)[:4])):
            assert restricted(instance, risk, index)[1].value(costs[index]) == pytest.approx(
                risk.value(costs)
            )
        other = rng.permutation(COUNT)[: COUNT // 2]
        assert restricted(instance, risk, other)[1].value(costs[other]) <= risk.value(costs) + 1e-9


def test_the_prices_of_few_scenarios_are_kept_for_all() -> None:
    """They bound every scenario, so that whoever checks them may ask about all."""
    instance, risk = drawn(0, {"measure": "regret"})
    found = scenario_generation(SolveRun(instance, EXACT, risk), solve_benders)
    assert found.certificate is not None
    assert found.certificate.own_optimum == pytest.approx(risk.best_cost)
    assert scenario_generation(SolveRun(instance, EXACT, risk), solve_extensive).certificate is None


@pytest.mark.parametrize("seed", range(3))
def test_rough_own_optima_are_narrowed_where_they_matter(seed: int) -> None:
    instance, risk = drawn(seed, {"measure": "regret"})
    assert risk.best_cost is not None
    rough = replace(risk, best_cost=1.05 * risk.best_cost, best_bound=0.95 * risk.best_cost)
    found = scenario_generation(SolveRun(instance, EXACT, rough), solve_extensive)
    whole = solve_extensive(SolveRun(instance, EXACT, risk))
    assert found.objective == pytest.approx(whole.objective, rel=1e-6)
    assert found.lower_bound == pytest.approx(whole.objective, rel=1e-6)


def test_the_part_asks_for_the_same_measure() -> None:
    instance, risk = drawn(0, {"measure": "cvar", "tail": 0.2})
    index = np.arange(6)
    part, measure = restricted(instance, risk, index)
    share = instance.probability[index].sum()
    assert part.model.objective == measure.goal
    assert measure.goal.tail == pytest.approx(0.2 / share)


def test_it_begins_with_plans_that_keep_the_limits() -> None:
    """The optimum as a start ends the search in its first round; a broken limit leaves it out."""
    instance, risk = drawn(1, {"measure": "worst_case"}, stations=Stations(maximum=2))
    best = scenario_generation(SolveRun(instance, EXACT, risk), solve_extensive)
    again = scenario_generation(
        SolveRun(instance, EXACT, risk, start=(best.plan,)), solve_extensive
    )
    assert again.objective == pytest.approx(best.objective)
    assert {row.iteration for row in again.trace} <= {0, 1}
    everywhere = Plan("all", np.ones(3, dtype=bool), instance.min_chargers)
    assert scenario_generation(
        SolveRun(instance, EXACT, risk, start=(everywhere,)), solve_extensive
    ).objective == pytest.approx(best.objective)


def test_a_limit_of_rounds_leaves_an_honest_gap() -> None:
    instance, risk = drawn(2, {"measure": "regret"})
    one = scenario_generation(
        SolveRun(instance, StopRule(gap=1e-7, iterations=1), risk), solve_extensive
    )
    whole = solve_extensive(SolveRun(instance, EXACT, risk))
    assert one.lower_bound <= whole.objective * (1 + 1e-9) <= one.objective * (1 + 2e-9)


@pytest.mark.parametrize(
    ("goal", "number"),
    [
        pytest.param({"measure": "expected"}, COUNT, id="all weigh"),
        pytest.param({"measure": "cvar", "tail": 0.9}, COUNT, id="nearly all weigh"),
        pytest.param({"measure": "worst_case", "weight": 0.5}, COUNT, id="mixed with all"),
        pytest.param({"measure": "cvar", "tail": 0.2}, 5, id="the tail"),
        pytest.param({"measure": "regret"}, 3, id="the largest regrets"),
    ],
)
def test_how_many_scenarios_decide(goal: dict[str, object], number: int) -> None:
    model = Model(unserved_penalty=PENALTY, objective=measure_of(goal))
    instance = instances.random_instance(0, scenarios=COUNT, model=model)
    assert num_effective(instance) == number


def test_where_all_must_be_served_all_scenarios_decide() -> None:
    """A plan for some scenarios might serve others not at all."""
    instance = instances.random_instance(0, scenarios=COUNT, model=Model(objective=WorstCase()))
    assert num_effective(instance) == COUNT
    priced = replace(instance, unserved_price=np.full_like(instance.unserved_price, PENALTY))
    assert num_effective(priced) < COUNT
