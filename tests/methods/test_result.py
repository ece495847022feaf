"""What every method returns, and the limits that stop it."""

from __future__ import annotations

import math

import pytest

from robustev.methods.result import SolveResult, Status, StopRule, TraceRow, relative_gap


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        pytest.param({"gap": -0.1}, "gap must be >= 0", id="negative gap"),
        pytest.param({"gap": math.nan}, "gap must be >= 0", id="no gap at all"),
        pytest.param({"seconds": 0.0}, "seconds must be > 0", id="no time"),
        pytest.param({"seconds": -1.0}, "seconds must be > 0", id="negative time"),
        pytest.param({"iterations": 0}, "iterations must be >= 1", id="no iterations"),
    ],
)
def test_a_senseless_limit_is_refused(limits: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        StopRule(**limits)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("objective", "bound", "gap"),
    [
        pytest.param(100.0, 90.0, 0.1, id="usual"),
        pytest.param(-100.0, -110.0, 0.1, id="negative costs, as with sunk assets"),
        pytest.param(0.0, 0.0, 0.0, id="nothing to pay"),
        pytest.param(0.0, -1.0, math.inf, id="unknown in relation to nothing"),
        pytest.param(None, 90.0, None, id="no plan"),
        pytest.param(100.0, None, None, id="no bound"),
        pytest.param(math.inf, 90.0, None, id="an infinite cost is no plan"),
        pytest.param(100.0, -math.inf, None, id="an infinite bound is none"),
    ],
)
def test_the_gap_is_relative_to_the_objective(
    objective: float | None, bound: float | None, gap: float | None
) -> None:
    assert relative_gap(objective, bound) == gap
    result = SolveResult("ef", None, objective, bound, Status.TIME_LIMIT, 1.0)
    assert result.gap == gap


def test_the_trace_becomes_a_table_with_named_columns_even_when_empty() -> None:
    row = TraceRow(0.5, 2, 1.0, None, "relaxation")
    result = SolveResult("benders", None, None, 1.0, Status.TIME_LIMIT, 1.0, (row,))
    frame = result.trace_frame()
    assert list(frame.columns) == ["seconds", "iteration", "lower_bound", "upper_bound", "source"]
    assert frame["source"].tolist() == ["relaxation"]
    empty = SolveResult("benders", None, None, None, Status.ERROR, 1.0).trace_frame()
    assert list(empty.columns) == list(frame.columns)
