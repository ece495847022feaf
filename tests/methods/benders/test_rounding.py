"""From a fractional first stage to a plan that keeps every rule."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robustev.methods.benders.rounding import NearestPlan
from robustev.model.first_stage import first_stage
from robustev.model.model import Budget, Model, Stations
from tests import instances


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 1000),
    budget=st.sampled_from([None, Budget(limit=12.0)]),
    stations=st.sampled_from([Stations(), Stations(exactly=2), Stations(maximum=1)]),
)
def test_every_point_has_a_plan_nearby_if_there_is_any(
    seed: int, budget: Budget | None, stations: Stations
) -> None:
    model = Model(unserved_penalty=1.0, budget=budget, stations=stations)
    instance = instances.random_instance(seed, model=model, kinds=2)
    first = first_stage(instance)
    nearest = NearestPlan(first)
    point = np.random.default_rng(seed).uniform(first.lower, first.upper)
    plan = nearest.plan(point)
    if plan is None:
        assert not list(instances.every_plan(instance))
    else:
        assert first.violation(first.columns(plan)) <= 1e-9


@pytest.mark.parametrize("seed", range(5))
def test_a_plan_is_nearest_to_itself(seed: int) -> None:
    instance = instances.random_instance(seed, kinds=2)
    first = first_stage(instance)
    plan = instances.random_plan(instance, np.random.default_rng(seed))
    found = NearestPlan(first).plan(first.columns(plan))
    assert found is not None
    assert found.same_as(plan)


def test_a_plan_keeps_the_further_rows_too() -> None:
    instance = instances.random_instance(0)
    first = first_stage(instance)
    all_chargers = np.append(np.zeros(3), np.ones(3))
    plan = NearestPlan(first, [(all_chargers, 5.0)]).plan(np.zeros(6))
    assert plan is not None
    assert plan.chargers.sum() == 5
    assert NearestPlan(first, [(all_chargers, 7.0)]).plan(np.zeros(6)) is None
