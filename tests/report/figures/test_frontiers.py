"""Frontiers: a point for every value, the wanted figures one above the other."""

from robustev.report import StoredResults
from robustev.report.figures import frontier_figure, frontier_frame


def test_every_point_is_drawn_for_every_figure(whole: StoredResults) -> None:
    assert whole.comparison is not None
    frontier = whole.comparison.frontiers[0]
    figure = frontier_figure(frontier)
    assert len(figure.data) == len(frontier.y)
    assert all(trace.x.tolist() == [1, 2] for trace in figure.data)


def test_chargers_become_columns(whole: StoredResults) -> None:
    assert whole.comparison is not None
    table = frontier_frame(whole.comparison.frontiers[0])
    assert table["x"].tolist() == [1, 2]
    assert [name for name in table.columns if name.startswith("chargers_")]
