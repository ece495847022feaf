"""Maps show every station where it stands, and every change between two plans."""

from collections.abc import Callable
from pathlib import Path

import plotly.graph_objects as go
import pytest

from robustev.report import ResultFolder, read_results
from robustev.report.difference import differences
from robustev.report.figures import plan_map


def trace(figure: go.Figure, name: str) -> go.Scatter:
    return next(one for one in figure.data if one.name == name)


def test_every_site_is_a_station_or_left_empty(whole: ResultFolder) -> None:
    figure = plan_map(whole, "robust")
    stations = trace(figure, "stations")
    empty = trace(figure, "sites left empty")
    assert whole.region is not None
    assert len(stations.x) + len(empty.x) == len(whole.region.sites)
    assert len(stations.x) == len(whole.plans["robust"].chargers)


def test_axes_have_the_same_scale(whole: ResultFolder) -> None:
    assert plan_map(whole, "robust").layout.yaxis.scaleanchor == "x"


def test_unserved_zones_are_ringed(whole: ResultFolder) -> None:
    rings = trace(plan_map(whole, "nominal"), "most unserved demand")
    unserved = whole.plans["nominal"].unserved
    assert unserved is not None
    assert len(rings.x) == len(unserved) > 0


def test_every_changed_site_is_drawn_once(whole: ResultFolder) -> None:
    figure = plan_map(whole, "robust", compare_with="nominal")
    table = differences(whole.plans["robust"], whole.plans["nominal"])
    assert sum(len(one.x) for one in figure.data[1:]) == len(table)


def test_an_unknown_plan_is_refused(whole: ResultFolder) -> None:
    with pytest.raises(KeyError):
        plan_map(whole, "robsut")


def test_there_is_no_map_without_a_region(without: Callable[..., Path]) -> None:
    with pytest.raises(ValueError, match="no region"):
        plan_map(read_results(without("region")), "robust")
