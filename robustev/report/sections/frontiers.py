"""Frontiers: what is to be had for what."""

from __future__ import annotations

from robustev.assess.schema import Frontier
from robustev.core.formatting import amount, percent
from robustev.core.units import Units
from robustev.report.blocks import Block, Cell, Picture, Section, Table, View
from robustev.report.figures.frontiers import SHARES, field_title, frontier_figure
from robustev.report.texts import text
from robustev.report.words import status_words
from robustev.results.folder import ResultFolder


def section(results: ResultFolder) -> Section | None:
    """Return a picture and a table for every frontier; None without one."""
    frontiers = results.comparison.frontiers if results.comparison else ()
    drawn = [frontier for frontier in frontiers if frontier.points]
    if not drawn:
        return None
    blocks: list[Block] = [_picture(frontier, n, results.units) for n, frontier in enumerate(drawn)]
    title, label = text("section.frontiers.title"), text("section.frontiers.label")
    return Section("frontiers", title, text("frontiers.lead"), blocks, label)


def _picture(frontier: Frontier, number: int, units: Units) -> Picture:
    fields = ", ".join(field_title(name) for name in frontier.y)
    fields = f"{fields[:1].upper()}{fields[1:]}"
    return Picture(
        f"frontier-{number}", frontier.name.replace("_", " "),
        text(f"frontiers.{frontier.demand}", fields=fields, across=frontier.x_title),
        {"": View(frontier_figure(frontier, units))}, table=_table(frontier),
    )  # fmt: skip


def _table(frontier: Frontier) -> Table:
    rows = [
        [Cell(_value(frontier.vary, point.x), status_words(point.status)),
         *(Cell(_value(name, getattr(point, name, None))) for name in frontier.y),
         Cell(percent(point.gap))]
        for point in frontier.points
    ]  # fmt: skip
    columns = [frontier.x_title, *map(field_title, frontier.y), text("column.gap")]
    return Table(text("frontiers.points", name=frontier.name), columns, rows, frozenset(columns))


def _value(name: str, value: object) -> str:
    if not isinstance(value, int | float):
        return "–"
    return percent(value) if name in SHARES else amount(value)
