"""Intervals that hold what they promise, and figures that are what their name says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from robustev.assess.statistics.intervals import (
    Draws,
    bracketed,
    interval_of,
    mean_of,
    std_of,
    tail_difference,
    tail_mean,
    win_rate,
)
from robustev.core.arrays import FloatArray
from robustev.model.risk import cvar

TRIALS = 200
DRAWS = 60


def drawn(count: int) -> Draws:
    return Draws(np.full(count, 1 / count), np.ones(count, dtype=bool))


def coverage(true: float, interval: object) -> float:
    """Return how often an interval from a fresh sample holds the truth."""
    inside = [low <= true <= high for low, high in interval]  # type: ignore[attr-defined]
    return float(np.mean(inside))


def standard_error() -> float:
    """Return the deviation of a coverage of 90 % that ``TRIALS`` trials leave to chance."""
    return float(np.sqrt(0.9 * 0.1 / TRIALS))


def test_the_interval_of_a_mean_covers_it_as_often_as_it_says() -> None:
    rng = np.random.default_rng(11)
    samples = (rng.lognormal(0.0, 0.5, DRAWS) for _ in range(TRIALS))
    found = (
        interval_of(mean_of, (values,), drawn(DRAWS), 0.9, np.random.default_rng(s))
        for s, values in enumerate(samples)
    )
    assert coverage(np.exp(0.125), found) == pytest.approx(0.9, abs=3 * standard_error())


def test_the_interval_of_a_paired_difference_covers_it_and_is_narrow() -> None:
    rng = np.random.default_rng(12)
    shared = rng.lognormal(0.0, 1.0, (TRIALS, DRAWS))
    gain = rng.normal(0.3, 0.5, (TRIALS, DRAWS))

    def difference(one: FloatArray, other: FloatArray, weights: FloatArray) -> FloatArray:
        return mean_of(one - other, weights)

    found = [
        interval_of(difference, (a + g, a), drawn(DRAWS), 0.9, np.random.default_rng(s))
        for s, (a, g) in enumerate(zip(shared, gain, strict=True))
    ]
    assert coverage(0.3, found) == pytest.approx(0.9, abs=3 * standard_error())
    # Unpaired, the common part would make the interval some six times as wide.
    assert np.mean([high - low for low, high in found]) < 2 * 1.645 * 0.5 / np.sqrt(DRAWS) * 1.2


def test_the_interval_of_a_tail_mean_covers_it_nearly_as_often_as_it_says() -> None:
    rng = np.random.default_rng(13)
    truth = norm.pdf(norm.ppf(0.75)) / 0.25
    found = [
        interval_of(
            tail_mean(0.25), (rng.normal(size=120),), drawn(120), 0.9, np.random.default_rng(s)
        )
        for s in range(TRIALS // 2)
    ]
    assert 0.82 < coverage(truth, found) < 0.97


@pytest.mark.parametrize("confidence", [0.8, 0.9, 0.95])
def test_the_interval_of_many_draws_is_the_classical_one(confidence: float) -> None:
    values = np.random.default_rng(14).normal(3.0, 2.0, 1000)
    found = interval_of(mean_of, (values,), drawn(1000), confidence, np.random.default_rng(0))
    half = norm.ppf(0.5 + confidence / 2) * values.std() / np.sqrt(1000)
    assert found == pytest.approx((values.mean() - half, values.mean() + half), abs=0.1 * half)


def test_the_interval_of_a_win_rate_covers_it_as_often_as_it_says() -> None:
    rng = np.random.default_rng(15)
    found = [
        win_rate(rng.normal(-0.5, 1.0, DRAWS), np.zeros(DRAWS), drawn(DRAWS), 0.9)[2]
        for _ in range(1000)
    ]
    assert coverage(norm.cdf(0.5), found) == pytest.approx(0.9, abs=0.03)


@given(
    costs=st.lists(st.integers(0, 50), min_size=1, max_size=8),
    tail=st.sampled_from([0.05, 0.1, 0.5, 1.0]),
    seed=st.integers(0, 99),
)
def test_tail_means_are_those_of_the_risk_measures(
    costs: list[int], tail: float, seed: int
) -> None:
    weights = np.random.default_rng(seed).dirichlet(np.ones(len(costs)))
    values = np.array(costs, dtype=float)
    assert float(tail_mean(tail)(values, weights)) == pytest.approx(cvar(values, weights, tail))


def test_standard_deviation_uses_the_probabilities() -> None:
    assert float(std_of(np.array([0.0, 10.0]), np.array([0.9, 0.1]))) == pytest.approx(3.0)


def test_scenarios_put_in_by_hand_keep_their_weight_in_every_resample() -> None:
    values = np.concatenate([np.ones(20), [101.0]])
    draws = Draws(np.concatenate([np.full(20, 0.045), [0.1]]), np.arange(21) < 20)
    found = interval_of(mean_of, (values,), draws, 0.95, np.random.default_rng(0))
    assert found == pytest.approx((11.0, 11.0))


def test_unequal_probabilities_are_no_sample() -> None:
    scenarios = np.array([0.5, 0.3, 0.2])
    draws = Draws(scenarios, np.zeros(3, dtype=bool))
    assert not draws.resampled
    assert interval_of(mean_of, (np.ones(3),), draws, 0.95, np.random.default_rng(0)) is None


@pytest.mark.parametrize(
    ("values", "count", "why"),
    [
        (np.arange(5.0), 5, "too few draws"),
        (np.append(np.arange(19.0), np.inf), 20, "an infinite cost"),
    ],
)
def test_there_is_no_interval_without_ground_for_one(
    values: FloatArray, count: int, why: str
) -> None:
    found = interval_of(mean_of, (values,), drawn(count), 0.95, np.random.default_rng(0))
    assert found is None, why


def test_the_same_seed_gives_the_same_interval() -> None:
    values = np.random.default_rng(0).normal(size=50)
    one, two = (
        interval_of(
            tail_difference(0.1), (values, values**2), drawn(50), 0.95, np.random.default_rng(4)
        )
        for _ in range(2)
    )
    assert one == two


def test_wins_and_ties_are_counted_and_rounding_is_a_tie() -> None:
    one = np.array([1.0] * 12 + [5.0] * 4 + [2.0] * 4)
    other = np.array([2.0] * 12 + [5.0 + 1e-12] * 4 + [1.0] * 4)
    rate, ties, interval = win_rate(one, other, drawn(20), 0.95)
    assert (rate, ties) == (pytest.approx(0.6), pytest.approx(0.2))
    assert interval is not None
    assert interval[0] < 0.6 < interval[1]


def test_a_plan_that_cannot_serve_loses_to_one_that_can_and_ties_with_its_like() -> None:
    rate, ties, _ = win_rate(np.array([1.0, np.inf]), np.array([np.inf, np.inf]), drawn(2), 0.95)
    assert (rate, ties) == (0.5, 0.5)


def test_bounds_that_meet_are_exact() -> None:
    figure = bracketed(2.0, 2.0, 2.0 + 1e-12, "so")
    assert (figure.basis, figure.interval, figure.how) == ("exact", None, "so; the bounds meet")
