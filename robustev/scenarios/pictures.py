"""Pictures of a scenario set: maps, the fan of totals, drivers, likeness by distance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from robustev.core.arrays import FloatArray
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.scenarios.summary import correlation_by_distance, driver_summary

INK, BLUE = "#334155", "#1d4ed8"
MAX_DRIVERS = 12
FAN = ((0.05, 0.95, "rgba(29, 78, 216, 0.15)"), (0.25, 0.75, "rgba(29, 78, 216, 0.3)"))


def map_figure(region: Region, scenarios: ScenarioSet) -> go.Figure:
    """Return two maps side by side: mean demand of each zone, and its spread relative to the mean.

    Where zones overlap, the highest value lies on top. Zones without coordinates are placed in
    order, so that the figure exists for every region.
    """
    demand = scenarios.demand.sum(axis=2, dtype=np.float64)
    mean = scenarios.probability @ demand
    std = np.sqrt(np.maximum(scenarios.probability @ demand**2 - mean**2, 0.0))
    relative = np.divide(std, mean, out=np.full_like(std, np.nan), where=mean > 0)
    figure = make_subplots(cols=2, subplot_titles=("Mean demand", "Spread relative to the mean"))
    least = float(np.nanquantile(relative, 0.02)) if np.isfinite(relative).any() else 0.0
    figure.add_trace(_map_points(region, mean, "Viridis", ".3~s", 0.44), row=1, col=1)
    figure.add_trace(_map_points(region, relative, "Cividis", ".1%", 1.0, least), row=1, col=2)
    # A degree of longitude is shorter than one of latitude.
    degrees = float(np.mean(_positions(region)[1])) if region.geographic else 0.0
    for column, anchor in ((1, "x"), (2, "x2")):
        ratio = 1.0 / np.cos(np.radians(degrees))
        figure.update_yaxes(scaleanchor=anchor, scaleratio=ratio, row=1, col=column)
    figure.update_xaxes(domain=[0.0, 0.42], row=1, col=1)
    figure.update_xaxes(domain=[0.56, 0.98], row=1, col=2)
    figure.update_xaxes(showticklabels=False, showgrid=False, zeroline=False)
    figure.update_yaxes(showticklabels=False, showgrid=False, zeroline=False)
    return _styled(figure)


def fan_figure(region: Region, scenarios: ScenarioSet, target: str = "scenarios") -> go.Figure:
    """Return the region's past total and, beyond it, the fan of its future.

    Without a history the fan opens from the reference demand. ``target`` names the far end.
    """
    total = scenarios.totals().sum(axis=1)
    figure = go.Figure()
    if region.history is not None and len(region.history.years):
        past = [str(year) for year in region.history.years]
        values = region.history.demand.sum(axis=(1, 2))
    else:
        past, values = ["today"], np.array([region.demand.sum()])
    ends = [past[-1], target]
    for low, high, shade in FAN:
        bounds = [_weighted_quantile(total, scenarios.probability, q) for q in (high, low)]
        figure.add_scatter(x=[*ends, *ends[::-1]], fill="toself", mode="lines", fillcolor=shade,
                           y=[values[-1], bounds[0], bounds[1], values[-1]],
                           line={"width": 0}, name=f"{high - low:.0%} of scenarios")  # fmt: skip
    middle = _weighted_quantile(total, scenarios.probability, 0.5)
    figure.add_scatter(x=ends, y=[values[-1], middle], name="median",
                       line={"color": BLUE, "dash": "dot"}, mode="lines")  # fmt: skip
    figure.add_scatter(x=past, y=values, mode="lines+markers", name="observed",
                       line={"color": INK})  # fmt: skip
    figure.update_yaxes(title="total demand", rangemode="tozero")
    figure.update_xaxes(type="category", categoryorder="array", categoryarray=[*past, target])
    return _styled(figure.update_layout(title="Total demand of the region"))


def driver_figure(scenarios: ScenarioSet) -> go.Figure:
    """Return a histogram of each driver that varies, the most influential first (at most 12)."""
    table = driver_summary(scenarios).head(MAX_DRIVERS)
    if table.empty:
        return _styled(go.Figure().update_layout(title="No driver varies"))
    columns = min(3, len(table))
    rows = -(-len(table) // columns)
    titles = [
        f"{driver} (rank correlation {value:+.2f})"
        for driver, value in zip(table["driver"], table["rank_correlation"], strict=True)
    ]
    figure = make_subplots(rows=rows, cols=columns, subplot_titles=titles, vertical_spacing=0.18)
    for index, driver in enumerate(table["driver"]):
        values = scenarios.drivers[driver]
        known = np.isfinite(values)
        height, edges = np.histogram(values[known], bins=24, weights=scenarios.probability[known])
        bars = go.Bar(x=(edges[1:] + edges[:-1]) / 2, y=height, width=np.diff(edges),
                      marker={"color": BLUE}, showlegend=False)  # fmt: skip
        figure.add_trace(bars, row=index // columns + 1, col=index % columns + 1)
    figure.update_yaxes(showticklabels=False)
    figure.update_annotations(font_size=12)
    heading = "Drivers, and their rank correlation with total demand"
    return _styled(figure.update_layout(title=heading, height=140 + 220 * rows, bargap=0))


def distance_figure(region: Region, scenarios: ScenarioSet) -> go.Figure:
    """Return how the correlation between zones falls with their distance."""
    table = correlation_by_distance(region, scenarios)
    line = {"color": BLUE}
    curve = go.Scatter(x=table["distance"], y=table["correlation"], mode="lines+markers", line=line)
    figure = go.Figure(curve)
    unit = "km" if region.geographic else "coordinate units"
    figure.update_xaxes(title=f"distance between zones ({unit})", rangemode="tozero")
    figure.update_yaxes(title="correlation of demand over scenarios", range=[-0.2, 1.02])
    return _styled(figure.update_layout(title="Do neighbours rise and fall together?"))


def figures(region: Region, scenarios: ScenarioSet, target: str = "scenarios") -> list[go.Figure]:
    """Return every picture of the set, in the order in which one would look at them."""
    return [
        fan_figure(region, scenarios, target),
        map_figure(region, scenarios),
        driver_figure(scenarios),
        distance_figure(region, scenarios),
    ]


def write_pictures(
    region: Region, scenarios: ScenarioSet, path: str | Path, target: str = "scenarios"
) -> None:
    """Write every picture into one HTML file that needs no network."""
    parts = [
        figure.to_html(full_html=False, include_plotlyjs=(number == 0))
        for number, figure in enumerate(figures(region, scenarios, target))
    ]
    page = "\n".join(parts)
    head = f"<meta charset='utf-8'><title>Scenarios for {region.name}</title>"
    Path(path).write_text(
        f"<!doctype html><html><head>{head}</head><body>{page}</body></html>", encoding="utf-8"
    )


def _map_points(
    region: Region,
    values: FloatArray,
    scale: str,
    form: str,
    bar_position: float,
    least: float = 0.0,
) -> go.Scatter:
    """Return the zones coloured by value from ``least`` up, the highest drawn last."""
    x, y = _positions(region)
    order = np.argsort(values, kind="stable")
    top = float(np.nanquantile(values, 0.98)) if np.isfinite(values).any() else 1.0
    marker = {
        "color": values[order],
        "colorscale": scale,
        "cmin": least,
        "cmax": top if top > least else least + 1.0,
        "size": _marker_size(x, y),
        "symbol": "square",
        "colorbar": {"x": bar_position, "len": 0.9, "thickness": 12, "tickformat": form},
    }
    return go.Scatter(
        x=x[order],
        y=y[order],
        mode="markers",
        marker=marker,
        showlegend=False,
        text=[region.zones.ids[j] for j in order],
        customdata=values[order],
        hovertemplate=f"%{{text}}: %{{customdata:{form}}}<extra></extra>",
    )


def _positions(region: Region) -> tuple[FloatArray, FloatArray]:
    if region.zones.x is not None and region.zones.y is not None:
        return region.zones.x, region.zones.y
    side = int(np.ceil(np.sqrt(region.num_zones)))
    number = np.arange(region.num_zones, dtype=np.float64)
    return number % side, -(number // side)


def _marker_size(x: FloatArray, y: FloatArray) -> float:
    """Return a size in pixels at which a grid is just filled and scattered places stay apart."""
    on_grid = len(np.unique(x)) * len(np.unique(y)) <= 1.5 * len(x)
    return float(np.clip((330.0 if on_grid else 150.0) / np.sqrt(len(x)), 3.0, 14.0))


def _weighted_quantile(values: FloatArray, probability: FloatArray, level: float) -> float:
    return float(np.quantile(values, level, weights=probability, method="inverted_cdf"))


def _styled(figure: go.Figure) -> go.Figure:
    font = {"family": "system-ui, sans-serif", "color": INK}
    return figure.update_layout(template="plotly_white", font=font, margin={"t": 70})
