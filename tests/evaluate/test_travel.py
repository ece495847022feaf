"""Percentiles of travel count demand, not places."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robustev.evaluate.travel import mean_travel, travel_quantiles, weighted_quantiles


@given(
    counts=st.lists(st.integers(0, 5), min_size=1, max_size=8).filter(any),
    level=st.sampled_from([0.1, 0.5, 0.9, 1.0]),
)
def test_whole_weights_are_repeated_values(counts: list[int], level: float) -> None:
    values = np.arange(len(counts), dtype=float)
    repeated = np.repeat(values, counts)
    expected = np.quantile(repeated, level, method="inverted_cdf")
    assert weighted_quantiles(values, np.array(counts, dtype=float), [level]) == [expected]


def test_nothing_served_has_no_percentile_and_no_mean() -> None:
    nothing = np.zeros((2, 2))
    assert travel_quantiles(nothing, np.ones((2, 2)), [0.5]) == [None]
    assert mean_travel(nothing, np.ones((2, 2))) is None


def test_unused_arcs_of_infinite_travel_do_not_matter() -> None:
    flow, travel = np.array([[3.0, 0.0], [0.0, 1.0]]), np.array([[2.0, np.inf], [np.inf, 6.0]])
    assert mean_travel(flow, travel) == pytest.approx(3.0)
    assert travel_quantiles(flow, travel, [0.75, 0.76]) == [2.0, 6.0]
