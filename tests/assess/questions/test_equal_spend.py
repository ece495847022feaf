"""The margin twin of a robust plan spends what it spends, as far as whole chargers allow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from robustev.assess.input import ComparisonInput
from robustev.assess.questions.equal_spend import CLOSE, MarginSearch, Spending, margin_twins
from robustev.evaluate.spending import spend
from tests import instances
from tests.assess.cases import made, small_case


def test_a_twin_is_nominal_with_a_margin_and_spends_no_more() -> None:
    seen = 0
    for seed in range(6):
        case = small_case(seed)
        instance = case.instance(case.in_sample)
        base = spend(case.candidate("nominal").plan, instance)
        for robust, twin in margin_twins(case):
            seen += 1
            target = spend(robust.plan, instance)
            assert target > base
            assert spend(twin.plan, instance) <= target * (1 + CLOSE)
            assert twin.role == "margin"
            assert twin.model == case.candidate("nominal").model
    assert seen >= 2


def test_a_robust_plan_that_spends_no_more_needs_no_twin() -> None:
    case = small_case(1)
    instance = case.instance(case.in_sample)
    same = made(instance, "expected", factor=0.3, name="thrifty")
    alone = type(case)(**{**vars(case), "candidates": (case.candidate("nominal"), same)})
    assert spend(same.plan, instance) <= spend(case.candidate("nominal").plan, instance)
    assert margin_twins(alone) == []


def test_without_a_nominal_plan_there_are_no_twins() -> None:
    case = small_case(1)
    alone = type(case)(**{**vars(case), "candidates": (case.candidate("expected"),)})
    assert margin_twins(alone) == []


def test_a_margin_that_spends_the_same_already_is_the_twin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = small_case(1)
    instance = case.instance(case.in_sample)
    nominal = case.candidate("nominal")
    margin = made(instance, "nominal", factor=1.6, name="margin_60")
    robust = replace(case.candidate("expected"), plan=margin.plan.renamed("expected"))
    assert spend(margin.plan, instance) > spend(nominal.plan, instance)
    monkeypatch.setattr(ComparisonInput, "solve_all", None)
    ((_, twin),) = margin_twins(replace(case, candidates=(nominal, margin, robust)))
    assert twin.plan.chargers.tolist() == margin.plan.chargers.tolist()
    assert twin.demand_factor == pytest.approx(1.6)


def test_of_margins_that_spend_the_same_the_best_is_the_twin() -> None:
    case = small_case(1)
    instance = case.instance(case.in_sample)
    nominal, good = case.candidate("nominal"), case.candidate("expected")
    poor = made(instance, "nominal", factor=1.6, name="poor")
    good = replace(poor, plan=good.plan.renamed("good"), demand_factor=1.7)
    search = MarginSearch(case, nominal)
    choice = [Spending(poor, 5.0), Spending(None), Spending(good, 5.0)]
    costs = {
        one.name: instance.probability @ instances.true_costs(instance, one.plan)
        for one in (poor, good)
    }
    best = search._best(choice)
    assert best is not None
    assert best.name == min(costs, key=lambda name: costs[name])
    assert search._best([Spending(None)]) is None
