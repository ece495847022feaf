"""The check's own cost of service agrees with the recourse and with the program written out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from robustev.data.plan import Plan
from robustev.model.instance import Instance
from robustev.model.model import Model
from robustev.recourse.recourse import Recourse
from robustev.verify.service import service_cost
from tests import instances

THOROUGH = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@THOROUGH
@given(instance=instances.instance_strategy(), seed=st.integers(0, 10_000))
def test_both_bounds_are_the_cost_of_the_program_written_out(instance: Instance, seed: int) -> None:
    plan = instances.random_plan(instance, np.random.default_rng(seed))
    truth = instances.true_costs(instance, plan) - instance.infrastructure_cost(plan)
    for s in range(len(instance.scenarios)):
        low, high = service_cost(instance, plan, instance.demand[s])
        assert [low, high] == pytest.approx([truth[s]] * 2, rel=1e-6, abs=1e-6)


def test_arcs_that_are_not_among_the_nearest_are_found() -> None:
    instance = instances.random_instance(6, sites=25, zones=30, scenarios=2, slots=1)
    plan = instances.random_plan(instance, np.random.default_rng(2))
    costs = Recourse(instance).costs(plan)
    for s in range(2):
        assert service_cost(instance, plan, instance.demand[s])[1] == pytest.approx(costs[s])


def test_no_demand_costs_nothing() -> None:
    instance = instances.random_instance(1)
    plan = instances.random_plan(instance, np.random.default_rng(0))
    assert service_cost(instance, plan, np.zeros((4, 1))) == (0.0, 0.0)


@pytest.mark.parametrize("money", [2.0**-40, 2.0**30])
@pytest.mark.parametrize("units", [2.0**-40, 2.0**30])
@pytest.mark.parametrize("seed", range(4))
def test_the_units_of_money_and_demand_do_not_matter(seed: int, units: float, money: float) -> None:
    plain = instances.random_instance(seed, model=Model(), fixed=True, kinds=0, types=2)
    counted = replace(
        plain,
        scenarios=replace(plain.scenarios, demand=units * plain.scenarios.demand),
        arcs=plain.arcs.with_cost(money / units * plain.arcs.cost),
        fixed_capacity=units * plain.fixed_capacity,
    )
    every = Plan("every", np.ones(plain.num_sites, dtype=bool), np.zeros((plain.num_sites, 0)))
    for s in range(len(plain.scenarios)):
        found = service_cost(counted, every, counted.demand[s])
        expected = service_cost(plain, every, plain.demand[s])
        assert np.array(found) / money == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("scale", [0.0, 2.0, 50.0])
def test_prices_to_start_from_change_no_cost(seed: int, scale: float) -> None:
    instance = instances.random_instance(seed, sites=6, zones=30, slots=3, types=1)
    plan = instances.random_plan(instance, np.random.default_rng(seed))
    hint = scale * np.random.default_rng(seed).random(6)
    costs = Recourse(instance).costs(plan)
    for s in range(len(instance.scenarios)):
        low, high = service_cost(instance, plan, instance.demand[s], hint)
        assert [low, high] == pytest.approx([costs[s]] * 2, rel=1e-7, abs=1e-7)
