"""Both bounds over time, and who moved them."""

import pandas as pd
import pytest

from robustev.report import StoredPlan
from robustev.report.figures import convergence_figure

TRACE = pd.DataFrame(
    {
        "seconds": [0.0, 1.0, 2.0, 10.0],
        "iteration": [0, 1, 2, 3],
        "lower_bound": [None, 90.0, 95.0, 95.0],
        "upper_bound": [9e6, 9e6, 101.0, 100.0],
        "source": ["start", "relaxation", "relaxation", "rounding"],
    }
)


def test_each_source_has_the_moves_that_it_made() -> None:
    moves = {
        trace.name: len(trace.x)
        for trace in convergence_figure(StoredPlan("p", trace=TRACE)).data
        if trace.mode == "markers"
    }
    # The relaxation's second row moves both bounds.
    assert moves == {"moved by start": 1, "moved by relaxation": 3, "moved by rounding": 1}


def test_the_first_view_leaves_out_wild_first_bounds() -> None:
    low, high = convergence_figure(StoredPlan("p", trace=TRACE)).layout.yaxis.range
    assert low < 95
    assert 101 < high < 1000


def test_bounds_that_meet_have_room_around_them() -> None:
    met = TRACE.assign(lower_bound=50.0, upper_bound=50.0 + 1e-14)
    low, high = convergence_figure(StoredPlan("p", trace=met)).layout.yaxis.range
    assert high - low == pytest.approx(0.1)


def test_a_solve_without_any_bound_is_still_drawn() -> None:
    empty = TRACE.assign(lower_bound=None, upper_bound=None).astype({"lower_bound": float})
    figure = convergence_figure(StoredPlan("p", trace=empty.astype({"upper_bound": float})))
    assert figure.layout.yaxis.range is None


def test_a_plan_without_a_trace_is_refused() -> None:
    with pytest.raises(ValueError, match="no trace of the plan 'p'"):
        convergence_figure(StoredPlan("p"))
