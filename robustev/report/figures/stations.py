"""The stations of one plan on a map: chargers, load, names, and who is left out."""

from __future__ import annotations

from html import escape

import numpy as np
import plotly.graph_objects as go

from robustev.core.arrays import FloatArray
from robustev.core.formatting import amount, percent
from robustev.evaluate.building import ENLARGED, NEW, REDUCED, UNCHANGED
from robustev.report.building import building_of
from robustev.report.figures.canvas import LARGEST_ZONE, WIDTH, colour_bar
from robustev.report.figures.style import LOAD_SCALE, QUIET, UNSERVED
from robustev.report.places import Places
from robustev.report.rows import records
from robustev.report.texts import text
from robustev.report.words import counted
from robustev.results.folder import LEVEL, StoredPlan

LARGEST_SITE, SMALLEST_SITE = 20.0, 6.0
NUM_LABELS = 8
MEASURED_LABELS = 24  # names that the page measures, and hides where they collide
LETTER, LINE = 8.0, 18.0  # pixels of a wide letter, and of a line
MAX_RINGS = 40  # zones with unserved demand that are ringed, the worst first
TOP_LOAD = 1.1  # of capacity, the upper end of the colour bar: keeps 100 % off its title


def plan_traces(plan: StoredPlan, place: Places) -> list[go.BaseTraceType]:
    """Return the plan's stations, the sites left empty and the unserved zones."""
    missed = plan.unserved is not None and len(plan.unserved) > 0
    traces = [_unserved_trace(plan, place)] if missed else []
    return [*traces, _empty_trace(plan, place), *_station_traces(plan, place)]


def _station_traces(plan: StoredPlan, place: Places) -> list[go.Scatter]:
    """Return the stations; where some stand today, new, enlarged and other ones apart."""
    built = building_of(plan)
    if built is None or not built.something_stands:
        return [_station_trace(plan, place, list(plan.chargers), text("map.stations"), "circle")]
    looks = [
        (text("map.unchanged"), "circle", (UNCHANGED, REDUCED)),
        (text("map.enlarged"), "circle-open-dot", (ENLARGED,)),
        (text("map.new"), "circle-open", (NEW,)),
    ]
    found = []
    for name, symbol, changes in looks:
        sites = [site for site, row in built.sites.items() if row.change in changes]
        if sites:
            found.append(_station_trace(plan, place, sites, name, symbol))
    for trace in found[1:]:  # one bar serves all
        trace.marker.showscale = False
    return found


def _station_trace(
    plan: StoredPlan, place: Places, stations: list[str], name: str, symbol: str
) -> go.Scatter:
    points = place.sites.loc[stations]
    marker: dict[str, object] = {
        "size": station_sizes(plan, stations), "sizeref": 1.0, "symbol": symbol, "opacity": 1.0,
        "line": {"width": 1.2 if symbol == "circle" else 3.0, "color": "white"},
        "color": "#1f2937",
    }  # fmt: skip
    if plan.utilisation is not None:
        share = plan.utilisation.reindex(stations)
        marker |= {"color": share.to_numpy(), "colorscale": LOAD_SCALE,
                   "cmin": 0.0, "cmax": TOP_LOAD,
                   "colorbar": colour_bar(text("map.load"), ".0%")}  # fmt: skip
    return go.Scatter(
        x=points["x"].to_numpy(), y=points["y"].to_numpy(), mode="markers", marker=marker,
        text=[station_text(plan, site, place.site(site)) for site in stations],
        hovertemplate="%{text}<extra></extra>", name=name, ids=stations,
    )  # fmt: skip


def station_sizes(plan: StoredPlan, stations: list[str]) -> FloatArray:
    """Return the sizes of stations in pixels, by their chargers; all alike without any."""
    counts = np.array([sum(plan.chargers[site].values()) for site in stations], dtype=np.float64)
    if not plan.total():
        return site_sizes(np.full(len(stations), 0.3), top=1.0)
    return site_sizes(counts, top=_most(plan))


def _most(plan: StoredPlan) -> float:
    return float(max((sum(row.values()) for row in plan.chargers.values()), default=1) or 1)


def add_sizes(figure: go.Figure, plan: StoredPlan) -> go.Figure:
    """Show beneath a map what the sizes of stations mean; nothing where all are alike."""
    if not plan.total():
        return figure
    most = _most(plan)
    counts = sorted({round_down(most * share) for share in (0.1, 0.4, 1.0)})
    labels = [f"{count:,}" for count in counts]
    labels[-1] += f" {counted(plan)}"
    figure.add_scatter(
        x=list(range(len(counts))), y=[0.0] * len(counts), xaxis="x2", yaxis="y2",
        mode="markers+text", text=[f"  {label}" for label in labels], textposition="middle right",
        hoverinfo="skip", showlegend=False, name="sizes", cliponaxis=False,
        marker={"size": site_sizes(np.array(counts, dtype=np.float64), top=most), "sizeref": 1.0,
                "color": "rgba(0,0,0,0)", "line": {"width": 1.5, "color": QUIET}},
    )  # fmt: skip
    axis = {"visible": False, "fixedrange": True}
    figure.update_layout(
        yaxis={"domain": [0.1, 1.0]},
        xaxis2={**axis, "domain": [0.02, 0.6], "range": [-0.3, 3.2], "anchor": "y2"},
        yaxis2={**axis, "domain": [0.0, 0.07], "range": [-1, 1], "anchor": "x2"},
    )
    return figure


def round_down(value: float) -> int:
    """Return the largest of 1, 2, 5, 10, 20, 50, ... that is not above a number from 1 on.

    >>> round_down(1.0), round_down(38.0), round_down(99.0), round_down(0.3)
    (1, 20, 50, 1)
    """
    power = 10 ** max(0, int(np.floor(np.log10(max(value, 1.0)))))
    return int(max(step * power for step in (1, 2, 5) if step * power <= max(value, 1.0)))


def station_text(plan: StoredPlan, site: str, name: str) -> str:
    """Return what a map tells about one station."""
    lines, built = [f"<b>{escape(name)}</b>"], building_of(plan)
    if built is not None and built.something_stands:
        lines[0] += f" ({text(f'change.{built.sites[site].change}')})"
    if plan.total():
        none = text("map.no_chargers", counted=counted(plan))
        lines.append(charger_text(plan.chargers[site]) or none)
    if plan.utilisation is not None and site in plan.utilisation.index:
        share = percent(plan.utilisation[site], places=0)
        lines.append(text("map.load_at", share=share))
    return "<br>".join(lines)


def charger_text(counts: dict[str, int]) -> str:
    """Return charger counts in words.

    >>> charger_text({"slow": 34, "fast": 1200}), charger_text({"level": 2})
    ('34 slow, 1,200 fast', '2 capacity levels')
    """
    if list(counts) == [LEVEL]:
        return text("count.level", counts[LEVEL])
    return ", ".join(f"{number:,} {kind}" for kind, number in counts.items() if number)


def _empty_trace(plan: StoredPlan, place: Places) -> go.Scatter:
    empty = place.sites.drop(index=list(plan.chargers))
    return go.Scatter(
        x=empty["x"].to_numpy(), y=empty["y"].to_numpy(), mode="markers",
        text=[place.site(site) for site in empty.index], ids=list(empty.index),
        hovertemplate=text("map.no_station_at", site="%{text}") + "<extra></extra>",
        name=text("map.left_empty"),
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
        text=[text("map.unserved_at", zone=place.zone(zone), amount=amount(row.unserved),
                   share=percent(row.share))
              for zone, row in zip(rows.index, records(rows), strict=True)],
        hovertemplate=f"{text('map.zone')} %{{text}}<extra></extra>",
        name=text("map.most_unserved"),
        marker={"symbol": "square-open", "size": np.maximum(0.8 * size, 5.0), "sizeref": 1.0,
                "color": UNSERVED, "line": {"width": 1.8}},
    )  # fmt: skip


def add_labels(
    figure: go.Figure, plan: StoredPlan, place: Places, *, measured: bool = False
) -> go.Figure:
    """Name the largest stations; those whose names would run into each other are left out.

    With ``measured`` more are named: the page measures them, and hides what collides.
    """
    stations = largest_stations(plan)
    chosen = stations[:MEASURED_LABELS] if measured else spaced(place, stations)
    for site, size in zip(chosen, station_sizes(plan, chosen), strict=True):
        point = place.sites.loc[site]
        figure.add_annotation(
            x=point["x"], y=point["y"], text=escape(place.site(site)), name="label",
            showarrow=False, yshift=size / 2, yanchor="bottom", font={"size": 12},
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
    """Return the first ids whose names do not run into each other, letters taken as wide ones."""
    pixel = float(np.ptp(place.all["x"])) / WIDTH or 1.0
    chosen: list[str] = []
    boxes: list[tuple[float, float, float]] = []
    for site in ids:
        x, y = place.sites.loc[[site], ["x", "y"]].to_numpy()[0]
        half = LETTER * pixel * len(place.site(site)) / 2
        box = (float(x), float(y), half)
        if all(_apart(box, other, LINE * pixel) for other in boxes):
            chosen.append(site)
            boxes.append(box)
        if len(chosen) == most:
            break
    return chosen


def _apart(one: tuple[float, float, float], other: tuple[float, float, float], line: float) -> bool:
    return abs(one[0] - other[0]) > one[2] + other[2] or abs(one[1] - other[1]) > line


def site_sizes(
    counts: FloatArray, largest: float = LARGEST_SITE, top: float | None = None
) -> FloatArray:
    """Return marker sizes in pixels whose areas grow with the counts, up to ``top``."""
    most = counts.max(initial=0.0) if top is None else top
    scaled = np.sqrt(counts / most) if most > 0 else np.zeros(len(counts))
    return np.asarray(SMALLEST_SITE + (largest - SMALLEST_SITE) * scaled)
