"""Frontiers: what is to be had for what."""

from __future__ import annotations

from robustev.assess.schema import Frontier
from robustev.core.formatting import amount, percent
from robustev.core.units import Units
from robustev.report.blocks import Block, Cell, Picture, Section, Table, View
from robustev.report.figures.frontiers import SHARES, TITLES, frontier_figure
from robustev.report.texts import text
from robustev.report.words import STATUS
from robustev.results.folder import ResultFolder

DEMAND = {
    "scenarios": "on the scenarios that plans were made from",
    "reference": "on the reference demand alone",
}


def section(results: ResultFolder) -> Section | None:
    """Return a picture and a table for every frontier; None without one."""
    frontiers = results.comparison.frontiers if results.comparison else ()
    drawn = [frontier for frontier in frontiers if frontier.points]
    if not drawn:
        return None
    blocks: list[Block] = [_picture(frontier, n, results.units) for n, frontier in enumerate(drawn)]
    lead = "One model parameter is varied, and a plan made for every value of it."
    return Section(
        "frontiers", text("section.frontiers.title"), lead, blocks, text("section.frontiers.label")
    )


def _picture(frontier: Frontier, number: int, units: Units) -> Picture:
    fields = ", ".join(TITLES.get(name, name) for name in frontier.y)
    return Picture(
        f"frontier-{number}", frontier.name.replace("_", " "),
        f"{fields[:1].upper()}{fields[1:]} over {frontier.x_title}, {DEMAND[frontier.demand]}.",
        {"": View(frontier_figure(frontier, units))}, table=_table(frontier),
    )  # fmt: skip


def _table(frontier: Frontier) -> Table:
    rows = [
        [Cell(_value(frontier.vary, point.x), STATUS.get(point.status, point.status)),
         *(Cell(_value(name, getattr(point, name, None))) for name in frontier.y),
         Cell(percent(point.gap))]
        for point in frontier.points
    ]  # fmt: skip
    columns = [frontier.x_title, *(TITLES.get(name, name) for name in frontier.y), "gap"]
    return Table(f"Points of the frontier {frontier.name}", columns, rows, frozenset(columns))


def _value(name: str, value: object) -> str:
    if not isinstance(value, int | float):
        return "–"
    return percent(value) if name in SHARES else amount(value)
