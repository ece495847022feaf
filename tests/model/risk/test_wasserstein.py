"""The worst expectation over a Wasserstein ball, against the linear program that defines it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from robustev.model.model import Model
from robustev.model.risk import TotalVariation, Wasserstein
from tests import instances

FEW = settings(max_examples=60, deadline=None)


def by_definition(costs: np.ndarray, p: np.ndarray, apart: np.ndarray, radius: float) -> float:
    """Return the largest expectation, by a linear program in what moves from where to where."""
    count = len(p)
    leaves = np.kron(np.eye(count), np.ones(count))
    found = linprog(
        -np.tile(costs, count), apart.reshape(1, -1), [radius], leaves, p, method="highs"
    )
    assert found.status == 0
    return float(-found.fun)


@st.composite
def cases(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Draw costs, probabilities, distances between points of a line, and a radius."""
    count = draw(st.integers(1, 6))
    numbers = st.lists(st.integers(-9, 9), min_size=count, max_size=count)
    costs, place = np.array(draw(numbers), float), np.array(draw(numbers), float)
    mass = np.array(draw(st.lists(st.integers(1, 9), min_size=count, max_size=count)))
    apart = np.abs(place[:, None] - place[None, :]) / 4
    return costs, mass / mass.sum(), apart, draw(st.sampled_from([0.01, 0.3, 1.0, 2.5, 9.0]))


@FEW
@given(case=cases())
def test_it_is_the_worst_expectation_of_the_ball(
    case: tuple[np.ndarray, np.ndarray, np.ndarray, float],
) -> None:
    costs, p, apart, radius = case
    ball = Wasserstein(radius=radius).with_distances(apart, p)
    expected = by_definition(costs, p, apart, radius)
    weights = ball.weights(costs, p)
    assert weights @ costs == pytest.approx(expected, abs=1e-7)
    assert ball.independent_value(costs, p) == pytest.approx(expected, abs=1e-7)
    assert ball.outside(weights, p) <= 1e-9


def test_weights_that_moved_too_far_are_outside() -> None:
    apart, p = np.array([[0.0, 2.0], [2.0, 0.0]]), np.array([0.5, 0.5])
    ball = Wasserstein(radius=0.4).with_distances(apart, p)
    assert ball.outside(np.array([0.3, 0.7]), p) == pytest.approx(0.0)
    assert ball.outside(np.array([0.2, 0.8]), p) == pytest.approx(0.2)


def test_if_all_scenarios_are_equally_far_it_is_total_variation() -> None:
    costs, p = np.array([3.0, 1.0, 7.0]), np.array([0.5, 0.2, 0.3])
    ball, moved = Wasserstein(radius=0.25), TotalVariation(radius=0.25)
    assert ball.independent_value(costs, p) == pytest.approx(moved.independent_value(costs, p))


@pytest.mark.parametrize("distance", ["demand", "cost"])
def test_distances_have_no_unit(distance: str) -> None:
    goal = Wasserstein(distance=distance)
    instance = instances.random_instance(3, model=Model(objective=goal), scenarios=4)
    apart = instance.goal.distances(4)
    assert apart.max() > 0.1
    assert np.array_equal(apart, apart.T)
    assert not np.diag(apart).any()
    counted = instance.with_scenarios(instance.scenarios.scaled(1000.0))
    assert counted.goal.distances(4) == pytest.approx(apart)


def test_a_scenario_twice_as_large_is_its_excess_away() -> None:
    instance = instances.random_instance(1, model=Model(objective=Wasserstein()), scenarios=1)
    same, double = instance.scenarios.demand[0], 2 * instance.scenarios.demand[0]
    both = type(instance.scenarios).equiprobable(
        np.array([same, double]), instance.scenarios.zones, instance.scenarios.types
    )
    apart = instance.with_scenarios(both).goal.distances(2)
    assert apart[0, 1] == pytest.approx(1 / 1.5)
