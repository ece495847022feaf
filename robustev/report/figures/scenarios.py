"""Pictures of the scenarios: totals, where demand is and how unsure it is, what drives it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from robustev.core.arrays import FloatArray
from robustev.core.formatting import amount
from robustev.data.scenarios import ScenarioSet
from robustev.report.figures.canvas import (
    MOST_BUBBLES,
    cell_grid,
    ground_traces,
    map_figure,
    shaded,
    value_grid,
)
from robustev.report.figures.style import BETTER, DEMAND_SCALE, INK, WORSE, faded, styled
from robustev.report.places import lattice, places
from robustev.report.rows import weighted_quantile
from robustev.report.texts import text
from robustev.results.folder import ResultFolder
from robustev.scenarios.summary import driver_summary

FAN = ((0.05, 0.95), (0.25, 0.75))
MAX_DRIVERS = 12
SPREAD_SCALE = [[0.0, "#f6efdd"], [0.5, "#d9a441"], [1.0, "#8c3b00"]]


def totals(scenarios: ScenarioSet) -> FloatArray:
    """Return the region's total demand by scenario, shape (scenarios,)."""
    return np.asarray(scenarios.totals().sum(axis=1))


def fan_figure(results: ResultFolder) -> go.Figure:
    """Return the past total demand and the fan of its future; without a past, its distribution."""
    scenarios = _scenarios(results)
    history = None if results.region is None else results.region.history
    if history is None:
        return _distribution(results, scenarios)
    past = history.groupby("year")["demand"].sum()
    figure = _fan(past, totals(scenarios), scenarios.probability, _target(results, past.index[-1]))
    return figure.update_yaxes(title=text("axis.total", demand=results.units.demand))


def _target(results: ResultFolder, last: int) -> str:
    """Return the year that the scenarios are for, where they were fitted to the history."""
    source = (results.config.get("scenarios") or {}).get("source") or {}
    horizon = source.get("horizon") if source.get("kind") == "history" else None
    return str(last + horizon) if isinstance(horizon, int) else text("legend.scenarios")


def _fan(past: pd.Series[float], total: FloatArray, weight: FloatArray, target: str) -> go.Figure:
    years = [str(year) for year in past.index]
    ends, last = [years[-1], target], float(past.iloc[-1])
    figure = go.Figure()
    for low, high in FAN:
        top, bottom = (weighted_quantile(total, weight, level) for level in (high, low))
        figure.add_scatter(
            x=[*ends, *ends[::-1]], y=[last, top, bottom, last], fill="toself", mode="lines",
            fillcolor=faded(BETTER, 0.18), line={"width": 0}, hoverinfo="skip",
            name=text("legend.share", share=round(100 * (high - low))),
        )  # fmt: skip
    middle = weighted_quantile(total, weight, 0.5)
    figure.add_scatter(x=ends, y=[last, middle], mode="lines", name=text("legend.median"),
                       line={"color": BETTER, "dash": "dot", "width": 2})  # fmt: skip
    figure.add_scatter(x=years, y=past.to_numpy(), mode="lines+markers",
                       name=text("legend.observed"), line={"color": WORSE, "width": 2})  # fmt: skip
    figure.update_yaxes(rangemode="tozero", tickformat=",")
    # Without this the axis begins with what is drawn first, the fan.
    figure.update_xaxes(type="category", categoryorder="array", categoryarray=[*years, target])
    return styled(figure, height=380)


def _distribution(results: ResultFolder, scenarios: ScenarioSet) -> go.Figure:
    total = totals(scenarios)
    height, edges = np.histogram(total, bins=_bins(len(total)), weights=scenarios.probability)
    figure = go.Figure(go.Bar(
        x=(edges[1:] + edges[:-1]) / 2, y=height, width=np.diff(edges), showlegend=False,
        marker={"color": faded(BETTER, 0.55), "line": {"width": 1, "color": "white"}},
        hovertemplate=text("hover.total", x="%{x:,.4~r}", y="%{y:.0%}") + "<extra></extra>",
    ))  # fmt: skip
    marks = [("legend.mean_total", float(scenarios.probability @ total), INK, "solid")]
    if results.region is not None:
        marks.append(("legend.today", float(results.region.demand.sum()), WORSE, "dash"))
    top = 1.05 * float(height.max())
    for name, value, colour, dash in marks:
        figure.add_scatter(x=[value, value], y=[0, top], mode="lines", hoverinfo="name",
                           name=text(name, amount=amount(value)),
                           line={"color": colour, "dash": dash, "width": 2})  # fmt: skip
    figure.update_xaxes(
        title=text("axis.total_of", demand=results.units.demand), tickformat=",", nticks=7
    )
    figure.update_yaxes(title=text("axis.share"), tickformat=".0%", rangemode="tozero")
    return styled(figure, height=360)


def _bins(count: int) -> int:
    return int(np.clip(np.sqrt(count) * 1.5, 5, 40))


def zone_frame(results: ResultFolder) -> pd.DataFrame:
    """Return one row per zone: zone, mean demand over the scenarios, std, and std over mean."""
    scenarios = _scenarios(results)
    demand = scenarios.demand.sum(axis=2, dtype=np.float64)
    mean = scenarios.probability @ demand
    std = np.sqrt(np.maximum(scenarios.probability @ demand**2 - mean**2, 0.0))
    relative = np.divide(std, mean, out=np.full_like(std, np.nan), where=mean > 0)
    return pd.DataFrame(
        {"zone": list(scenarios.zones), "mean": mean, "std": std, "relative_std": relative}
    )


def mean_map(results: ResultFolder) -> go.Figure:
    """Return the map of mean demand over the scenarios."""
    return _zone_map(results, "mean", text("legend.mean_demand"), DEMAND_SCALE, ",.4~r")


def spread_map(results: ResultFolder) -> go.Figure:
    """Return the map of each zone's standard deviation relative to its mean."""
    return _zone_map(results, "relative_std", text("legend.spread"), SPREAD_SCALE, ".0%")


def _zone_map(
    results: ResultFolder, column: str, title: str, scale: list[list[object]], form: str
) -> go.Figure:
    if results.region is None:
        raise ValueError(f"{results.folder} holds no region, so there is no map")
    table = zone_frame(results).set_index("zone")
    place = places(results.region)
    values = table[column].reindex(place.zones.index)
    if (lines := lattice(place.zones)) is not None:
        grid = value_grid(values, place, lines, title, scale, form)
        return map_figure(ground_traces(results.region, place, [grid]), place)
    mean = table["mean"].reindex(place.zones.index)
    if results.region.ground.outlines:
        parts = shaded(results.region, place, values, title, scale, form)
        return map_figure(ground_traces(results.region, place, parts), place)
    if len(values) > MOST_BUBBLES:
        weight = None if column == "mean" else mean
        cells = cell_grid(values, place, title, scale, form, weight)
        return map_figure(ground_traces(results.region, place, [cells]), place)
    top = float(values.quantile(0.98)) or 1.0
    bar = {"title": {"text": title, "side": "top", "font": {"size": 12}},
           "thickness": 10, "len": 0.5, "x": 1.0,
           "outlinewidth": 0, "tickformat": form, "nticks": 5}  # fmt: skip
    points = go.Scatter(
        x=place.zones["x"].to_numpy(), y=place.zones["y"].to_numpy(), mode="markers",
        text=[place.zone(zone) for zone in place.zones.index],
        customdata=values.to_numpy(), showlegend=False,
        hovertemplate=f"{text('map.zone')} %{{text}}<br>{title} %{{customdata:{form}}}"
        "<extra></extra>",
        marker={"size": mean.to_numpy(), "sizemode": "area", "sizemin": 3,
                "sizeref": 2 * float(mean.max() or 1.0) / 34**2, "color": values.to_numpy(),
                "colorscale": scale, "cmin": 0.0, "cmax": top, "colorbar": bar, "opacity": 0.9,
                "line": {"width": 0.5, "color": "rgba(75, 85, 99, 0.45)"}},
    )  # fmt: skip
    return map_figure(ground_traces(results.region, place, [points]), place)


def driver_figure(results: ResultFolder) -> go.Figure:
    """Return how strongly each driver moves total demand: its rank correlation with it."""
    table = driver_summary(_scenarios(results)).head(MAX_DRIVERS).iloc[::-1]
    names = [str(name).replace("_", " ") for name in table["driver"]]
    value = table["rank_correlation"].to_numpy(dtype=np.float64)
    figure = go.Figure(go.Bar(
        x=value, y=names, orientation="h", width=0.6,
        marker={"color": [BETTER if v >= 0 else WORSE for v in value]},
        text=[f"{v:+.2f}".replace("-", "\N{MINUS SIGN}") for v in value], textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x:.2f}<extra></extra>",
    ))  # fmt: skip
    low = -1.05 if (value < 0).any() else 0.0
    figure.update_xaxes(title=text("axis.closely"), range=[low, 1.12], nticks=6)
    return styled(figure, height=90 + 34 * max(len(names), 2))


def has_drivers(results: ResultFolder) -> bool:
    """Return whether some driver varies over the scenarios."""
    return results.scenarios is not None and not driver_summary(results.scenarios).empty


def _scenarios(results: ResultFolder) -> ScenarioSet:
    if results.scenarios is None:
        raise ValueError(f"{results.folder} holds no scenarios")
    return results.scenarios
