"""The ground of every map: equal scales, zones, a bar to measure by."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from robustev.core.arrays import FloatArray
from robustev.core.formatting import amount
from robustev.report.figures.style import DEMAND_SCALE, QUIET, styled
from robustev.report.places import Places, lattice
from robustev.results.folder import StoredRegion

WIDTH = 620  # pixels that heights are reckoned for
LARGEST_ZONE = 44.0


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
        name="zones, by demand",
        text=[f"{place.zone(str(z))}<br>demand {amount(d)}" for z, d in demand.items()],
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
        hovertemplate=f"zone %{{text}}<br>{title} %{{z:{form}}}<extra></extra>", showscale=True,
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
