"""Site persistence: every site once, by verdict."""

from dataclasses import replace

import pytest

from robustev.report import ResultFolder
from robustev.report.figures import persistence_frame, persistence_map


def test_every_judged_site_is_drawn_once(whole: ResultFolder) -> None:
    assert whole.comparison is not None
    assert whole.comparison.site_persistence is not None
    table = persistence_frame(whole.comparison.site_persistence)
    figure = persistence_map(whole)
    assert sum(len(trace.x) for trace in figure.data[1:]) == len(table)
    assert {"fast_planned", "fast_lowest", "fast_highest"} <= set(table.columns)


def test_there_is_no_map_without_stability(whole: ResultFolder) -> None:
    with pytest.raises(ValueError, match="no site persistence"):
        persistence_map(replace(whole, comparison=None))
