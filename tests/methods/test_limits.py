"""A time limit is kept, whatever it is that takes long: models, solves or evaluations.

What takes long is slowed down by far more than a busy machine would, so that the tests fail
wherever the limit is not looked at, and pass however slow the machine is.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from robustev.methods.bounds import Bounds
from robustev.methods.hedging import wheel
from robustev.methods.options import SolveOptions
from robustev.methods.result import Status, StopRule
from robustev.methods.solve import solve_instance
from robustev.model.instance import Instance
from robustev.parallel import interrupt
from robustev.recourse.recourse import Recourse
from tests import instances
from tests.ranks import told_by_ranks

LIMIT, ALLOWED = 2.0, 5.0
"""Seconds that are given, and that a solve may take beyond them."""
SCENARIOS = 40


def small() -> Instance:
    """Return an instance of which every scenario takes milliseconds."""
    return instances.random_instance(3, sites=6, zones=8, scenarios=SCENARIOS)


def slowed(function: Callable[..., object], seconds: float) -> Callable[..., object]:
    """Return the function with a rest before it."""

    def slow(*args: object, **kwargs: object) -> object:
        time.sleep(seconds)
        return function(*args, **kwargs)

    return slow


@pytest.mark.parametrize("method", ["benders", "ph"])
def test_evaluations_that_take_long_end_with_the_time(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Recourse, "dispatch", slowed(Recourse.dispatch, 0.5))
    options = SolveOptions(method=method, gap=0.0, ranks=1, time_limit=LIMIT)  # type: ignore[arg-type]
    result = solve_instance(small(), options)
    assert result.status is Status.TIME_LIMIT
    assert result.plan is None  # one evaluation takes 20 s
    assert result.seconds < LIMIT + ALLOWED


def test_models_of_scenarios_that_take_long_leave_time_for_a_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wheel, "projected_model", slowed(wheel.projected_model, 0.5))
    options = SolveOptions(method="ph", gap=0.0, ranks=1, time_limit=LIMIT)
    result = solve_instance(small(), options)
    assert result.seconds < LIMIT + ALLOWED
    assert result.plan is not None
    assert result.lower_bound is not None


SLOW_SWEEPS = """
import json
from robustev.methods.hedging import hub, wheel
from robustev.methods.options import SolveOptions
from robustev.methods.solve import solve_instance
from robustev.parallel.ranks import rank
from tests.methods.test_limits import LIMIT, small, slowed

def solved():
    options = SolveOptions(method="ph", gap=0.0, time_limit=LIMIT)
    result = solve_instance(small(), options)
    return [str(result.status), result.seconds]

model, limits = wheel.projected_model, hub.Limits.pre_solve
wheel.projected_model = slowed(model, 1.0)
found = [solved()]
wheel.projected_model = model
hub.Limits.pre_solve = slowed(limits, 1.0)
found.append(solved())
if rank() == 0:
    print(json.dumps(found))
"""


@pytest.mark.mpi
def test_the_first_sweep_of_ranks_that_hedge_together_ends_with_the_time() -> None:
    for status, seconds in told_by_ranks(4, SLOW_SWEEPS, timeout=100):
        assert status in (Status.TIME_LIMIT, Status.OPTIMAL)
        assert seconds < LIMIT + ALLOWED  # a sweep takes 20 s on two ranks that hedge


def test_a_first_plan_gets_a_little_more_time_than_there_is() -> None:
    instance, bounds = small(), Bounds()
    without = bounds.seconds_left(StopRule(seconds=10.0))
    bounds.offer(instances.random_plan(instance, np.random.default_rng(1)), 1.0, "test")
    with_one = bounds.seconds_left(StopRule(seconds=10.0))
    assert with_one < 10.0 < without


@pytest.fixture
def forgotten() -> Iterator[None]:
    """Forget afterwards that someone asked to stop."""
    yield
    with interrupt.listening():
        pass


@pytest.mark.usefixtures("forgotten")
def test_a_request_to_stop_leaves_no_time() -> None:
    bounds = Bounds()
    bounds.offer(instances.random_plan(small(), np.random.default_rng(1)), 1.0, "test")
    with interrupt.listening():
        assert bounds.seconds_left(StopRule()) > 1e9
        signal.raise_signal(signal.SIGINT)
        assert bounds.seconds_left(StopRule()) <= 0
