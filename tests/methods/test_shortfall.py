"""By how much a scenario falls short, held to every plan one by one."""

from __future__ import annotations

import re

import numpy as np
import pytest

from robustev.methods.infeasibility import UNEXPLAINED, explain
from robustev.methods.result import Status
from robustev.methods.shortfall import explain_shortfall
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from tests import instances
from tests.methods.conftest import METHODS, Solve, solve_by

__all__ = ["solve_by"]

NUMBER = r"(\d[\d,]*(?:\.\d+)?)"


def promised(seed: int, share: float, **options: object) -> Instance:
    """Return a problem whose budget is too small for a promise of service to every group."""
    rule = {"by": "district", "share": share}
    model = Model(unserved_penalty=4.0, group_service=rule, **options)
    return instances.random_instance(seed, model=model, slots=2, sites=3, scenarios=2)


def amount(text: str, before: str) -> float:
    found = re.search(before + NUMBER, text)
    assert found, text
    return float(found[1].replace(",", ""))


def least_missing(of: Instance, scenario: int) -> float:
    """Return the least units by which any plan misses the promise in one scenario."""
    one = of.subset([scenario])
    free = build_instance(of.region, of.scenarios, of.model.model_copy(
        update={"group_service": None}))  # fmt: skip
    missing = [
        sum(float(text.split(" units")[0]) for text in rule.broken(plan, one))
        for plan in instances.every_plan(free)
        for rule in [of.model.group_service]
    ]
    return min(missing)


@pytest.mark.parametrize("seed", [0, 1, 3])
def test_what_is_missed_is_the_least_of_all_plans(seed: int) -> None:
    instance = promised(seed, 0.9, budget={"limit": 12.0})
    text = explain_shortfall(instance)
    assert text is not None
    (scenario,) = [s for s, name in enumerate(instance.scenarios.names) if repr(name) in text]
    least = least_missing(instance, scenario)
    assert amount(text, "every district by ") == pytest.approx(least, rel=1e-4)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_budget_that_is_loosened_by_as_much_is_enough_and_by_less_is_not(seed: int) -> None:
    instance = promised(seed, 0.6, budget={"limit": 4.0})
    text = explain_shortfall(instance)
    assert text is not None
    (scenario,) = [s for s, name in enumerate(instance.scenarios.names) if repr(name) in text]
    more = amount(text, r"a budget of 4 by ")
    for factor, expected in ((1.0 + 1e-4, False), (0.99, True)):
        loosened = promised(seed, 0.6, budget={"limit": 4.0 + factor * more}).subset([scenario])
        assert (least_missing(loosened, 0) > 1e-6) is expected


def test_a_plan_that_is_there_needs_no_words() -> None:
    assert explain_shortfall(promised(0, 0.0, budget={"limit": 12.0})) is None


@pytest.mark.parametrize("method", METHODS)
def test_every_method_says_why_there_is_no_plan(method: str, solve_by: Solve) -> None:
    instance = promised(0, 0.9, budget={"limit": 12.0})
    assert explain(instance) is None
    result = solve_by(instance, method)
    assert result.status is Status.INFEASIBLE
    assert "misses at least 0.9 of demand served in every district by" in result.message


def test_demand_that_must_be_served_is_told_in_units() -> None:
    model = Model(unserved_penalty=None, budget={"limit": 12.0})
    instance = instances.random_instance(0, model=model, slots=2, sites=3, scenarios=2)
    text = explain_shortfall(instance)
    assert text is not None
    assert "units unserved that must be served" in text
    assert text != UNEXPLAINED
    total = float(instance.demand.sum(axis=(1, 2)).max())
    assert 0 < amount(text, "leaves ") <= np.ceil(total)
