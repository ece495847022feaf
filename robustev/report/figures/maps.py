"""Maps: demand, stations with their chargers and load, who is unserved, where two plans differ."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from robustev.arrays import FloatArray
from robustev.report.difference import differences
from robustev.report.figures.style import (
    DEMAND_SCALE,
    LOAD_SCALE,
    QUIET,
    UNSERVED,
    plan_styles,
    styled,
)
from robustev.report.numbers import amount, count, percent
from robustev.report.places import Places, lattice, places
from robustev.report.stored import StoredPlan, StoredRegion, StoredResults, records

WIDTH = 620  # pixels that heights are reckoned for
LARGEST_ZONE, LARGEST_SITE, SMALLEST_SITE = 44.0, 20.0, 6.0
NUM_LABELS = 8
LEVEL = "level"  # the kind that stands for capacity levels where a model has no chargers


def plan_map(results: StoredResults, plan: str, compare_with: str | None = None) -> go.Figure:
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
    zones = [zone_trace(region, place)]
    if compare_with is not None:
        return map_figure(zones + difference_traces(results, plan, compare_with, place), place)
    figure = map_figure(zones + plan_traces(results.plans[plan], place), place)
    return add_labels(figure, results.plans[plan], place)


def map_figure(traces: list[go.BaseTraceType], place: Places) -> go.Figure:
    """Return a figure of map traces: equal scales, no axes, a bar to measure by."""
    figure = styled(go.Figure(traces), height=int(np.clip(WIDTH * place.aspect, 420, 760)))
    hidden = {"visible": False, "fixedrange": False}
    figure.update_xaxes(**hidden, constrain="domain")
    figure.update_yaxes(**hidden, scaleanchor="x", constrain="domain")
    figure.update_layout(dragmode="pan", legend={"itemsizing": "constant"}, hovermode="closest")
    _frame(figure, place)
    if place.unit:
        _scale_bar(figure, place)
    return figure


def zone_trace(region: StoredRegion, place: Places) -> go.BaseTraceType:
    """Return the zones by reference demand: a heat map on a regular grid, else bubbles."""
    demand = region.demand.reindex(place.zones.index)
    if (lines := lattice(place.zones)) is not None:
        return value_grid(demand, place, lines, "demand", DEMAND_SCALE)
    top = float(demand.max()) or 1.0
    return go.Scatter(
        x=place.zones["x"].to_numpy(), y=place.zones["y"].to_numpy(), mode="markers",
        name="zones, by demand", text=[f"{z}<br>demand {amount(d)}" for z, d in demand.items()],
        hovertemplate="zone %{text}<extra></extra>",
        marker={"size": demand.to_numpy(), "sizemode": "area", "sizemin": 1.5,
                "sizeref": 2 * top / LARGEST_ZONE**2, "color": "rgba(86, 140, 190, 0.38)",
                "line": {"width": 0.8, "color": "rgba(60, 110, 165, 0.8)"}},
    )  # fmt: skip


def value_grid(
    values: pd.Series[float],
    place: Places,
    lines: tuple[FloatArray, FloatArray],
    title: str,
    scale: list[list[object]],
    form: str = ",.4~g",
) -> go.Heatmap:
    """Return values by zone as a heat map over the lines of a regular grid."""
    x, y = lines
    column = np.searchsorted(x, place.zones["x"])
    row = np.searchsorted(y, place.zones["y"])
    cells, names = np.full((len(y), len(x)), np.nan), np.full((len(y), len(x)), "", dtype=object)
    cells[row, column], names[row, column] = values.to_numpy(), place.zones.index
    top = float(np.nanquantile(cells, 0.99)) or 1.0
    return go.Heatmap(
        x=x, y=y, z=cells.astype(np.float32), text=names, colorscale=scale, zmin=0.0, zmax=top,
        hovertemplate=f"zone %{{text}}<br>{title} %{{z:{form}}}<extra></extra>", showscale=True,
        colorbar=_colour_bar(title, form), name="zones",
    )  # fmt: skip


def plan_traces(plan: StoredPlan, place: Places) -> list[go.BaseTraceType]:
    """Return the plan's stations, the sites left empty and the unserved zones."""
    missed = plan.unserved is not None and len(plan.unserved) > 0
    traces = [_unserved_trace(plan, place)] if missed else []
    return [*traces, _empty_trace(plan, place), _station_trace(plan, place)]


def _station_trace(plan: StoredPlan, place: Places) -> go.Scatter:
    stations = list(plan.chargers)
    counts = np.array([sum(plan.chargers[site].values()) for site in stations], dtype=np.float64)
    points, name = place.sites.loc[stations], "stations, by chargers"
    if not plan.total():
        counts, name = np.full(len(stations), 0.3), "stations"
    marker: dict[str, object] = {
        "size": site_sizes(counts, top=max(1.0, counts.max(initial=0.0))), "sizeref": 1.0,
        "symbol": "circle", "opacity": 1.0,
        "line": {"width": 1.2, "color": "white"}, "color": "#1f2937",
    }  # fmt: skip
    if plan.utilisation is not None:
        share = plan.utilisation.reindex(stations)
        marker |= {"color": share.to_numpy(), "colorscale": LOAD_SCALE, "cmin": 0.0, "cmax": 1.0,
                   "colorbar": _colour_bar("expected load<br>of capacity", ".0%")}  # fmt: skip
    return go.Scatter(
        x=points["x"].to_numpy(), y=points["y"].to_numpy(), mode="markers", marker=marker,
        text=[station_text(plan, site) for site in stations],
        hovertemplate="%{text}<extra></extra>", name=name,
    )  # fmt: skip


def station_text(plan: StoredPlan, site: str) -> str:
    """Return what a map tells about one station."""
    lines = [f"<b>{site}</b>"]
    if plan.total():
        lines.append(charger_text(plan.chargers[site]) or "no charger")
    if plan.utilisation is not None and site in plan.utilisation.index:
        lines.append(f"expected load {percent(plan.utilisation[site], places=0)} of capacity")
    return "<br>".join(lines)


def charger_text(counts: dict[str, int]) -> str:
    """Return charger counts in words.

    >>> charger_text({"slow": 34, "fast": 1200}), charger_text({"level": 2})
    ('34 slow, 1,200 fast', '2 levels')
    """
    if list(counts) == [LEVEL]:
        return count(counts[LEVEL], LEVEL)
    return ", ".join(f"{number:,} {kind}" for kind, number in counts.items() if number)


def _empty_trace(plan: StoredPlan, place: Places) -> go.Scatter:
    empty = place.sites.drop(index=list(plan.chargers))
    return go.Scatter(
        x=empty["x"].to_numpy(), y=empty["y"].to_numpy(), mode="markers", text=list(empty.index),
        hovertemplate="%{text}: no station<extra></extra>", name="sites left empty",
        marker={"symbol": "x-thin", "size": 6, "line": {"width": 1.2, "color": QUIET}},
    )  # fmt: skip


def _unserved_trace(plan: StoredPlan, place: Places) -> go.Scatter:
    rows = plan.unserved
    assert rows is not None
    rows = rows[rows.index.isin(place.zones.index)]
    points = place.zones.loc[rows.index]
    top = float(rows["unserved"].max()) if len(rows) else 1.0
    size = np.sqrt(rows["unserved"].to_numpy(dtype=np.float64) / top) * LARGEST_ZONE
    return go.Scatter(
        x=points["x"].to_numpy(), y=points["y"].to_numpy(), mode="markers",
        text=[f"{zone}: {amount(row.unserved)} of demand unserved ({percent(row.share)})"
              for zone, row in zip(rows.index, records(rows), strict=True)],
        hovertemplate="zone %{text}<extra></extra>", name="expected unserved demand",
        marker={"symbol": "circle-open", "size": np.maximum(size, 5.0), "sizeref": 1.0,
                "color": UNSERVED, "line": {"width": 2}},
    )  # fmt: skip


def add_labels(figure: go.Figure, plan: StoredPlan, place: Places) -> go.Figure:
    """Name the largest stations that stand far enough apart to be read."""
    chosen = spaced(place, largest_stations(plan))
    counts = np.array([sum(plan.chargers[site].values()) for site in chosen], dtype=np.float64)
    top = max((sum(row.values()) for row in plan.chargers.values()), default=1)
    for site, size in zip(chosen, site_sizes(counts, top=float(top)), strict=True):
        point = place.sites.loc[site]
        figure.add_annotation(
            x=point["x"], y=point["y"], text=site, name="label", showarrow=False, yshift=size / 2,
            yanchor="bottom", font={"size": 12}, bgcolor="rgba(255,255,255,0.72)", borderpad=1,
        )  # fmt: skip
    return figure


def largest_stations(plan: StoredPlan) -> list[str]:
    """Return the plan's stations, those with the most chargers first, else the most load."""
    counts: dict[str, float] = {s: sum(row.values()) for s, row in plan.chargers.items()}
    if plan.utilisation is not None and not plan.total():
        assert plan.loads is not None
        loads = plan.loads.groupby("site")["load"].sum()
        counts = {site: float(loads.get(site, 0.0)) for site in counts}
    return sorted(counts, key=lambda site: -counts[site])


def spaced(place: Places, ids: list[str], most: int = NUM_LABELS) -> list[str]:
    """Return the first ids that keep a seventh of the map's width between them."""
    apart = float(np.ptp(place.all["x"])) / 7
    chosen: list[str] = []
    for site in ids:
        here = place.sites.loc[site]
        others = place.sites.loc[chosen]
        if (np.hypot(others["x"] - here["x"], 2 * (others["y"] - here["y"])) >= apart).all():
            chosen.append(site)
        if len(chosen) == most:
            break
    return chosen


def difference_traces(
    results: StoredResults, plan: str, other: str, place: Places
) -> list[go.BaseTraceType]:
    """Return what differs: stations of one plan only, stations with more chargers in one."""
    styles = plan_styles(results.ordered)
    table = differences(results.plans[plan], results.plans[other])
    groups = [
        ("same", "the same in both", QUIET, "circle"),
        ("fewer", f"more chargers in {other}", styles[other].colour, "circle-open"),
        ("more", f"more chargers in {plan}", styles[plan].colour, "circle"),
        ("only_other", f"only in {other}", styles[other].colour, "diamond-open"),
        ("only_plan", f"only in {plan}", styles[plan].colour, "diamond"),
    ]
    return [
        _difference_trace(table[table["change"] == change], name, colour, symbol, place)
        for change, name, colour, symbol in groups
    ]


def _difference_trace(
    rows: pd.DataFrame, name: str, colour: str, symbol: str, place: Places
) -> go.Scatter:
    points = place.sites.loc[rows["site"]]
    moved = rows["difference"].abs().to_numpy(dtype=np.float64)
    size = np.full(len(rows), 5.0) if name == "the same in both" else 5.0 + site_sizes(moved, 16.0)
    return go.Scatter(
        x=points["x"].to_numpy(), y=points["y"].to_numpy(), mode="markers", name=name,
        text=[f"<b>{row.site}</b><br>{row.text}" for row in records(rows)],
        hovertemplate="%{text}<extra></extra>",
        marker={"size": size, "sizeref": 1.0, "symbol": symbol, "color": colour, "opacity": 0.95,
                "line": {"width": 2 if "open" in symbol else 0.8,
                         "color": colour if "open" in symbol else "white"}},
    )  # fmt: skip


def site_sizes(
    counts: FloatArray, largest: float = LARGEST_SITE, top: float | None = None
) -> FloatArray:
    """Return marker sizes in pixels whose areas grow with the counts, up to ``top``."""
    most = counts.max(initial=0.0) if top is None else top
    scaled = np.sqrt(counts / most) if most > 0 else np.zeros(len(counts))
    return np.asarray(SMALLEST_SITE + (largest - SMALLEST_SITE) * scaled)


def _region(results: StoredResults) -> StoredRegion:
    if results.region is None:
        raise ValueError(f"{results.folder} holds no region, so there is no map")
    return results.region


def _colour_bar(title: str, form: str) -> dict[str, object]:
    return {"title": {"text": title, "side": "top", "font": {"size": 12}},
            "thickness": 10, "len": 0.5, "y": 0.5,
            "outlinewidth": 0, "tickformat": form, "nticks": 5, "x": 1.0}  # fmt: skip


def _frame(figure: go.Figure, place: Places) -> None:
    """Leave a margin around the outermost points."""
    points = place.all
    for axis, update in (("x", figure.update_xaxes), ("y", figure.update_yaxes)):
        low, high = points[axis].min(), points[axis].max()
        margin = 0.05 * max(high - low, 1e-9) if high > low else 1.0
        update(range=[low - margin, high + margin])


def _scale_bar(figure: go.Figure, place: Places) -> None:
    """Draw a bar of a round length in the lower left corner."""
    points = place.all
    width, left, low = np.ptp(points["x"]), points["x"].min(), points["y"].min()
    length = max(n * 10.0**e for e in range(-2, 5) for n in (1, 2, 5) if n * 10.0**e <= width / 4)
    figure.add_shape(type="line", x0=left, x1=left + length, y0=low, y1=low,
                     line={"width": 3, "color": QUIET})  # fmt: skip
    figure.add_annotation(x=left, y=low, text=f"{length:g} {place.unit}", font_size=12,
                          showarrow=False, xanchor="left", yanchor="bottom")  # fmt: skip
