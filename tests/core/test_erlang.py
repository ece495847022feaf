"""Erlang's formulas against the stationary probabilities of the queue, and their limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robustev.core.erlang import largest_loads, late_share, mean_wait, waiting_probability
from tests.referee.queues import lengths

PATIENCE = st.floats(0.01, 5.0)


@given(chargers=st.integers(1, 30), share=st.floats(0.05, 0.97), wait=PATIENCE)
def test_waits_are_those_of_the_balance_equations(chargers: int, share: float, wait: float) -> None:
    load = share * chargers
    cars = lengths(chargers, load)
    queue = np.maximum(np.arange(len(cars)) - chargers, 0)
    assert waiting_probability(chargers, load) == pytest.approx(cars[chargers:].sum(), rel=1e-9)
    assert mean_wait(chargers, load) == pytest.approx(queue @ cars / load, rel=1e-8)
    later = cars[chargers:].sum() * np.exp(-(chargers - load) * wait)
    assert late_share(chargers, load, wait) == pytest.approx(later, rel=1e-9)


@given(wait=PATIENCE, late=st.one_of(st.none(), st.floats(0.01, 0.9)))
def test_the_largest_loads_keep_the_promise_and_no_more_would(
    wait: float, late: float | None
) -> None:
    loads = largest_loads(12, wait, late)
    for n, load in enumerate(loads.tolist()):
        more = load * (1 + 1e-6) + 1e-6
        if late is None:
            assert mean_wait(n, load) <= wait
            assert n == 0 or mean_wait(n, more) > wait
        else:
            assert late_share(n, load, wait) <= late
            assert n == 0 or late_share(n, more, wait) > late


@given(wait=PATIENCE)
def test_chargers_pool_for_a_mean_wait(wait: float) -> None:
    loads = largest_loads(20, wait)
    gain = np.diff(loads)
    assert (np.diff(gain) >= -1e-9).all()
    slack = np.arange(21) - loads
    assert (slack <= 1 / wait + 1e-9).all()


def test_the_known_figures_at_half_an_hour_of_service_and_five_minutes() -> None:
    cars = 2 * largest_loads(12, 5 / 30)
    assert cars[[1, 2, 4, 8, 12]].round(2).tolist() == [0.29, 1.51, 4.72, 11.88, 19.37]


def test_an_endless_queue_keeps_nobody_from_waiting() -> None:
    assert mean_wait(2, 2.0) == np.inf
    assert waiting_probability(2, 3.0) == 1.0
    assert mean_wait(2, 0.0) == 0.0
