"""Figures of a comparison as cells of a table: value, interval, how obtained."""

from __future__ import annotations

from collections.abc import Mapping

from robustev.assess.schema import Estimate
from robustev.core.formatting import amount, interval, percent, signed, signed_percent
from robustev.report.blocks import Cell, Table
from robustev.report.texts import text

BASIS = {"exact": "", "estimated": "≈", "bracketed": "↔"}


def figure_cell(figure: Estimate | None, *, sign: bool = False) -> Cell:
    """Return an amount with its interval in small print."""
    if figure is None:
        return Cell("–")
    write = signed if sign else amount
    return _cell(figure, write(figure.value), "amount")


def share_cell(figure: Estimate | None, *, sign: bool = False) -> Cell:
    """Return a share in percent with its interval in small print."""
    if figure is None:
        return Cell("–")
    write = signed_percent if sign else percent
    return _cell(figure, write(figure.value), "percent")


def _cell(figure: Estimate, written: str, form: str) -> Cell:
    ends = figure.interval
    detail = interval(*ends, form=form) if ends else ""
    low, _, high = detail.partition(" to ")
    detail = "" if low == high else detail
    return Cell(written, detail, BASIS[figure.basis], figure.value)


def origins_table(figures: Mapping[str, Estimate | None], *, folded: str = "") -> Table:
    """Return how each figure was obtained, in words."""
    rows = [
        [Cell(name), Cell(text(f"basis.{figure.basis}")), Cell(figure.how)]
        for name, figure in figures.items()
        if figure is not None
    ]
    columns = [text(f"column.{name}") for name in ("figure", "basis", "how")]
    return Table(text("basis.table"), columns, rows, folded=folded)
