"""What must hold of any two-stage problem, whatever its numbers."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robustev.data.scenarios import ScenarioSet, scenario_names
from robustev.methods.options import SolveOptions
from robustev.methods.result import Status
from robustev.methods.solve import solve
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Budget, Model
from robustev.model.risk import CVaR, Expected, Nominal, RiskMeasure, WorstCase
from tests import instances
from tests.instances import PENALTY
from tests.methods.conftest import METHODS, Solve

FEW = settings(max_examples=5, deadline=None)
SEEDS = st.integers(0, 500)
OBJECTIVES = st.sampled_from(
    [
        Expected(),
        CVaR(tail=0.3),
        CVaR(tail=0.5, weight=0.5),
        WorstCase(),
    ]
)
SLACK = 1e-6


def optimum(instance: Instance, method: str = "benders") -> float:
    options = SolveOptions(method=method, gap=1e-7, ranks=1, time_limit=20)  # type: ignore[arg-type]
    result = solve(instance.region, instance.scenarios, instance.model, options)
    assert result.status in (Status.OPTIMAL, Status.GAP_REACHED)
    assert result.objective is not None
    return result.objective


def of_seed(seed: int, **options: object) -> Instance:
    model = Model(unserved_penalty=PENALTY, **options)  # type: ignore[arg-type]
    return instances.random_instance(seed, model=model, sites=4, zones=5)


def rebuilt(instance: Instance, scenarios: ScenarioSet) -> Instance:
    return build_instance(instance.region, scenarios, instance.model)


@FEW
@given(seed=SEEDS)
def test_foresight_never_costs_and_the_mean_never_pays(seed: int) -> None:
    """Wait-and-see <= recourse optimum <= expected cost of the nominal plan (Madansky 1960)."""
    instance = of_seed(seed)
    each = [instance.subset([s]) for s in range(len(instance.scenarios))]
    wait_and_see = instance.probability @ np.array([optimum(alone) for alone in each])
    nominal = rebuilt(instance, instance.scenarios.mean())
    plan = solve(nominal.region, nominal.scenarios, nominal.model, SolveOptions(gap=1e-7)).plan
    assert plan is not None
    expected_of_nominal = instance.probability @ instances.true_costs(instance, plan)
    best = optimum(instance)
    assert wait_and_see <= best * (1 + SLACK)
    assert best <= expected_of_nominal * (1 + SLACK)


@FEW
@given(seed=SEEDS, objective=OBJECTIVES, share=st.sampled_from([0.5, 0.9]))
def test_splitting_a_scenario_in_two_changes_nothing(
    seed: int, objective: RiskMeasure, share: float
) -> None:
    instance = of_seed(seed, objective=objective)
    given_ = instance.scenarios
    p = given_.probability
    halves = replace(
        given_,
        demand=np.concatenate([given_.demand, given_.demand[:1]]),
        probability=np.concatenate([[share * p[0]], p[1:], [(1 - share) * p[0]]]),
        names=scenario_names(len(p) + 1),
    )
    assert optimum(rebuilt(instance, halves)) == pytest.approx(optimum(instance), rel=SLACK)


@FEW
@given(seed=SEEDS, objective=OBJECTIVES, order=st.permutations(range(3)))
def test_the_order_of_scenarios_does_not_matter(
    seed: int, objective: RiskMeasure, order: list[int]
) -> None:
    instance = of_seed(seed, objective=objective)
    shuffled = rebuilt(instance, instance.scenarios.subset(order))
    assert optimum(shuffled) == pytest.approx(optimum(instance), rel=SLACK)


@FEW
@given(seed=SEEDS, objective=OBJECTIVES, limit=st.integers(0, 30), more=st.integers(0, 30))
def test_more_budget_never_costs_more(
    seed: int, objective: RiskMeasure, limit: int, more: int
) -> None:
    small, large = (
        of_seed(seed, objective=objective, budget=Budget(limit=money))
        for money in (limit, limit + more)
    )
    assert optimum(large) <= optimum(small) * (1 + SLACK)


@FEW
@given(seed=SEEDS)
def test_cvar_runs_from_the_expectation_to_the_worst_case(seed: int) -> None:
    def at(tail: float) -> float:
        return optimum(of_seed(seed, objective=CVaR(tail=tail)))

    tails = [at(tail) for tail in (1.0, 0.6, 0.3, 1e-6)]
    assert all(wide <= narrow * (1 + SLACK) for wide, narrow in pairwise(tails))
    assert tails[0] == pytest.approx(optimum(of_seed(seed)), rel=SLACK)
    worst = optimum(of_seed(seed, objective=WorstCase()))
    assert tails[-1] == pytest.approx(worst, rel=SLACK)


@FEW
@given(seed=SEEDS, factor=st.sampled_from([0.01, 7.0, 1000.0]))
def test_money_has_no_unit(seed: int, factor: float) -> None:
    instance = of_seed(seed)
    dearer = of_seed(seed, infrastructure_weight=factor, travel_weight=factor).model.model_copy(
        update={"unserved_penalty": PENALTY * factor}
    )
    scaled = build_instance(instance.region, instance.scenarios, dearer)
    assert optimum(scaled) == pytest.approx(factor * optimum(instance), rel=SLACK)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "objective",
    [
        Expected(),
        CVaR(tail=0.1),
        WorstCase(),
        Nominal(),
    ],
    ids=lambda objective: objective.measure,
)
def test_with_one_scenario_every_measure_and_method_is_the_deterministic_model(
    method: str, objective: RiskMeasure, solve_by: Solve
) -> None:
    instance = of_seed(11).subset([1])
    risky = instance.model.model_copy(update={"objective": objective})
    result = solve_by(build_instance(instance.region, instance.scenarios, risky), method)
    assert result.objective == pytest.approx(instances.brute_force(instance)[0], rel=SLACK)
    assert result.lower_bound == pytest.approx(result.objective, rel=SLACK)
