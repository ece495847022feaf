"""The look of tables on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table


def plain_table(texts: Sequence[str], numbers: Sequence[str]) -> Table:
    """Return an empty table without lines: columns of texts, then columns of numbers."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in texts:
        table.add_column(heading, no_wrap=True)
    for heading in numbers:
        table.add_column(heading, justify="right", no_wrap=True)
    return table
