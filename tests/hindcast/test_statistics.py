"""Paired differences: intervals by region, the sign-flip test, win counts."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robustev.hindcast.statistics import paired_difference, sign_flip_p


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=8))
def test_the_sign_flip_test_counts_all_patterns(means: list[float]) -> None:
    found = sign_flip_p(np.array(means), np.random.default_rng(0))
    observed = abs(sum(means))
    sums = [abs(sum(s * m for s, m in zip(signs, means, strict=True)))
            for signs in itertools.product([1, -1], repeat=len(means))]  # fmt: skip
    at_least = np.mean([value >= observed - 1e-7 for value in sums])
    beyond = np.mean([value >= observed + 1e-7 for value in sums])
    assert beyond <= found <= at_least


def test_twelve_states_that_all_agree_are_as_clear_as_can_be() -> None:
    one = paired_difference(-np.ones(12), [f"s{i}" for i in range(12)], np.random.default_rng(1))
    assert one.p_value == pytest.approx(2 / 2**12)
    assert (one.low, one.high) == (-1.0, -1.0)
    assert one.is_clear
    assert (one.wins, one.ties, one.losses) == (12, 0, 0)


def test_pairs_of_one_region_count_as_one() -> None:
    values = np.array([5.0, 5.0, 5.0, -1.0, -1.0, -1.0])
    clusters = ["big", "big", "big", "a", "b", "c"]
    one = paired_difference(values, clusters, np.random.default_rng(1))
    assert one.mean == pytest.approx((5 - 3) / 4)
    assert one.clusters == 4


def test_two_regions_give_no_interval() -> None:
    one = paired_difference(np.array([1.0, 2.0]), ["a", "b"], np.random.default_rng(1))
    assert one.low is None
    assert not one.is_clear


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    names = [f"s{i}" for i in range(15)]
    covered = 0
    for _ in range(40):
        one = paired_difference(rng.normal(1.0, 1.0, 15), names, rng)
        assert one.low is not None
        assert one.high is not None
        covered += one.low <= 1.0 <= one.high
    assert covered >= 30
