"""What questions beyond the usual ones found, one table each."""

from __future__ import annotations

from robustev.assess.questions import REGISTER
from robustev.core.formatting import amount
from robustev.report.blocks import Block, Cell, Section, Table
from robustev.report.texts import text
from robustev.results.folder import ResultFolder


def section(results: ResultFolder) -> Section | None:
    """Return the answers that have no section of their own; None without one."""
    comparison = results.comparison
    if comparison is None or not comparison.answers:
        return None
    blocks: list[Block] = [_table(key, own) for key, own in comparison.answers.items()]
    return Section(
        "questions", text("section.questions.title"), "", blocks, text("section.questions.label")
    )


def _table(key: str, own: dict[str, object]) -> Table:
    """Return the figures in the question's own words; by their names where it is not loaded."""
    question = REGISTER.get(key)
    rows = list(own.items()) if question is None else question.table(own)
    title = key.replace("_", " ") if question is None else question.title
    cells = [[Cell(label), Cell(_shown(value))] for label, value in rows]
    columns = [text("column.figure"), text("column.value")]
    return Table(title, columns, cells, frozenset(columns[1:]))


def _shown(value: object) -> str:
    """Return a value as people read it."""
    return amount(value) if isinstance(value, int | float) else str(value)
