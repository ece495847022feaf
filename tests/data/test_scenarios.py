"""Scenario sets: immutable, checked once, with every inconsistency reported."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robustev.core.errors import InputError
from robustev.data.reduction import demand_distance
from robustev.data.scenarios import ScenarioSet, scenario_names

ZONES, TYPES = ("a", "b", "c"), ("slow", "fast")


def make(count: int = 4, **changes: Any) -> ScenarioSet:
    rng = np.random.default_rng(count)
    fields: dict[str, Any] = {
        "demand": rng.random((count, 3, 2)),
        "probability": np.full(count, 1 / count),
        "names": scenario_names(count),
        "zones": ZONES,
        "types": TYPES,
        "drivers": {"growth": np.arange(count) / 10},
    }
    return ScenarioSet(**(fields | changes))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"demand": np.ones((4, 2, 2))}, r"demand has the wrong shape; found \(4, 2, 2\)"),
        ({"demand": -np.ones((4, 3, 2))}, "'a', type 'slow': demand; found -1.0"),
        ({"demand": np.full((4, 3, 2), np.nan)}, "4 further demand values"),
        ({"demand": np.full((4, 3, 2), np.inf)}, "expected a finite number"),
        ({"probability": np.full(4, 0.3)}, "do not sum to one; found 1.2"),
        ({"probability": np.array([1.0, 0.0, 0.5, -0.5])}, "must be positive"),
        ({"probability": np.ones(3) / 3}, "probability has the wrong shape"),
        ({"names": ("x",) * 4}, "names repeat"),
        ({"drivers": {"growth": np.zeros(3)}}, "driver 'growth' has the wrong shape"),
    ],
)
def test_an_inconsistent_set_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        make(**changes)


def test_no_scenarios_is_no_set() -> None:
    with pytest.raises(InputError, match="no scenarios"):
        make(1, demand=np.ones((0, 3, 2)), probability=np.ones(0), names=(), drivers={})


def test_several_faults_are_reported_together() -> None:
    with pytest.raises(InputError) as caught:
        make(names=("x",) * 4, probability=np.full(4, 0.3))
    assert len(caught.value.faults) == 2


def test_arrays_cannot_be_changed_from_outside() -> None:
    mine = np.ones((4, 3, 2))
    scenarios = make(demand=mine)
    mine[0] = 7.0
    assert scenarios.demand[0, 0, 0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        scenarios.probability[0] = 1.0


def test_the_mean_is_weighted() -> None:
    weight = np.array([0.7, 0.1, 0.1, 0.1])
    scenarios = make(probability=weight)
    expected = np.einsum("s,sjk->jk", weight, scenarios.demand)
    np.testing.assert_allclose(scenarios.mean().demand[0], expected)
    assert scenarios.mean().names == ("mean",)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=6, unique=True), st.floats(0, 5))
def test_subsets_and_scaling_commute(index: list[int], factor: float) -> None:
    scenarios = make(6)
    one = scenarios.subset(index).scaled(factor)
    other = scenarios.scaled(factor).subset(index)
    np.testing.assert_array_equal(one.demand, other.demand)
    assert one.probability.sum() == pytest.approx(1.0)
    assert one.names == tuple(scenarios.names[s] for s in index)
    np.testing.assert_array_equal(one.drivers["growth"], scenarios.drivers["growth"][index])


def test_the_long_table_holds_every_value_once() -> None:
    scenarios = make()
    table = scenarios.to_frame().set_index(["scenario", "zone", "type"])["demand"]
    assert len(table) == 4 * 3 * 2
    assert table.loc[("s0002", "b", "fast")] == scenarios.demand[2, 1, 1]


def test_the_driver_table_has_a_row_per_scenario() -> None:
    expected = pd.DataFrame(
        {"scenario": list(scenario_names(4)), "probability": 0.25, "growth": [0, 0.1, 0.2, 0.3]}
    )
    pd.testing.assert_frame_equal(make().driver_frame(), expected)


def test_single_precision_is_kept_and_summed_in_double() -> None:
    rng = np.random.default_rng(0)
    demand = (1e3 * rng.random((50, 300, 2))).astype(np.float32)
    single = ScenarioSet.equiprobable(demand, [f"z{j}" for j in range(300)], TYPES)
    double = ScenarioSet.equiprobable(demand.astype(np.float64), single.zones, TYPES)
    assert single.demand.dtype == np.float32
    assert single.scaled(1.5).subset([3, 1]).demand.dtype == np.float32
    np.testing.assert_allclose(single.totals(), double.totals(), rtol=1e-14)
    np.testing.assert_allclose(single.mean().demand, double.mean().demand, rtol=1e-14)
    assert single.mean().demand.dtype == np.float64
    np.testing.assert_allclose(demand_distance(single), demand_distance(double), rtol=1e-14)


@pytest.mark.parametrize("values", [1, 7, 12, 1000])
def test_blocks_are_the_scenarios_in_order(values: int) -> None:
    scenarios = make(6)
    blocks = list(scenarios.blocks(values))
    assert max(block.size for _, block in blocks) <= max(values, 6)
    np.testing.assert_array_equal(np.concatenate([b for _, b in blocks]), scenarios.demand)
    for rows, block in blocks:
        np.testing.assert_array_equal(scenarios.demand[rows], block)
    np.testing.assert_allclose(scenarios.totals(), scenarios.demand.sum(axis=1))


def test_names_sort_in_order_beyond_ten_thousand() -> None:
    names = scenario_names(10_001)
    assert list(names) == sorted(names)
    assert len(set(names)) == 10_001
