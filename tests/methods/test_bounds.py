"""Both bounds of a running solve: what they accept, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.core.errors import SolverError
from robustev.data.plan import Plan
from robustev.methods.bounds import SMALLEST, Bounds
from robustev.methods.result import Status, StopRule, TraceRow

PLAN = Plan("any", np.array([True]), np.zeros((1, 0)))


def test_a_new_record_knows_nothing_and_says_so() -> None:
    result = Bounds().result("ef", "robust", Status.TIME_LIMIT)
    assert (result.plan, result.objective, result.lower_bound, result.gap) == (None,) * 4


def test_a_better_plan_replaces_the_incumbent_and_a_worse_one_does_not() -> None:
    bounds = Bounds()
    assert bounds.offer(PLAN.renamed("first"), 10.0, "test")
    assert not bounds.offer(PLAN.renamed("worse"), 11.0, "test")
    assert not bounds.offer(PLAN.renamed("as good"), 10.0, "test")
    assert bounds.offer(PLAN.renamed("better"), 9.0, "test")
    assert bounds.plan is not None
    assert (bounds.plan.name, bounds.upper) == ("better", 9.0)


def test_a_plan_that_cannot_serve_is_no_plan() -> None:
    bounds = Bounds()
    assert not bounds.offer(PLAN, np.inf, "test")
    assert not bounds.offer(PLAN, np.nan, "test")
    assert bounds.plan is None


def test_the_lower_bound_only_rises() -> None:
    bounds = Bounds()
    assert bounds.raise_lower(1.0, "test")
    assert not bounds.raise_lower(0.5, "test")
    assert not bounds.raise_lower(-np.inf, "test")
    assert not bounds.raise_lower(np.nan, "test")
    assert bounds.lower == 1.0


@pytest.mark.parametrize("bound", [10.1, np.inf])
def test_a_lower_bound_above_a_plan_is_an_error(bound: float) -> None:
    bounds = Bounds()
    bounds.offer(PLAN, 10.0, "test")
    with pytest.raises(SolverError, match=r"spoke gives a lower bound .* above"):
        bounds.raise_lower(bound, "spoke")
    assert bounds.lower == -np.inf


def test_a_plan_below_the_lower_bound_is_an_error() -> None:
    bounds = Bounds()
    bounds.raise_lower(10.0, "test")
    with pytest.raises(SolverError, match=r"rounding gives a plan of cost .* below"):
        bounds.offer(PLAN, 9.9, "rounding")
    assert (bounds.lower, bounds.upper, bounds.plan) == (-np.inf, 9.9, PLAN)


def test_bounds_that_cross_by_rounding_meet_instead() -> None:
    bounds = Bounds()
    bounds.offer(PLAN, 10.0, "test")
    bounds.raise_lower(10.0 + 1e-8, "test")
    assert (bounds.lower, bounds.upper, bounds.gap) == (10.0, 10.0, 0.0)
    other = Bounds()
    other.raise_lower(10.0, "test")
    other.offer(PLAN, 10.0 - 1e-8, "test")
    assert other.lower <= other.upper
    assert other.gap == 0.0


def test_the_trace_tells_who_moved_which_bound() -> None:
    seen: list[TraceRow] = []
    bounds = Bounds(seen.append)
    bounds.raise_lower(1.0, "relaxation")
    bounds.iteration = 4
    bounds.offer(PLAN, 3.0, "rounding")
    bounds.raise_lower(0.0, "nobody")
    assert [(r.iteration, r.lower_bound, r.upper_bound, r.source) for r in seen] == [
        (0, 1.0, None, "relaxation"),
        (4, 1.0, 3.0, "rounding"),
    ]
    assert bounds.result("ph", "robust", Status.OPTIMAL).trace == tuple(seen)
    assert seen[0].seconds <= seen[1].seconds


@pytest.mark.parametrize(
    ("lower", "stop", "interrupted", "status"),
    [
        pytest.param(10.0, StopRule(gap=0.0), False, Status.OPTIMAL, id="closed"),
        pytest.param(10.0, StopRule(gap=0.5), True, Status.OPTIMAL, id="closed all the same"),
        pytest.param(9.0, StopRule(gap=0.1), False, Status.GAP_REACHED, id="close enough"),
        pytest.param(9.0, StopRule(gap=0.1), True, Status.GAP_REACHED, id="done when interrupted"),
        pytest.param(5.0, StopRule(gap=0.1), True, Status.INTERRUPTED, id="interrupted"),
        pytest.param(5.0, StopRule(seconds=1e-9), False, Status.TIME_LIMIT, id="out of time"),
        pytest.param(5.0, StopRule(iterations=3), False, Status.ITERATION_LIMIT, id="turns"),
    ],
)
def test_the_status_says_why_the_solve_ended(
    lower: float, stop: StopRule, interrupted: bool, status: Status
) -> None:
    bounds = Bounds()
    bounds.offer(PLAN, 10.0, "test")
    bounds.raise_lower(lower, "test")
    assert bounds.status(stop, interrupted=interrupted) is status


def test_bounds_may_cross_by_what_solvers_cannot_tell_and_no_more() -> None:
    at, beyond = Bounds(), Bounds()
    for bounds in (at, beyond):
        bounds.offer(None, 0.0, "test")
    at.raise_lower(SMALLEST, "test")
    assert at.lower == 0.0
    with pytest.raises(SolverError, match="above the exactly evaluated cost"):
        beyond.raise_lower(1.01 * SMALLEST, "test")
