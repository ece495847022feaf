"""The look of tables on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table


def plain_table(texts: Sequence[str], numbers: Sequence[str]) -> Table:
    """Return an empty table without lines: columns of texts, then columns of numbers."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in texts:
        table.add_column(heading, no_wrap=True)
    for heading in numbers:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def print_table(console: Console, table: Table) -> None:
    """Print a table whole: one that is wider than the terminal runs on, and no cell is cut."""
    options = console.options.update(max_width=10_000)
    needed = Measurement.get(console, options, table).maximum
    before = console.width
    console.width = max(before, needed)
    try:
        console.print(table, crop=False)
    finally:
        console.width = before
