"""What the second stage costs exactly, and what shared prices prove about it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from robustev.model.instance import Instance
from robustev.recourse.recourse import Recourse
from tests import instances

SEEDS = st.integers(0, 10_000)
THOROUGH = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def close(value: float) -> object:
    return pytest.approx(value, rel=1e-7, abs=1e-7)


@THOROUGH
@given(instance=instances.instance_strategy(), seed=SEEDS)
def test_a_plan_costs_what_a_second_solver_says(instance: Instance, seed: int) -> None:
    plan = instances.random_plan(instance, np.random.default_rng(seed))
    exact = Recourse(instance).costs(plan) + instance.infrastructure_cost(plan)
    assert exact == close(instances.true_costs(instance, plan))


@THOROUGH
@given(instance=instances.instance_strategy(forbidden=False), seed=SEEDS)
def test_an_exact_solve_is_exact_at_fractional_openings_too(instance: Instance, seed: int) -> None:
    x, capacity = instances.random_point(instance, np.random.default_rng(seed))
    recourse = Recourse(instance)
    for s in range(len(instance.scenarios)):
        value = recourse.solve(s, x, capacity)
        assert value == close(instances.true_recourse(instance, s, x, capacity))


@THOROUGH
@given(instance=instances.instance_strategy(), seed=SEEDS)
def test_no_cut_is_ever_above_the_true_recourse(instance: Instance, seed: int) -> None:
    rng = np.random.default_rng(seed)
    recourse = Recourse(instance)
    scenarios = np.arange(len(instance.scenarios))
    points = [instances.random_point(instance, rng) for _ in range(4)]
    for s, (x, capacity) in zip(np.resize(scenarios, 3), points, strict=False):
        recourse.solve(int(s), x, capacity)
    for x, capacity in points:
        truth = [instances.true_recourse(instance, s, x, capacity) for s in scenarios]
        proven, _ = recourse.proven(x, capacity)
        assert (proven <= np.array(truth) * (1 + 1e-7) + 1e-7).all()
        _, choices = recourse.proven(*points[0])
        for s in scenarios:
            cut = recourse.cut(
                scenarios[[s]], np.ones(1), [part[[s]] for part in choices], points[0][0]
            )
            assert cut.at(x, capacity) <= truth[s] * (1 + 1e-7) + 1e-7


@THOROUGH
@given(instance=instances.instance_strategy(), seed=SEEDS)
def test_a_cut_is_sharp_where_its_scenario_was_solved(instance: Instance, seed: int) -> None:
    x, capacity = instances.random_point(instance, np.random.default_rng(seed))
    recourse = Recourse(instance)
    value = recourse.solve(0, x, capacity)
    first = np.zeros(1, dtype=np.int64)
    cut = recourse.cut(first, np.ones(1), [first for _ in recourse.kernels], x)
    assert cut.at(x, capacity) == pytest.approx(value, rel=1e-6, abs=1e-6)


@THOROUGH
@given(instance=instances.instance_strategy(), seed=SEEDS)
def test_duals_of_plans_prove_their_cost_in_the_scenario_they_come_from(
    instance: Instance, seed: int
) -> None:
    plan = instances.random_plan(instance, np.random.default_rng(seed))
    recourse = Recourse(instance)
    dispatch = recourse.dispatch(plan, 0)
    recourse.add(recourse.settled(dispatch.duals, plan))
    proven, _ = recourse.proven(plan.open.astype(float), instance.capacity(plan))
    if np.isfinite(dispatch.cost):
        assert proven[0] == pytest.approx(dispatch.cost, rel=1e-6, abs=1e-6)


@THOROUGH
@given(instance=instances.instance_strategy(forbidden=True), seed=SEEDS)
def test_a_shortage_is_found_exactly_where_demand_cannot_be_served(
    instance: Instance, seed: int
) -> None:
    x, capacity = instances.random_point(instance, np.random.default_rng(seed))
    recourse = Recourse(instance)
    for s in range(len(instance.scenarios)):
        impossible = np.isinf(instances.true_recourse(instance, s, x, capacity))
        units = recourse.solve(s, x, capacity, shortage=True)
        assert (units > 1e-6) == impossible


@THOROUGH
@given(instance=instances.instance_strategy(forbidden=True), seed=SEEDS)
def test_feasibility_cuts_never_forbid_what_can_be_served(instance: Instance, seed: int) -> None:
    rng = np.random.default_rng(seed)
    recourse = Recourse(instance)
    scenarios = np.arange(len(instance.scenarios))
    for s in scenarios:
        recourse.solve(int(s), *instances.random_point(instance, rng), shortage=True)
    x, capacity = instances.random_point(instance, rng)
    units, _ = recourse.shortage(x, capacity)
    for s in scenarios:
        if np.isfinite(instances.true_recourse(instance, int(s), x, capacity)):
            assert units[s] <= 1e-6


@THOROUGH
@given(instance=instances.instance_strategy(), seed=SEEDS)
def test_a_dispatch_serves_all_demand_within_capacity_from_open_sites(
    instance: Instance, seed: int
) -> None:
    plan = instances.random_plan(instance, np.random.default_rng(seed))
    capacity = instance.capacity(plan)
    recourse = Recourse(instance)
    for s in range(len(instance.scenarios)):
        way = recourse.dispatch(plan, s)
        served = np.zeros((instance.num_zones, instance.num_types))
        np.add.at(served, (way.zone, way.type), way.amount)
        load = np.zeros((instance.num_sites, instance.num_types))
        np.add.at(load, (way.site, way.type), way.amount)
        assert (way.amount >= 0).all()
        assert plan.open[way.site].all()
        assert np.isfinite(instance.arcs.matrix()[way.site, way.zone]).all()
        assert served + way.unserved == pytest.approx(instance.demand[s], abs=1e-6)
        assert (load <= capacity + 1e-6).all()
        assert way.travel == close(float(instance.arcs.matrix()[way.site, way.zone] @ way.amount))


@THOROUGH
@given(instance=instances.instance_strategy())
def test_without_any_demand_the_second_stage_is_free(instance: Instance) -> None:
    nothing = instance.with_scenarios(instance.scenarios.scaled(0.0))
    plan = instances.random_plan(nothing, np.random.default_rng(0))
    assert Recourse(nothing).costs(plan) == close(0.0)
