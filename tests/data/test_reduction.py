"""Scenario reduction: the error is the Kantorovich distance, and more scenarios lower it."""

from __future__ import annotations

import itertools

import numpy as np
import ot
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robustev.core.arrays import FloatArray
from robustev.data.reduction import (
    MAX_SCENARIOS,
    ReductionMethod,
    cost_distance,
    demand_distance,
    fast_forward,
    k_medoids,
    kantorovich,
    reduce_scenarios,
)
from robustev.data.scenarios import ScenarioSet

METHODS: tuple[ReductionMethod, ...] = ("fast_forward", "k_medoids")


def scenario_set(count: int, seed: int = 0) -> ScenarioSet:
    rng = np.random.default_rng(seed)
    demand = rng.lognormal(0.0, 0.5, (count, 4, 2))
    weight = rng.random(count) + 0.1
    return ScenarioSet(
        demand,
        weight / weight.sum(),
        tuple(f"s{k}" for k in range(count)),
        ("a", "b", "c", "d"),
        ("slow", "fast"),
        {"driver": rng.random(count)},
    )


@pytest.mark.parametrize("method", METHODS)
def test_the_reported_error_is_the_optimal_transport_distance(method: ReductionMethod) -> None:
    full = scenario_set(20)
    reduced = reduce_scenarios(full, 4, method)
    apart = demand_distance(full)[:, reduced.kept]
    exact = ot.emd2(full.probability, reduced.scenarios.probability, apart)
    assert reduced.error == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_kept_scenarios_are_unchanged_and_carry_all_probability(method: ReductionMethod) -> None:
    full = scenario_set(15)
    reduced = reduce_scenarios(full, 4, method)
    np.testing.assert_array_equal(reduced.scenarios.demand, full.demand[reduced.kept])
    assert reduced.scenarios.names == tuple(full.names[s] for s in reduced.kept)
    np.testing.assert_allclose(reduced.scenarios.probability.sum(), 1.0)
    for position in range(4):
        mass = full.probability[reduced.assigned == position].sum()
        assert reduced.scenarios.probability[position] == pytest.approx(mass)


@pytest.mark.parametrize("method", METHODS)
def test_keeping_all_loses_nothing(method: ReductionMethod) -> None:
    reduced = reduce_scenarios(scenario_set(6), 9, method)
    assert len(reduced.scenarios) == 6
    assert reduced.error == pytest.approx(0.0, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 6))
def test_k_medoids_is_never_worse_and_more_never_hurts(seed: int, count: int) -> None:
    full = scenario_set(12, seed)
    apart, p = demand_distance(full), full.probability
    greedy = kantorovich(apart, p, fast_forward(apart, p, count))
    swapped = kantorovich(apart, p, k_medoids(apart, p, count))
    more = kantorovich(apart, p, fast_forward(apart, p, count + 1))
    assert swapped <= greedy + 1e-12
    assert more <= greedy + 1e-12


@settings(max_examples=40, deadline=None)
@given(
    places=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=3, max_size=9),
    count=st.integers(1, 3),
)
def test_no_single_swap_improves_on_k_medoids(places: list[tuple[int, int]], count: int) -> None:
    points = np.array(places, dtype=float)
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    p = np.arange(1.0, len(points) + 1)
    p /= p.sum()
    kept = k_medoids(apart, p, count)
    error = kantorovich(apart, p, kept)
    for position, newcomer in itertools.product(range(count), range(len(points))):
        swapped = kept.copy()
        swapped[position] = newcomer
        assert kantorovich(apart, p, swapped) >= error - 1e-9


def test_one_scenario_is_the_exact_median_and_k_medoids_is_near_the_optimum() -> None:
    full = scenario_set(10, seed=3)
    apart, p = demand_distance(full), full.probability

    def best(count: int) -> float:
        subsets = itertools.combinations(range(10), count)
        return min(kantorovich(apart, p, np.array(s)) for s in subsets)

    assert kantorovich(apart, p, fast_forward(apart, p, 1)) == pytest.approx(best(1))
    assert kantorovich(apart, p, k_medoids(apart, p, 3)) <= 1.05 * best(3)


def test_distances_are_euclidean() -> None:
    full = scenario_set(7)
    flat = full.demand.reshape(7, -1)
    expected = np.linalg.norm(flat[:, None] - flat[None], axis=2)
    np.testing.assert_allclose(demand_distance(full), expected, atol=1e-7)


def test_cost_space_error_bounds_the_expected_cost_of_every_plan() -> None:
    full = scenario_set(30)
    rng = np.random.default_rng(1)
    costs: FloatArray = full.demand.reshape(30, -1) @ rng.random((8, 5))
    reduced = reduce_scenarios(full, 5, distance=cost_distance(costs))
    change = full.probability @ costs - reduced.scenarios.probability @ costs[reduced.kept]
    assert np.abs(change).max() <= reduced.error + 1e-12


@pytest.mark.parametrize(
    ("count", "distance", "reason"),
    [
        (0, None, "count must be >= 1"),
        (2, np.zeros((3, 3)), r"must have shape \(6, 6\)"),
    ],
)
def test_impossible_reductions_are_refused(
    count: int, distance: FloatArray | None, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        reduce_scenarios(scenario_set(6), count, distance=distance)


def test_too_many_scenarios_are_refused_with_the_figure() -> None:
    many = ScenarioSet.equiprobable(np.ones((MAX_SCENARIOS + 1, 1, 1)), ["z"], ["t"])
    with pytest.raises(ValueError, match=r"needs 0\.8 GB of distances"):
        reduce_scenarios(many, 3)
