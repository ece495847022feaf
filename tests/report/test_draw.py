"""Figures of objects in memory show what they hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from robustev.data.plan import Plan
from robustev.evaluate import evaluate
from robustev.methods.result import SolveResult, Status, TraceRow
from robustev.report.draw import draw_convergence, draw_costs, draw_map, draw_scenarios
from tests import instances

INSTANCE = instances.random_instance(0)
PLAN = Plan("robust", np.array([True, False, True]), np.array([[2], [0], [1]]))
OTHER = Plan("nominal", np.array([True, True, False]), np.array([[2], [1], [0]]))
TRACE = (TraceRow(0.1, 1, 5.0, None, "relaxation"), TraceRow(0.2, 2, 5.0, 6.0, "rounding"))
RESULT = SolveResult("benders", PLAN, 6.0, 5.0, Status.GAP_REACHED, 0.2, TRACE)


def test_a_map_shows_stations_and_what_differs() -> None:
    for plan in (PLAN, RESULT):
        traces = {trace.name: trace for trace in draw_map(INSTANCE.region, plan).data}
        assert len(traces["stations"].x) == 2
        assert len(traces["sites left empty"].x) == 1
    names = {trace.name: trace for trace in draw_map(INSTANCE.region, PLAN, OTHER).data}
    assert len(names["only in robust"].x) == len(names["only in nominal"].x) == 1


def test_what_cannot_be_drawn_is_told() -> None:
    with pytest.raises(ValueError, match="both plans are called 'robust'"):
        draw_map(INSTANCE.region, PLAN, PLAN)
    with pytest.raises(ValueError, match="found no plan"):
        draw_map(INSTANCE.region, replace(RESULT, plan=None))
    with pytest.raises(ValueError, match="no trace"):
        draw_convergence(replace(RESULT, trace=()))


def test_convergence_shows_both_bounds() -> None:
    upper, lower, *moves = draw_convergence(RESULT).data
    assert (list(upper.y), list(lower.y)) == ([6.0], [5.0, 5.0])
    assert {move.name for move in moves} == {"moved by relaxation", "moved by rounding"}


def test_costs_are_those_of_the_evaluations() -> None:
    figure = draw_costs(evaluate(INSTANCE, [PLAN, OTHER]), money="euro")
    boxes = {trace.name: trace for trace in figure.data if trace.type == "box"}
    assert set(boxes) == {"robust", "nominal"}
    mean = next(trace for trace in figure.data if trace.name == "mean")
    costs = instances.true_costs(INSTANCE, PLAN)
    assert dict(zip(mean.y, mean.x, strict=True))["robust"] == pytest.approx(
        float(INSTANCE.probability @ costs)
    )
    assert "euro" in figure.layout.xaxis.title.text


def test_scenarios_are_drawn_without_a_past_too() -> None:
    assert len(draw_scenarios(INSTANCE.region, INSTANCE.scenarios).data) > 0
