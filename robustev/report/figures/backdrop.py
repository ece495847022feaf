"""What lies beneath the zones of a map: land, borders, and layers of the user's own."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import plotly.graph_objects as go

from robustev.core.arrays import FloatArray
from robustev.report.ground import ground
from robustev.report.places import Places
from robustev.results.folder import StoredRegion

LAND, WATER = "#f6f4ee", "rgba(120, 165, 205, 0.22)"
"""Colours on a light page; a dark one has its own, in ``report.js``."""
BORDER = "rgba(110, 110, 130, 0.75)"
COAST = "rgba(90, 120, 150, 0.55)"
STYLES = {
    "roads": ("rgba(150, 130, 100, 0.55)", 1.0, "rgba(150, 130, 100, 0.25)"),
    "water": ("rgba(80, 140, 190, 0.6)", 1.0, "rgba(120, 165, 205, 0.45)"),
    "borders": (BORDER, 1.0, "rgba(0, 0, 0, 0)"),
    "green": ("rgba(110, 150, 100, 0.3)", 0.6, "rgba(120, 165, 110, 0.3)"),
    "lines": ("rgba(120, 125, 135, 0.5)", 0.8, "rgba(120, 125, 135, 0.2)"),
}
"""Colour and width of lines, colour of surfaces, by kind of layer."""
AROUND = 0.6
"""Of the map's extent, how far land is drawn beyond it, for whoever zooms out."""


def world_traces(region: StoredRegion, place: Places) -> list[go.BaseTraceType]:
    """Return sea, land and national borders; nothing where coordinates are not geographic."""
    return earth_traces(place) if region.geographic and place.real else []


def layer_traces(region: StoredRegion, place: Places) -> list[go.BaseTraceType]:
    """Return the layers of the user's own, from the bottom up."""
    traces: list[go.BaseTraceType] = []
    if not place.real:
        return traces
    for layer in region.ground.layers:
        line, width, surface = STYLES.get(layer.kind, STYLES["lines"])
        lines = [place.on_plane(np.asarray(points, dtype=np.float64)) for points in layer.lines]
        fill = {"fill": "toself", "fillcolor": surface} if layer.filled else {}
        traces.append(_quiet(lines, "ground", line={"color": line, "width": width}, **fill))
    return traces


def earth_traces(place: Places) -> list[go.BaseTraceType]:
    """Return land and national borders around the region. Natural Earth, public domain."""
    west, south, east, north = place.box(AROUND)
    corners = np.array([[west, south], [east, south], [east, north], [west, north]])
    found = ground((west, max(south, -90.0), east, min(north, 90.0)))
    land = [place.on_plane(ring) for ring in found.land]
    borders = [place.on_plane(line) for line in found.borders]
    style = {"fill": "toself", "fillcolor": LAND, "line": {"color": COAST, "width": 0.8}}
    sea = {"fill": "toself", "fillcolor": WATER, "line": {"width": 0}}
    return [
        _quiet([place.on_plane(corners)], "sea", **sea),
        *([_quiet(land, "land", **style)] if land else []),
        *([_quiet(borders, "ground", line={"color": BORDER, "width": 1.0, "dash": "dash"})]
          if borders else []),
    ]  # fmt: skip


def without_surfaces(traces: list[go.BaseTraceType]) -> list[go.BaseTraceType]:
    """Return lines of coast and border alone, for maps of cells.

    Heat maps lie beneath all other traces, whatever their order: land would hide them.
    """
    lines = [trace for trace in traces if trace.name != "sea"]
    for trace in lines:
        trace.fill = "none"
    return lines


def _quiet(lines: Iterable[FloatArray], name: str, **style: object) -> go.Scatter:
    """Return lines as one trace that neither the legend nor the pointer knows."""
    x, y = joined(lines)
    return go.Scatter(x=x, y=y, mode="lines", name=name, meta="ground", showlegend=False,
                      hoverinfo="skip", **style)  # fmt: skip


def joined(lines: Iterable[FloatArray]) -> tuple[list[float | None], list[float | None]]:
    """Return lines one after the other, with a gap between them, with digits for a map."""
    x: list[float | None] = []
    y: list[float | None] = []
    for line in lines:
        plain = [[float(f"{value:.5g}") for value in point] for point in line.tolist()]
        x += [*(point[0] for point in plain), None]
        y += [*(point[1] for point in plain), None]
    return x[:-1], y[:-1]
