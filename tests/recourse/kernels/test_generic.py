"""The general kernel: true bounds for any prices, and the same costs as kernels that are fast."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robustev.model.instance import Instance
from robustev.recourse.cut import Cut
from robustev.recourse.kernels.generic import GenericKernel
from tests import instances
from tests.instances import true_recourse

SLACK = 1e-6


def short_units(of: Instance, s: int, x: np.ndarray, capacity: np.ndarray) -> bool:
    """Return whether demand that must be served cannot be."""
    return bool(np.isinf(true_recourse(of, s, x, capacity)))


@settings(max_examples=40, deadline=None)
@given(instance=instances.instance_strategy(), seed=st.integers(0, 1000))
def test_it_prices_a_scenario_exactly_and_its_cut_holds_everywhere(
    instance: Instance, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    kernel = GenericKernel(instance, shortage=False)
    x, capacity = instances.random_point(instance, rng)
    x = np.where(instance.min_open, 1.0, x)
    value, dual = kernel.price(0, x, capacity)
    truth = true_recourse(instance, 0, x, capacity)
    slack = SLACK * max(1.0, abs(value))
    assert value <= truth + slack
    if np.isfinite(truth):
        assert value == pytest.approx(truth, rel=1e-6, abs=1e-6)
    for _ in range(4):
        other, room = instances.random_point(instance, rng)
        assert dual.cut.at(other, room) <= true_recourse(instance, 0, other, room) + slack


@settings(max_examples=30, deadline=None)
@given(instance=instances.instance_strategy(forbidden=True), seed=st.integers(0, 1000))
def test_it_counts_what_is_short_where_and_only_where_something_is(
    instance: Instance, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    (kernel,) = GenericKernel.of_shortages(instance)
    x, capacity = instances.random_point(instance, rng)
    value, dual = kernel.price(0, x, capacity)
    tolerance = SLACK * max(1.0, float(instance.demand[0].sum()))
    assert (value > tolerance) == short_units(instance, 0, x, capacity)
    for _ in range(4):
        other, room = instances.random_point(instance, rng)
        if not short_units(instance, 0, other, room):
            assert dual.cut.at(other, room) <= tolerance


def test_weak_duality_makes_any_prices_a_bound() -> None:
    instance = instances.random_instance(3, kinds=2, types=2)
    kernel = GenericKernel(instance, shortage=False)
    program = kernel._program(1)
    rng = np.random.default_rng(0)
    for _ in range(40):
        prices = rng.normal(0.0, 20.0, size=len(program.form.row_lower))
        upper = np.where(program.units > 0, 0.0, program.upper)
        cut: Cut = program._cut(prices, program.cost, upper)
        x, capacity = instances.random_point(instance, rng)
        assert cut.at(x, capacity) <= true_recourse(instance, 1, x, capacity) + 1e-6


def test_a_point_says_nothing_of_other_scenarios_and_other_demand() -> None:
    instance = instances.random_instance(1)
    kernel = GenericKernel(instance, shortage=False)
    x, capacity = instances.random_point(instance, np.random.default_rng(0))
    value, dual = kernel.price(1, x, capacity)
    assert kernel.add(dual) == 0
    assert kernel.values(x, capacity, np.arange(3))[:, 0].tolist() == [0.0, value, 0.0]
    assert kernel.cut_of(2, dual, x).constant == 0.0
    elsewhere = instance.with_scenarios(instance.scenarios.scaled(2.0))
    assert GenericKernel(elsewhere, shortage=False).add(dual) == -1
