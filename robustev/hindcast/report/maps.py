"""Maps of all regions together: where population surprised, and whom the plans missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from robustev.core.arrays import FloatArray
from robustev.core.formatting import amount, percent, signed_percent
from robustev.hindcast.report.results import HindcastResults, VintageResults
from robustev.report.blocks import Picture, Section, View
from robustev.report.figures.backdrop import earth_traces, without_surfaces
from robustev.report.figures.canvas import (
    LARGEST_ZONE,
    MOST_BUBBLES,
    cell_grid,
    colour_bar,
    map_figure,
)
from robustev.report.figures.style import BETTER, LOAD_SCALE, WORSE
from robustev.report.places import KM_PER_DEGREE, Places

LARGEST = 0.3
"""Surprise, as a share, at which colours end."""
CHANGE_SCALE = [[0.0, WORSE], [0.5, "rgba(150, 155, 165, 0.35)"], [1.0, BETTER]]
NAMED = 6


@dataclass(frozen=True, eq=False)
class Zones:
    """Zones of all regions of a vintage: columns region, name, before, came, and plans' misses."""

    table: pd.DataFrame
    places: Places
    plans: Sequence[str]

    @classmethod
    def of(cls, vintage: VintageResults) -> Zones:
        """Return the zones of a vintage, in one plane."""
        frames, plans = [], list(vintage.documents[0]["map"]["unserved"])
        for document in vintage.documents:
            drawn = document["map"]
            frames.append(pd.DataFrame({
                "region": document["region"], "name": drawn["name"],
                "longitude": drawn["longitude"], "latitude": drawn["latitude"],
                "before": drawn["before"], "came": drawn["came"],
                **{f"missed {n}": np.multiply(drawn["unserved"][plan], drawn["came"])
                   for n, plan in enumerate(plans)},
            }))  # fmt: skip
        table = pd.concat(frames, ignore_index=True)
        table.index = table.index.astype(str)
        return cls(table, _places(table), plans)


def _places(table: pd.DataFrame) -> Places:
    points = table[["longitude", "latitude"]].set_axis(["x", "y"], axis=1)
    x, y = ((points[axis].min() + points[axis].max()) / 2 for axis in ("x", "y"))
    stretch = float(np.cos(np.radians(y)))
    plane = pd.DataFrame({"x": (points["x"] - x) * stretch * KM_PER_DEGREE,
                          "y": (points["y"] - y) * KM_PER_DEGREE}).round(1)  # fmt: skip
    nowhere = pd.DataFrame({"x": [], "y": []}, dtype=np.float64)
    return Places(plane, nowhere, "km", True, zone_names=dict(table["name"]),
                  middle=(float(x), float(y)))  # fmt: skip


def section(results: HindcastResults) -> Section:
    """Return the maps of the main vintages; of all where none is main."""
    chosen = [v for v in results.vintages if v.main] or results.vintages
    surprise: dict[str, View] = {}
    missed: dict[str, View] = {}
    for vintage in chosen:
        zones = Zones.of(vintage)
        label = "" if len(chosen) == 1 else f", {vintage.years}"
        surprise[f"change since the last census{label}"] = _surprise(zones)
        for n, plan in enumerate(zones.plans):
            name = results.robust if plan == "robust" else results.names[plan]
            missed[f"{name}{label}"] = _missed(zones, n, results, vintage)
    return Section("maps", "Where people came, and whom the plans missed", "", [
        Picture("surprise", "Surprise: how population changed against the last census",
                "Blue zones grew, orange ones shrank, by the share in the scale; larger circles "
                "are more people. Where there are very many zones, means of square cells.",
                surprise, choose="Show", zoomable=True),
        Picture("missed", "People whose charging a plan left unserved",
                "By where they live: larger circles are more people, darker ones a larger share of "
                "their zone. Where there are very many zones, darker cells hold more people.",
                missed, choose="Plan", zoomable=True),
    ], "Maps")  # fmt: skip


def _surprise(zones: Zones) -> View:
    table = zones.table
    change = table["came"] / table["before"] - 1.0
    moved = (table["came"] - table["before"]).abs().sort_values(ascending=False)
    points = [
        (_name(zones, zone), f"{signed_percent(change[zone])}: {amount(table['before'][zone])} to "
                             f"{amount(table['came'][zone])} people")
        for zone in moved.index[:NAMED]
    ]  # fmt: skip
    total = table["came"].sum() / table["before"].sum() - 1.0
    beyond = float((change.abs() > 0.1).mean())
    text = (
        f"In all {signed_percent(total)}; {percent(beyond)} of zones changed by more than a tenth."
    )
    traces = _changes(zones, change) if len(table) <= MOST_BUBBLES else [_cells(zones, change)]
    return View(_drawn(zones, traces), text, points, "Most people more or fewer")


def _drawn(zones: Zones, traces: list[go.BaseTraceType]) -> go.Figure:
    """Return the map of some traces, with land and borders beneath."""
    earth = earth_traces(zones.places)
    if any(trace.type == "heatmap" for trace in traces):
        earth = without_surfaces(earth)
    return map_figure([*earth, *traces], zones.places)


def _name(zones: Zones, zone: str) -> str:
    row = zones.table.loc[zone]
    return f"{row['name']}, {row['region']}"


def _bubble_sizes(people: FloatArray) -> dict[str, object]:
    top = float(people.max()) or 1.0
    return {"size": people, "sizemode": "area", "sizemin": 2.0,
            "sizeref": 2 * top / LARGEST_ZONE**2}  # fmt: skip


def _changes(zones: Zones, change: pd.Series[float]) -> list[go.Scatter]:
    people = zones.table["came"].to_numpy(dtype=np.float64)
    order = np.argsort(-people, kind="stable")  # small ones on top
    capped = change.to_numpy()[order].round(4)
    return [go.Scatter(
        x=zones.places.zones["x"].to_numpy()[order], y=zones.places.zones["y"].to_numpy()[order],
        mode="markers", name="zones", showlegend=False,
        text=[_name(zones, zone) for zone in zones.table.index[order]], customdata=capped,
        hovertemplate="%{text}: %{customdata:+.1%}<extra></extra>",
        marker={**_bubble_sizes(people[order]), "color": capped, "colorscale": CHANGE_SCALE,
                "cmin": -LARGEST, "cmax": LARGEST, "line": {"width": 0.5, "color": "#8a94a3"},
                "colorbar": colour_bar("change", "+.0%")},
    )]  # fmt: skip


def _cells(zones: Zones, change: pd.Series[float]) -> go.Heatmap:
    weight = zones.table["before"].astype(np.float64)
    trace = cell_grid(change, zones.places, "change", CHANGE_SCALE, "+.1%", weight)
    trace.update(zmin=-LARGEST, zmax=LARGEST)
    return trace


def _missed(zones: Zones, n: int, results: HindcastResults, vintage: VintageResults) -> View:
    missed = zones.table[f"missed {n}"].astype(np.float64)
    plan = results.robust if zones.plans[n] == "robust" else zones.plans[n]
    share = float(missed.sum() / zones.table["came"].sum())
    most = missed.sort_values(ascending=False)
    points = [
        (_name(zones, zone), f"{amount(round(most[zone]))} people, "
                             f"{percent(most[zone] / zones.table['came'][zone])} of them")
        for zone in most.index[:NAMED] if most[zone] >= 1.0
    ]  # fmt: skip
    text = (
        f"The plan left {percent(share)} of the people of all regions together unserved, by a "
        f"mean of {percent(vintage.summary['plans'][plan]['unserved'])} over regions."
    )
    if len(missed) <= MOST_BUBBLES:
        traces = [_bubbles(zones, missed)]
    else:
        traces = [cell_grid(missed, zones.places, "people unserved", LOAD_SCALE, ",.3~r")]
    return View(_drawn(zones, traces), text, points, "Most people unserved" if points else "")


def _bubbles(zones: Zones, missed: pd.Series[float]) -> go.Scatter:
    some = np.flatnonzero(missed.to_numpy() >= 1.0)
    people = np.asarray(missed.to_numpy()[some].round(), dtype=np.float64)
    share = people / zones.table["came"].to_numpy()[some]
    return go.Scatter(
        x=zones.places.zones["x"].to_numpy()[some], y=zones.places.zones["y"].to_numpy()[some],
        mode="markers", name="zones", showlegend=False,
        text=[_name(zones, zone) for zone in zones.table.index[some]], customdata=share.round(3),
        hovertemplate="%{text}: %{marker.size:,.0f} people, %{customdata:.0%}<extra></extra>",
        marker={**_bubble_sizes(people if len(people) else np.ones(1)), "color": share,
                "colorscale": LOAD_SCALE, "cmin": 0.0, "cmax": 1.0, "opacity": 0.8,
                "colorbar": colour_bar("share of zone", ".0%")},
    )  # fmt: skip
