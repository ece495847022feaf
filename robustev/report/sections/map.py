"""The map: where stations stand, how full they are, who is left out, where plans differ."""

from __future__ import annotations

from itertools import combinations

import plotly.graph_objects as go

from robustev.core.formatting import amount, percent, signed
from robustev.report.blocks import Cell, Picture, Section, Table, View
from robustev.report.building import building_of
from robustev.report.difference import differences, in_words
from robustev.report.figures.canvas import map_figure, zone_traces
from robustev.report.figures.maps import difference_traces
from robustev.report.figures.stations import (
    MAX_RINGS,
    add_labels,
    add_sizes,
    charger_text,
    largest_stations,
    plan_traces,
)
from robustev.report.places import Places, places
from robustev.report.rows import records
from robustev.report.texts import text
from robustev.report.words import counted, plan_in_words, plan_title
from robustev.results.folder import ResultFolder, StoredPlan

MAX_PAIRS = 24
MOST_MARKS = 20_000
"""Sites in all pairs of plans that a page has room for."""
NUM_POINTS = 8


def section(results: ResultFolder) -> Section | None:
    """Return the map section; None without a region or without a plan."""
    if results.region is None or not results.drawn:
        return None
    place = places(results.region)
    zones = zone_traces(results.region, place)
    views = {plan.name: _view(results, plan, zones, place) for plan in results.drawn}
    room = max(1, MOST_MARKS // max(1, len(results.region.sites)))
    first = set(list(views)[:2])
    pairs = [pair for pair in combinations(views, 2) if first & set(pair)][: min(MAX_PAIRS, room)]
    versus = {pair: _versus(results, *pair, zones, place) for pair in pairs}
    where = "" if place.real else f" {text('map.grid')}"
    picture = Picture(
        key="map",
        title=text("map.title", counted=counted(results.drawn[0])),
        caption=_caption(results) + where,
        views=views,
        versus=versus,
        table=_unserved_table(results.drawn[0], place),
        zoomable=True,
    )
    tables = [
        table for one, two in versus if (table := _difference_table(results, one, two, place))
    ]
    return Section(
        "map", text("section.map.title"), "", [picture, *tables[:1]], text("section.map.label")
    )


def _view(
    results: ResultFolder, plan: StoredPlan, zones: list[go.BaseTraceType], place: Places
) -> View:
    figure = map_figure(zones + plan_traces(plan, place), place)
    add_sizes(add_labels(figure, plan, place, measured=True), plan)
    points = [
        (place.site(site), charger_text(plan.chargers[site]))
        for site in largest_stations(plan)[:NUM_POINTS]
    ]
    heading = text("map.largest" if plan.total() else "map.listed")
    return View(figure, _words(results, plan), points, heading)


def _versus(
    results: ResultFolder, one: str, two: str, zones: list[go.BaseTraceType], place: Places
) -> View:
    plan, other = results.plans[one], results.plans[two]
    figure = map_figure(zones + difference_traces(results, one, two, place), place)
    table = differences(plan, other)
    table = table[table["change"] != "same"]
    order = table["difference"].abs().sort_values(ascending=False, kind="stable").index
    points = [
        (place.site(row.site), row.text.replace("<br>", "; "))
        for row in records(table.loc[order[:NUM_POINTS]])
    ]
    return View(figure, in_words(plan, other), points, text("map.differences"))


def _caption(results: ResultFolder) -> str:
    shaded = results.region is not None and results.region.ground.outlines
    if shaded:
        words = [text("map.shades")]
    elif any(plan.total() for plan in results.drawn):
        words = [text("map.sizes", counted=counted(results.drawn[0]))]
    else:
        words = [text("map.zone_sizes")]
    if any((b := building_of(plan)) is not None and b.something_stands for plan in results.drawn):
        words.append(text("map.how"))
    if any(plan.utilisation is not None for plan in results.drawn):
        words.append(text("map.fuller"))
    if any(plan.unserved is not None and len(plan.unserved) for plan in results.drawn):
        words.append(text("map.squares", most=MAX_RINGS))
    return " ".join(words)


def _words(results: ResultFolder, plan: StoredPlan) -> str:
    title = plan_title(results, plan.name)
    words = plan_in_words(plan) + (f" ({title})." if title else ".")
    if plan.unserved is not None:
        if plan.unserved.empty:
            return f"{words} {text('map.none_unserved')}"
        total = plan.unserved["unserved"].sum()
        demand = plan.zones["demand"].sum() if plan.zones is not None else 0.0
        share = percent(total / demand if demand else None)
        words += f" {text('map.unserved', amount=amount(total), share=share)}"
    return words


def _unserved_table(plan: StoredPlan, place: Places) -> Table | None:
    if plan.unserved is None or plan.unserved.empty:
        return None
    worst = plan.unserved.sort_values("unserved", ascending=False).head(20)
    rows = [
        [Cell(place.zone(str(zone))), Cell(amount(row.demand)), Cell(amount(row.unserved)),
         Cell(percent(row.share))]
        for zone, row in zip(worst.index, records(worst), strict=True)
    ]  # fmt: skip
    columns = [text(f"column.{name}") for name in ("zone", "demand", "unserved", "share")]
    caption = text("map.unserved_table", plan=plan.name)
    return Table(caption, columns, rows, frozenset(columns[1:]))


def _difference_table(results: ResultFolder, one: str, two: str, place: Places) -> Table | None:
    plan, other = results.plans[one], results.plans[two]
    table = differences(plan, other)
    table = table[table["change"] != "same"]
    if table.empty:
        return None
    order = table["difference"].abs().sort_values(ascending=False, kind="stable").index
    kinds = [c for c in table.columns if c not in ("site", "change", "difference", "text")]
    rows = [
        [Cell(place.site(row["site"])), *(Cell(f"{row[k]:,}", order=float(row[k])) for k in kinds),
         Cell(signed(row["difference"]), order=float(row["difference"]))]
        for _, row in table.loc[order].iterrows()
    ]  # fmt: skip
    columns = [text("column.site"), *kinds, text("map.more", counted=counted(plan))]
    title = text("map.differ", plan=one, other=two)
    folded = text("map.differ_at", title=title, sites=text("count.site", len(rows)))
    return Table(title, columns, rows, frozenset(columns[1:]), folded=folded, sortable=True)
