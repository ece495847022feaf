"""The worst expectation over a total variation ball, against the linear program that defines it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from robustev.model.risk import Expected, TotalVariation, WorstCase, cvar

SIZE = 6
COSTS = st.lists(st.integers(-99, 99), min_size=SIZE, max_size=SIZE).map(
    lambda values: np.array(values, dtype=float)
)
PROBABILITY = st.lists(st.integers(1, 40), min_size=SIZE, max_size=SIZE).map(
    lambda mass: np.array(mass) / sum(mass)
)
RADII = st.just(0.0) | st.floats(1e-4, 1.0)
"""No radius between 0 and what the program's rows hold to, 1e-7: it could not tell it from 0."""


def by_definition(costs: np.ndarray, p: np.ndarray, radius: float) -> float:
    """Return ``max q f`` over distributions q within the radius, by an LP in q and |q - p|."""
    count = len(p)
    eye, zero = np.eye(count), np.zeros(count)
    above = np.vstack(
        [np.hstack([eye, -eye]), np.hstack([-eye, -eye]), np.append(zero, np.full(count, 0.5))]
    )
    limits = np.concatenate([p, -p, [radius]])
    found = linprog(
        np.append(-costs, zero), above, limits, np.append(np.ones(count), zero)[None], [1.0]
    )
    assert found.status == 0
    return float(-found.fun)


@given(costs=COSTS, p=PROBABILITY, radius=RADII)
def test_both_formulas_give_the_worst_expectation_of_the_ball(
    costs: np.ndarray, p: np.ndarray, radius: float
) -> None:
    measure = TotalVariation(radius=radius)
    worst = by_definition(costs, p, radius)
    assert measure.weights(costs, p) @ costs == pytest.approx(worst, abs=1e-6)
    assert measure.independent_value(costs, p) == pytest.approx(worst, abs=1e-6)


@given(costs=COSTS, p=PROBABILITY, radius=st.floats(0.0, 0.999))
def test_it_is_a_mix_of_the_worst_case_and_of_cvar(
    costs: np.ndarray, p: np.ndarray, radius: float
) -> None:
    mix = radius * costs.max() + (1 - radius) * cvar(costs, p, 1 - radius)
    assert TotalVariation(radius=radius).independent_value(costs, p) == pytest.approx(mix)


@given(costs=COSTS, p=PROBABILITY)
def test_no_radius_is_the_mean_and_the_whole_one_the_worst_case(
    costs: np.ndarray, p: np.ndarray
) -> None:
    nothing, everything = TotalVariation(radius=0), TotalVariation(radius=1)
    assert nothing.is_expectation
    assert nothing.weights(costs, p) == pytest.approx(Expected().weights(costs, p))
    worst = WorstCase().independent_value(costs, p)
    assert everything.weights(costs, p) @ costs == pytest.approx(worst)


@given(costs=COSTS, p=PROBABILITY, radius=st.floats(0.0, 0.5), more=st.floats(0.0, 0.5))
def test_a_larger_ball_is_never_better(
    costs: np.ndarray, p: np.ndarray, radius: float, more: float
) -> None:
    small, large = TotalVariation(radius=radius), TotalVariation(radius=radius + more)
    assert small.independent_value(costs, p) <= large.independent_value(costs, p) + 1e-9


def test_weights_that_leave_the_ball_are_told_by_how_much() -> None:
    p = np.array([0.5, 0.3, 0.2])
    moved = np.array([0.2, 0.3, 0.5])
    assert TotalVariation(radius=0.1).outside(moved, p) == pytest.approx(0.2)
