"""Frontiers: a point for every value, the wanted figures one above the other."""

from robustev.core.units import Units
from robustev.report import ResultFolder
from robustev.report.figures import frontier_figure, frontier_frame


def test_every_point_is_drawn_for_every_figure(whole: ResultFolder) -> None:
    assert whole.comparison is not None
    frontier = whole.comparison.frontiers[0]
    figure = frontier_figure(frontier)
    assert len(figure.data) == len(frontier.y)
    assert all(trace.x.tolist() == [1, 2] for trace in figure.data)


def test_chargers_become_columns(whole: ResultFolder) -> None:
    assert whole.comparison is not None
    table = frontier_frame(whole.comparison.frontiers[0])
    assert table["x"].tolist() == [1, 2]
    assert [name for name in table.columns if name.startswith("chargers_")]


def test_axes_name_units_and_write_shares_in_percent_and_numbers_in_full(
    whole: ResultFolder,
) -> None:
    assert whole.comparison is not None
    frontier = whole.comparison.frontiers[0].model_copy(
        update={"y": ("mean_cost", "unserved_share"), "vary": "budget", "x_title": "budget"}
    )
    figure = frontier_figure(frontier, Units(money="euro"))
    assert [note.text for note in figure.layout.annotations] == [
        "mean cost (euro)",
        "unserved share",
    ]
    assert figure.layout.xaxis2.title.text == "budget (euro)"
    assert {figure.layout.yaxis.tickformat, figure.layout.xaxis2.tickformat} == {","}
    assert figure.layout.yaxis2.ticksuffix == " %"
    shares = [point.unserved_share for point in frontier.points]
    assert figure.data[1].y.tolist() == [100 * share for share in shares if share is not None]
