"""VSS, EVPI and wait-and-see agree with brute force over every plan."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from robustev.assess.input import ComparisonInput
from robustev.assess.questions.information import information
from robustev.assess.questions.out_of_sample import Label, judge
from robustev.assess.schema import Information
from robustev.evaluate import evaluate
from robustev.model.instance import Instance, build_instance
from tests import instances
from tests.assess.cases import equiprobable, plan_of, small_case

SEEDS = (1, 2, 3, 5, 8)


@cache
def found(seed: int) -> tuple[ComparisonInput, Information]:
    case = small_case(seed)
    fresh = equiprobable(case.instance(case.in_sample), np.array(case.in_sample.demand))
    label = Label("out_of_sample", "out_of_sample", "", "", "the scenarios")
    judged = judge(case, label, fresh, case.plans)
    made = evaluate(case.instance(case.in_sample), case.plans, workers=1)
    return case, information(case, made, judged)


def alone(instance: Instance, s: int) -> float:
    """Return the optimum of one scenario, by trying every plan."""
    single = build_instance(instance.region, instance.scenarios.subset([s]), instance.model)
    return instances.brute_force(single)[0]


def wait_and_see(instance: Instance) -> float:
    count = len(instance.scenarios)
    return float(instance.probability @ [alone(instance, s) for s in range(count)])


@pytest.mark.parametrize("seed", SEEDS)
def test_wait_and_see_is_the_mean_of_the_scenarios_own_optima(seed: int) -> None:
    case, info = found(seed)
    assert info.wait_and_see is not None
    truth = wait_and_see(case.instance(case.in_sample))
    assert info.wait_and_see.value == pytest.approx(truth)


@pytest.mark.parametrize("seed", SEEDS)
def test_recourse_problem_and_evpi_are_those_of_brute_force(seed: int) -> None:
    case, info = found(seed)
    instance = case.instance(case.in_sample)
    best = instances.brute_force(instance)[0]
    assert info.recourse is not None
    assert info.evpi is not None
    assert info.recourse.value == pytest.approx(best)
    assert info.evpi.value == pytest.approx(best - wait_and_see(instance), abs=1e-6)
    assert info.evpi.basis in ("exact", "bracketed")


@pytest.mark.parametrize("seed", SEEDS)
def test_vss_is_what_the_plan_for_the_mean_costs_above_the_best(seed: int) -> None:
    case, info = found(seed)
    instance = case.instance(case.in_sample)
    assert info.vss is not None
    assert info.expected_value is not None
    nominal = case.candidate("nominal").plan
    costs = instances.true_costs(instance, nominal)
    best = instances.brute_force(instance)[0]
    assert info.expected_value.value == pytest.approx(float(instance.probability @ costs))
    assert info.vss.value == pytest.approx(float(instance.probability @ costs) - best, abs=1e-6)
    mean = build_instance(instance.region, instance.scenarios.mean(), instance.model)
    own = instances.true_costs(mean, nominal)[0]
    assert own == pytest.approx(instances.brute_force(mean)[0]), "it is the best for the mean"


def test_fresh_vss_is_nominal_less_stochastic() -> None:
    case, info = found(2)
    fresh = equiprobable(case.instance(case.in_sample), np.array(case.in_sample.demand))
    one, two = evaluate(case.instance(fresh), case.plans, workers=1)
    assert info.vss_out_of_sample is not None
    assert info.vss_out_of_sample.value == pytest.approx(one.mean_cost - two.mean_cost)


def test_a_part_of_the_scenarios_gives_an_estimate() -> None:
    case = small_case(1, scenarios=25)
    part = case.config.model_copy(update={"foresight_scenarios": 12})
    case = ComparisonInput(**{**vars(case), "config": part})
    equal = equiprobable(case.instance(case.in_sample), np.array(case.in_sample.demand))
    case = ComparisonInput(**{**vars(case), "in_sample": equal})
    made = evaluate(case.instance(equal), case.plans, workers=1)
    judged = judge(case, Label("out_of_sample", "out_of_sample", "", "", "all"), equal, case.plans)
    info = information(case, made, judged)
    assert info.evpi is not None
    assert info.evpi.basis == "estimated"
    assert "12 of the 25 scenarios" in info.evpi.how
    assert info.evpi.interval is not None
    low, high = info.evpi.interval
    assert low is not None
    assert high is not None
    assert 0.0 <= low <= wait_and_see_gap(case) <= high
    assert info.wait_and_see is not None
    assert info.recourse is not None
    assert info.wait_and_see.value == pytest.approx(info.recourse.value - info.evpi.value)
    assert info.wait_and_see.interval is not None
    bottom, top = info.wait_and_see.interval
    assert bottom <= wait_and_see(case.instance(equal)) <= top
    assert bottom <= info.wait_and_see.value <= top


def wait_and_see_gap(case: ComparisonInput) -> float:
    """Return what foresight saves the judged stochastic plan over all scenarios."""
    instance = case.instance(case.in_sample)
    own = instances.true_costs(instance, case.candidate("expected").plan)
    return float(instance.probability @ own) - wait_and_see(instance)


def test_without_the_plans_there_is_no_vss() -> None:
    case = small_case(1)
    only = ComparisonInput(**{**vars(case), "candidates": (case.candidate("nominal"),)})
    made = evaluate(only.instance(only.in_sample), only.plans, workers=1)
    judged = judge(
        only, Label("out_of_sample", "out_of_sample", "", "", "all"), only.in_sample, only.plans
    )
    info = information(only, made, judged)
    assert (info.vss, info.evpi, info.vss_out_of_sample, info.recourse) == (None, None, None, None)
    assert info.expected_value is not None


def test_a_better_plan_than_the_stochastic_one_stands_for_the_optimum() -> None:
    case = small_case(2)
    instance = case.instance(case.in_sample)
    stopped = replace(case.candidate("expected"), plan=plan_of(instance, 0, 0, 0, name="expected"))
    case = replace(case, candidates=(case.candidate("nominal"), stopped))
    made = evaluate(instance, case.plans, workers=1)
    judged = judge(
        case, Label("out_of_sample", "out_of_sample", "", "", "all"), case.in_sample, case.plans
    )
    info = information(case, made, judged)
    assert (info.stochastic, info.best_known) == ("expected", "nominal")
    assert info.recourse is not None
    assert info.recourse.value == pytest.approx(made[0].mean_cost)
    assert made[0].mean_cost < made[1].mean_cost
