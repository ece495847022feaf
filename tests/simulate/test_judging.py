"""Verdicts on promises: corrected for their number, cautious, and right where all is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robustev.simulate.judging import holm, interval, p_kept, verdict


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_corrected_p_values_keep_their_order_and_are_at_most_bonferronis(some: list[float]) -> None:
    plain = np.array(some)
    corrected = holm(plain)
    assert (corrected >= plain).all()
    assert (corrected <= np.minimum(1, len(plain) * plain) + 1e-12).all()
    assert (np.diff(corrected[np.argsort(plain, kind="stable")]) >= 0).all()


def test_a_promise_is_broken_where_waits_are_longer_beyond_doubt_only() -> None:
    drivers = np.full(20, 10.0)
    wave = np.linspace(-1, 1, 20)
    assert p_kept(10 * (5 + 1 + wave), drivers, 5.0) < 1e-4
    assert p_kept(10 * (5 + wave), drivers, 5.0) == pytest.approx(0.5)
    assert p_kept(10 * (5 - 1 + wave), drivers, 5.0) > 0.99
    assert p_kept(np.zeros(20), np.zeros(20), 5.0) == 1.0
    assert p_kept(np.full(20, 60.0), drivers, 5.0) == 0.0


def test_the_interval_is_students_where_all_replications_have_as_many_drivers() -> None:
    total = np.array([8.0, 10.0, 12.0])
    found = interval(total, np.full(3, 2.0), 0.05)
    assert found is not None
    mean, low, high = found
    assert mean == 5.0
    assert (high - low) / 2 == pytest.approx(4.302653 / np.sqrt(3), rel=1e-6)
    assert interval(np.zeros(3), np.zeros(3), 0.05) is None


def test_true_promises_are_hardly_ever_called_broken() -> None:
    rng = np.random.default_rng(1)
    trials, queues = 400, 10
    wrong = 0
    for _ in range(trials):
        waits = rng.exponential(5.0, (queues, 20))  # skewed, and exactly at the promise
        p_values = holm(np.array([p_kept(one, np.ones(20), 5.0) for one in waits]))
        wrong += bool((p_values <= 0.05).any())
    assert wrong <= 0.05 * trials


def test_verdicts() -> None:
    assert verdict(0.01, 9.0, 5.0, 0.05) == "broken"
    assert verdict(0.2, 4.9, 5.0, 0.05) == "kept"
    assert verdict(0.2, 5.1, 5.0, 0.05) == "undecided"
    assert verdict(1.0, None, 5.0, 0.05) == "kept"
