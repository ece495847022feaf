"""Money spent and spare capacity."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from robustev.data.plan import Plan
from robustev.evaluate.spending import fractional_margin, spend
from robustev.model.instance import build_instance
from robustev.model.model import Model
from tests import instances


def test_only_what_is_added_is_spent_where_existing_assets_are_kept() -> None:
    instance = instances.random_instance(5, existing=True)
    region = instance.region
    chargers = np.array(region.sites.existing)
    chargers[0, 0] += 1
    plan = Plan("one more", np.array([True, True, False]), chargers)
    expected = region.charger_cost[0] + region.sites.opening_cost[1]
    assert spend(plan, instance) == pytest.approx(expected)
    assert spend(Plan.existing(region), instance) == 0.0


def test_everything_is_spent_where_nothing_need_be_kept() -> None:
    kept = instances.random_instance(5, existing=True)
    model = Model(keep_existing=False, unserved_penalty=40.0)
    instance = build_instance(kept.region, kept.scenarios, model)
    plan = Plan.existing(kept.region)
    expected = kept.region.sites.opening_cost[0] + kept.region.charger_cost[0]
    assert spend(plan, instance) == pytest.approx(expected)


def test_the_weight_of_infrastructure_does_not_change_what_is_spent() -> None:
    instance = instances.random_instance(2)
    light = replace(instance, opening_cost=0 * instance.opening_cost)
    plan = instances.random_plan(instance, np.random.default_rng(0))
    assert spend(plan, light) == spend(plan, instance)


def test_margin_is_capacity_over_demand_less_one() -> None:
    instance = instances.random_instance(2, types=2, kinds=1)
    plan = Plan("two", np.array([True, True, False]), np.array([[2], [1], [0]]))
    capacity = 3 * instance.charger_capacity[0]
    demand = np.zeros((4, 2))
    demand[0] = capacity[0] / 2, 0.0
    margin = fractional_margin(plan, instance, demand)
    assert margin[0] == pytest.approx(1.0)
    assert np.isnan(margin[1])


def test_no_capacity_limit_is_an_infinite_margin() -> None:
    instance = instances.random_instance(2, model=Model(capacitated=False, unserved_penalty=40.0))
    plan = Plan("one", np.array([True, False, False]), np.zeros((3, 1)))
    assert np.isinf(fractional_margin(plan, instance, np.ones((4, 1)))[0])
