"""Maps of one plan, and of what differs between two."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from robustev.report.difference import differences
from robustev.report.figures.canvas import map_figure, zone_traces
from robustev.report.figures.stations import add_labels, plan_traces, site_sizes
from robustev.report.figures.style import QUIET, plan_styles
from robustev.report.places import Places, places
from robustev.report.rows import records
from robustev.report.texts import text
from robustev.report.words import counted
from robustev.results.folder import ResultFolder, StoredRegion


def plan_map(results: ResultFolder, plan: str, compare_with: str | None = None) -> go.Figure:
    """Return the map of one plan, or of what differs between two.

    Zones are drawn by demand; stations by their number of chargers and, where it is known, their
    expected utilisation; zones with unserved demand are ringed.

    Raises
    ------
    KeyError
        If there is no such plan.
    ValueError
        If the result folder holds no region.
    """
    region = _region(results)
    place = places(region)
    zones = zone_traces(region, place)
    if compare_with is not None:
        return map_figure(zones + difference_traces(results, plan, compare_with, place), place)
    figure = map_figure(zones + plan_traces(results.plans[plan], place), place)
    return add_labels(figure, results.plans[plan], place)


def difference_traces(
    results: ResultFolder, plan: str, other: str, place: Places
) -> list[go.BaseTraceType]:
    """Return what differs: stations of one plan only, stations with more chargers in one."""
    styles, sizes = plan_styles(results.ordered), counted(results.plans[plan])
    table = differences(results.plans[plan], results.plans[other])
    groups = [
        ("same", text("map.same"), QUIET, "circle"),
        ("fewer", text("map.more_in", counted=sizes, plan=other), styles[other].colour,
         "circle-open"),
        ("more", text("map.more_in", counted=sizes, plan=plan), styles[plan].colour, "circle"),
        ("only_other", text("map.only", plan=other), styles[other].colour, "diamond-open"),
        ("only_plan", text("map.only", plan=plan), styles[plan].colour, "diamond"),
    ]  # fmt: skip
    return [
        _difference_trace(
            table[table["change"] == change], name, colour, symbol, place, even=change == "same"
        )
        for change, name, colour, symbol in groups
    ]


def _difference_trace(
    rows: pd.DataFrame, name: str, colour: str, symbol: str, place: Places, *, even: bool
) -> go.Scatter:
    points = place.sites.loc[rows["site"]]
    moved = rows["difference"].abs().to_numpy(dtype=np.float64)
    size = np.full(len(rows), 5.0) if even else 5.0 + site_sizes(moved, 16.0)
    return go.Scatter(
        x=points["x"].to_numpy(), y=points["y"].to_numpy(), mode="markers", name=name,
        text=[f"<b>{place.site(row.site)}</b><br>{row.text}" for row in records(rows)],
        hovertemplate="%{text}<extra></extra>",
        marker={"size": size, "sizeref": 1.0, "symbol": symbol, "color": colour, "opacity": 0.95,
                "line": {"width": 2 if "open" in symbol else 0.8,
                         "color": colour if "open" in symbol else "white"}},
    )  # fmt: skip


def _region(results: ResultFolder) -> StoredRegion:
    if results.region is None:
        raise ValueError(f"{results.folder} holds no region, so there is no map")
    return results.region
