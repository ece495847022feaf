"""The stations of one plan on a map: chargers, load, names, and who is left out."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from robustev.core.arrays import FloatArray
from robustev.core.formatting import amount, count, percent
from robustev.report.figures.canvas import LARGEST_ZONE, colour_bar
from robustev.report.figures.style import LOAD_SCALE, QUIET, UNSERVED
from robustev.report.places import Places
from robustev.report.rows import records
from robustev.results.folder import LEVEL, StoredPlan

LARGEST_SITE, SMALLEST_SITE = 20.0, 6.0
NUM_LABELS = 8
MAX_RINGS = 40  # zones with unserved demand that are ringed, the worst first
TOP_LOAD = 1.1  # of capacity, the upper end of the colour bar: keeps 100 % off its title


def plan_traces(plan: StoredPlan, place: Places) -> list[go.BaseTraceType]:
    """Return the plan's stations, the sites left empty and the unserved zones."""
    missed = plan.unserved is not None and len(plan.unserved) > 0
    traces = [_unserved_trace(plan, place)] if missed else []
    return [*traces, _empty_trace(plan, place), _station_trace(plan, place)]


def _station_trace(plan: StoredPlan, place: Places) -> go.Scatter:
    stations = list(plan.chargers)
    counts = np.array([sum(plan.chargers[site].values()) for site in stations], dtype=np.float64)
    points, name = place.sites.loc[stations], f"stations, by {plan.counted}"
    if not plan.total():
        counts, name = np.full(len(stations), 0.3), "stations"
    marker: dict[str, object] = {
        "size": site_sizes(counts, top=max(1.0, counts.max(initial=0.0))), "sizeref": 1.0,
        "symbol": "circle", "opacity": 1.0,
        "line": {"width": 1.2, "color": "white"}, "color": "#1f2937",
    }  # fmt: skip
    if plan.utilisation is not None:
        share = plan.utilisation.reindex(stations)
        marker |= {"color": share.to_numpy(), "colorscale": LOAD_SCALE,
                   "cmin": 0.0, "cmax": TOP_LOAD,
                   "colorbar": colour_bar("expected load<br>of capacity", ".0%")}  # fmt: skip
    return go.Scatter(
        x=points["x"].to_numpy(), y=points["y"].to_numpy(), mode="markers", marker=marker,
        text=[station_text(plan, site, place.site(site)) for site in stations],
        hovertemplate="%{text}<extra></extra>", name=name,
    )  # fmt: skip


def station_text(plan: StoredPlan, site: str, name: str) -> str:
    """Return what a map tells about one station."""
    lines = [f"<b>{name}</b>"]
    if plan.total():
        lines.append(charger_text(plan.chargers[site]) or f"no {plan.counted}")
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
        x=empty["x"].to_numpy(), y=empty["y"].to_numpy(), mode="markers",
        text=[place.site(site) for site in empty.index],
        hovertemplate="%{text}: no station<extra></extra>", name="sites left empty",
        marker={"symbol": "x-thin", "size": 6, "line": {"width": 1.2, "color": QUIET}},
    )  # fmt: skip


def _unserved_trace(plan: StoredPlan, place: Places) -> go.Scatter:
    rows = plan.unserved
    assert rows is not None
    rows = rows[rows.index.isin(place.zones.index)].nlargest(MAX_RINGS, "unserved")
    points = place.zones.loc[rows.index]
    top = float(rows["unserved"].max()) if len(rows) else 1.0
    size = np.sqrt(rows["unserved"].to_numpy(dtype=np.float64) / top) * LARGEST_ZONE
    return go.Scatter(
        x=points["x"].to_numpy(), y=points["y"].to_numpy(), mode="markers",
        text=[f"{place.zone(zone)}: {amount(row.unserved)} of demand unserved "
              f"({percent(row.share)})"
              for zone, row in zip(rows.index, records(rows), strict=True)],
        hovertemplate="zone %{text}<extra></extra>", name="most unserved demand",
        marker={"symbol": "circle-open", "size": np.maximum(size, 5.0), "sizeref": 1.0,
                "color": UNSERVED, "line": {"width": 1.8}},
    )  # fmt: skip


def add_labels(figure: go.Figure, plan: StoredPlan, place: Places) -> go.Figure:
    """Name the largest stations that stand far enough apart to be read."""
    chosen = spaced(place, largest_stations(plan))
    counts = np.array([sum(plan.chargers[site].values()) for site in chosen], dtype=np.float64)
    top = max((sum(row.values()) for row in plan.chargers.values()), default=1)
    for site, size in zip(chosen, site_sizes(counts, top=float(top)), strict=True):
        point = place.sites.loc[site]
        figure.add_annotation(
            x=point["x"], y=point["y"], text=place.site(site), name="label", showarrow=False,
            yshift=size / 2, yanchor="bottom", font={"size": 12},
            bgcolor="rgba(255,255,255,0.72)", borderpad=1,
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


def site_sizes(
    counts: FloatArray, largest: float = LARGEST_SITE, top: float | None = None
) -> FloatArray:
    """Return marker sizes in pixels whose areas grow with the counts, up to ``top``."""
    most = counts.max(initial=0.0) if top is None else top
    scaled = np.sqrt(counts / most) if most > 0 else np.zeros(len(counts))
    return np.asarray(SMALLEST_SITE + (largest - SMALLEST_SITE) * scaled)
