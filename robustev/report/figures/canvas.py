"""The ground of every map: equal scales, zones, a bar to measure by."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from robustev.core.arrays import FloatArray
from robustev.core.formatting import amount
from robustev.report.figures.backdrop import (
    joined,
    layer_traces,
    without_surfaces,
    world_traces,
)
from robustev.report.figures.style import DEMAND_SCALE, QUIET, styled
from robustev.report.places import Places, lattice
from robustev.report.texts import text
from robustev.results.folder import StoredRegion

WIDTH = 620  # pixels that heights are reckoned for
LARGEST_ZONE = 44.0
MOST_BUBBLES = 3000
"""Zones with more are added up in cells: bubbles would hide each other, and weigh on the page."""
CELLS = 90
"""Cells along the longer side of a map of very many zones."""
SHADES = 8
"""Steps of colour of outlines."""


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


def zone_traces(region: StoredRegion, place: Places) -> list[go.BaseTraceType]:
    """Return the ground, and on it the zones by their reference demand.

    Polygons in shades where the region has outlines; a heat map on a regular grid, and on a grid
    of cells where there are very many zones; bubbles else.
    """
    demand = region.demand.reindex(place.zones.index)
    return ground_traces(region, place, _zones(region, place, demand))


def ground_traces(
    region: StoredRegion, place: Places, zones: list[go.BaseTraceType]
) -> list[go.BaseTraceType]:
    """Return zones on the world; layers of the user's own above surfaces, and beneath points."""
    world, layers = world_traces(region, place), layer_traces(region, place)
    surfaces = [trace for trace in zones if trace.type == "heatmap" or trace.meta == "zones"]
    points = [trace for trace in zones if not any(trace is other for other in surfaces)]
    if any(trace.type == "heatmap" for trace in zones):
        world, layers = without_surfaces(world), without_surfaces(layers)
    return [*world, *surfaces, *layers, *points]


def _zones(region: StoredRegion, place: Places, demand: pd.Series[float]) -> list[go.BaseTraceType]:
    if (lines := lattice(place.zones)) is not None:
        return [value_grid(demand, place, lines, text("map.demand"), DEMAND_SCALE)]
    if region.ground.outlines:
        return shaded(region, place, demand, text("map.demand"), DEMAND_SCALE, ",.4~r")
    if len(demand) > MOST_BUBBLES:
        return [cell_grid(demand, place, text("map.cell_demand"), DEMAND_SCALE)]
    return [_bubbles(demand, place)]


def _bubbles(demand: pd.Series[float], place: Places) -> go.Scatter:
    top = float(demand.max()) or 1.0
    return go.Scatter(
        x=place.zones["x"].to_numpy(), y=place.zones["y"].to_numpy(), mode="markers",
        name=text("map.by_demand"),
        text=[f"{place.zone(str(z))}<br>{text('map.demand')} {amount(d)}"
              for z, d in demand.items()],
        hovertemplate=f"{text('map.zone')} %{{text}}<extra></extra>",
        marker={"size": demand.to_numpy(), "sizemode": "area", "sizemin": 1.5,
                "sizeref": 2 * top / LARGEST_ZONE**2, "color": "rgba(86, 140, 190, 0.38)",
                "line": {"width": 0.8, "color": "rgba(60, 110, 165, 0.8)"}},
    )  # fmt: skip


def shaded(
    region: StoredRegion,
    place: Places,
    values: pd.Series[float],
    title: str,
    scale: list[list[object]],
    form: str,
) -> list[go.BaseTraceType]:
    """Return the outlines of zones in shades of their values, and a point in each that tells it."""
    known = values[values.index.isin(list(region.ground.outlines))].dropna()
    top = float(known.quantile(0.98)) if len(known) else 1.0
    top = top if top > 0 else 1.0
    shade = np.minimum(known.to_numpy(dtype=np.float64) / top * SHADES, SHADES - 1).astype(int)
    traces: list[go.BaseTraceType] = []
    for level in np.unique(shade):
        rings = [
            place.on_plane(np.asarray(ring, dtype=np.float64))
            for zone in known.index[shade == level] for ring in region.ground.outlines[zone]
        ]  # fmt: skip
        x, y = joined(rings)
        colour = colour_at(scale, (level + 0.5) / SHADES)
        traces.append(go.Scatter(
            x=x, y=y, mode="lines", fill="toself", fillcolor=colour, hoverinfo="skip",
            line={"width": 0.4, "color": "rgba(120, 130, 145, 0.6)"}, showlegend=False,
            name=title, meta="zones",
        ))  # fmt: skip
    return [*traces, _telling(values, place, title, scale, form, top)]


def _telling(
    values: pd.Series[float], place: Places, title: str, scale: list[list[object]], form: str,
    top: float,
) -> go.Scatter:  # fmt: skip
    """Return invisible points that tell the values of zones, with the bar of their colours."""
    return go.Scatter(
        x=place.zones["x"].to_numpy(), y=place.zones["y"].to_numpy(), mode="markers",
        text=[place.zone(zone) for zone in place.zones.index], customdata=values.to_numpy(),
        showlegend=False, name="zones",
        hovertemplate=f"{text('map.zone')} %{{text}}<br>{title} %{{customdata:{form}}}"
        "<extra></extra>",
        marker={"size": 9, "color": values.to_numpy(), "colorscale": scale, "opacity": 0.0,
                "cmin": 0.0, "cmax": top, "colorbar": colour_bar(title, form)},
    )  # fmt: skip


def colour_at(scale: list[list[object]], share: float) -> str:
    """Return the colour of a scale at a share of it, translucent where the scale is.

    >>> colour_at([[0.0, "rgba(0, 0, 0, 0.0)"], [1.0, "#640000"]], 0.5)
    'rgba(50, 0, 0, 0.45)'
    """
    ends = [float(str(at)) for at, _ in scale]
    parts = np.array([_parts(str(colour)) for _, colour in scale])
    red, green, blue, alpha = (float(np.interp(share, ends, part)) for part in parts.T)
    return f"rgba({red:.0f}, {green:.0f}, {blue:.0f}, {alpha:.2g})"


def _parts(colour: str) -> tuple[float, ...]:
    """Return red, green, blue and opacity; plain colours let a little of the ground through."""
    if colour.startswith("#"):
        return (*(float(int(colour[n : n + 2], 16)) for n in (1, 3, 5)), 0.9)
    return tuple(float(part) for part in colour[5:-1].split(","))


def cell_grid(
    values: pd.Series[float],
    place: Places,
    title: str,
    scale: list[list[object]],
    form: str = ",.4~r",
    weight: pd.Series[float] | None = None,
) -> go.Heatmap:
    """Return values of very many zones, added up in square cells; means with a ``weight``."""
    points = place.zones[["x", "y"]].to_numpy()
    low, side = points.min(axis=0), float(np.ptp(points, axis=0).max()) / CELLS or 1.0
    column, row = ((points - low) / side).astype(int).T
    shape = (row.max() + 1, column.max() + 1)
    number = np.zeros(shape)
    np.add.at(number, (row, column), 1)
    total = np.zeros(shape)
    scales: FloatArray = np.ones(len(values))
    if weight is not None:
        scales = np.asarray(weight.to_numpy(dtype=np.float64))
    np.add.at(total, (row, column), np.nan_to_num(values.to_numpy(dtype=np.float64)) * scales)
    if weight is not None:
        whole = np.zeros(shape)
        np.add.at(whole, (row, column), scales)
        total = np.asarray(np.divide(total, whole, out=np.full(shape, np.nan), where=whole > 0))
    cells = np.where(number > 0, total, np.nan)
    top = float(np.nanquantile(cells, 0.99)) or 1.0
    # Few digits: a page has to carry them all.
    short = [[None if np.isnan(v) else float(f"{v:.4g}") for v in line] for line in cells.tolist()]
    return go.Heatmap(
        x=low[0] + side * (np.arange(shape[1]) + 0.5),
        y=low[1] + side * (np.arange(shape[0]) + 0.5),
        z=short, colorscale=scale, zmin=0.0, zmax=top, name="zones", hoverongaps=False,
        colorbar=colour_bar(title, form),
        hovertemplate=f"{title} %{{z:{form}}}<extra></extra>",
    )  # fmt: skip


def value_grid(
    values: pd.Series[float],
    place: Places,
    lines: tuple[FloatArray, FloatArray],
    title: str,
    scale: list[list[object]],
    form: str = ",.4~r",
) -> go.Heatmap:
    """Return values by zone as a heat map over the lines of a regular grid."""
    x, y = lines
    column = np.searchsorted(x, place.zones["x"])
    row = np.searchsorted(y, place.zones["y"])
    cells, names = np.full((len(y), len(x)), np.nan), np.full((len(y), len(x)), "", dtype=object)
    cells[row, column] = values.to_numpy()
    names[row, column] = [place.zone(zone) for zone in place.zones.index]
    top = float(np.nanquantile(cells, 0.99)) or 1.0
    return go.Heatmap(
        x=x, y=y, z=cells.astype(np.float32), text=names, colorscale=scale, zmin=0.0, zmax=top,
        hovertemplate=f"{text('map.zone')} %{{text}}<br>{title} %{{z:{form}}}<extra></extra>",
        showscale=True,
        colorbar=colour_bar(title, form), name="zones",
    )  # fmt: skip


def colour_bar(title: str, form: str) -> dict[str, object]:
    """Return a slim colour bar with its title above."""
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
