"""Simulated queues wait as long as the theory of queues says, within six standard errors."""

from __future__ import annotations

import math

import numpy as np
import pytest

from robustev.core.arrays import FloatArray
from robustev.core.erlang import late_share, mean_wait
from robustev.simulate.cases import PROMISE, Case
from robustev.simulate.config import ServiceTimes
from robustev.simulate.draws import Draw, Stream, Window, draw
from robustev.simulate.engine import Choices, Driver, alone, together
from robustev.simulate.tasks import OneQueue
from tests.referee.queues import lengths

REPLICATIONS = 60
SERVICE = 30.0


def replicated(case: Case, chargers: int, rate: float) -> FloatArray:
    """Return drivers, waits, late ones, those who left and busy minutes by replication."""
    window = Window.of(case, 4, 8)
    streams = tuple(
        Stream(3, ("queue", str(n)), "fast", chargers, SERVICE, rate) for n in range(REPLICATIONS)
    )
    return OneQueue(case, window, 5.0, streams).run()


def close(total: FloatArray, drivers: FloatArray, expected: float) -> bool:
    """Return whether the mean of all drivers is within six standard errors of what is expected."""
    excess = total - expected * drivers
    return bool(abs(excess.mean()) <= 6 * excess.std(ddof=1) / math.sqrt(len(excess)))


@pytest.mark.parametrize(("chargers", "rate"), [(1, 0.6), (4, 5.5), (12, 20.0)])
def test_waits_and_use_are_those_of_erlangs_formula(chargers: int, rate: float) -> None:
    counts = replicated(PROMISE, chargers, rate)
    load = rate * SERVICE / 60
    drivers, wait, late, left, busy = counts.T
    assert close(wait, drivers, SERVICE * mean_wait(chargers, load))
    assert close(late, drivers, late_share(chargers, load, 5.0 / SERVICE))
    assert close(busy / (8 * 60), np.ones(REPLICATIONS), load)
    assert left.sum() == 0


def test_the_test_of_closeness_sees_a_wait_that_is_another() -> None:
    drivers, wait, *_ = replicated(PROMISE, 4, 5.5).T
    assert not close(wait, drivers, 4 * SERVICE * mean_wait(4, 5.5 * SERVICE / 60))


@pytest.mark.parametrize("cv", [0.0, 0.5])
def test_one_charger_waits_as_pollaczek_and_khinchine_say(cv: float) -> None:
    case = Case("measured", "", times={"fast": ServiceTimes(mean=SERVICE, cv=cv)})
    drivers, wait, *_ = replicated(case, 1, 1.2).T
    load = 1.2 * SERVICE / 60
    assert close(wait, drivers, (1 + cv**2) / 2 * load / (1 - load) * SERVICE)


def test_drivers_give_up_as_often_as_the_balance_of_the_queue_says() -> None:
    patience, chargers, rate = 20.0, 3, 7.0
    drivers, _, _, left, _ = replicated(Case("patience", "", patience=patience), chargers, rate).T
    cars = np.zeros(200)
    cars[0] = 1.0
    for m in range(1, 200):
        out = min(m, chargers) / SERVICE + max(0, m - chargers) / patience
        cars[m] = cars[m - 1] * rate / 60 / out
    queue = np.maximum(np.arange(200) - chargers, 0) @ cars / cars.sum()
    assert close(left, drivers, queue / patience / (rate / 60))


@pytest.mark.parametrize("load", [4 - 1e-14, 4.0, 6.0])
def test_chargers_with_as_much_to_do_as_they_can_are_simulated_too(load: float) -> None:
    window = Window.of(PROMISE, 1, 2)
    stream = Stream(3, ("full",), "fast", 4, SERVICE, load * 60 / SERVICE)
    drawn = draw(PROMISE, window, stream)
    assert 4 <= drawn.start <= 4 + 3 * stream.rate
    counts = alone(4, drawn, window, 5.0, patient=False)
    assert 0.5 * 480 <= counts[4] <= 480 * (1 + 1e-9)


def test_drivers_are_served_in_turn_and_everyone_is_counted() -> None:
    window = Window(10.0, 0.0, 10.0, np.ones(1))
    drawn = Draw(0, np.array([0.0, 1, 2]), np.full(3, 10.0), np.zeros(3), np.zeros(3))
    counts = alone(1, drawn, window, 5.0, patient=False)
    assert counts.tolist() == [3, 9 + 18, 2, 0, 10]


def test_a_day_is_looked_at_in_its_busiest_part_and_waits_less_than_an_endless_peak() -> None:
    profile = (1.0,) * 8 + (6.0, 2.0, 10.0, 3.0)
    window = Window.of(Case("day", "", profile=profile), 4, 8)
    assert window.until - window.begin == 120
    assert window.parts.max() == window.parts[int(window.begin // 120)] == 1.0
    ramp = replicated(Case("day", "", profile=profile), 4, 7.5)
    peak = replicated(PROMISE, 4, 7.5)
    assert ramp[:, 1].sum() / ramp[:, 0].sum() < peak[:, 1].sum() / peak[:, 0].sum()


def test_drivers_who_choose_spread_over_equal_stations() -> None:
    window = Window(100.0, 0.0, 100.0, np.ones(1))
    choices = Choices(np.array([0, 2]), np.array([0, 1]), np.array([1.0, 1.5]))
    drivers = [Driver(float(t), 50.0, 0.0, 0, 0) for t in (0, 2, 4)]
    chargers, service = np.array([1, 1]), np.array([50.0, 50.0])
    counts = together(chargers, service, drivers, [choices], window, 5.0, patient=False)
    # The first takes the nearer one, the second the other, the third expects 50 more at either.
    assert counts[:, 0].tolist() == [2, 1]
    assert counts[:, 1].tolist() == [51.0 - 5.0, 0.0]


def test_the_referee_agrees_with_the_formula() -> None:
    cars = lengths(4, 2.75)
    queue = float(np.maximum(np.arange(len(cars)) - 4, 0) @ cars)
    assert queue / 2.75 == pytest.approx(mean_wait(4, 2.75), rel=1e-9)
