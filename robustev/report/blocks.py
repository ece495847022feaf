"""What a section of the report is made of: sentences, pictures, tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import plotly.graph_objects as go

EMPTY = ("", "–")
"""What a cell without content shows."""


@dataclass(frozen=True)
class Cell:
    """One cell of a table: its text, a second line in small print, the number to sort by."""

    text: str
    detail: str = ""
    basis: str = ""
    order: float | None = None


@dataclass(frozen=True)
class Table:
    """A table; a column is numeric where its name is in ``numeric``. The first column is a head.

    Parameters
    ----------
    caption
        One line above the table.
    folded
        Shown only when the reader unfolds it, under this title.
    printed
        Whether a folded table is unfolded on paper.
    sortable
        Whether the heads of the columns sort the rows.
    """

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    numeric: frozenset[str] = frozenset()
    note: str = ""
    folded: str = ""
    sortable: bool = False
    printed: bool = False

    kind = "table"

    def without_empty(self) -> Table:
        """Return the table without columns that hold nothing; the first always stays."""
        kept = [
            n for n in range(len(self.columns))
            if n == 0 or any(row[n].text not in EMPTY or row[n].detail for row in self.rows)
        ]  # fmt: skip
        if len(kept) == len(self.columns):
            return self
        columns = [self.columns[n] for n in kept]
        rows = [[row[n] for n in kept] for row in self.rows]
        return replace(self, columns=columns, rows=rows, numeric=self.numeric & set(columns))


@dataclass(frozen=True)
class View:
    """One of the figures that take turns in a picture, with what it shows in words.

    ``points`` are its main places, each with its numbers, listed beside it.
    """

    figure: go.Figure
    text: str = ""
    points: Sequence[tuple[str, str]] = ()
    heading: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture that says in words what it shows, with the numbers behind it.

    Parameters
    ----------
    key
        Unique name within the report.
    title, caption
        What it is, and how to read it.
    views
        One figure, or several by label among which the reader picks.
    versus
        Figures for two labels together; then the reader may pick a second label.
    choose
        What the reader picks, in a word; empty for a plan.
    table
        The numbers behind it.
    """

    key: str
    title: str
    caption: str
    views: Mapping[str, View]
    versus: Mapping[tuple[str, str], View] = field(default_factory=dict)
    choose: str = ""
    table: Table | None = None
    zoomable: bool = False

    kind = "picture"

    @property
    def height(self) -> int:
        """Height of the first view, in pixels."""
        return int(next(iter(self.views.values())).figure.layout.height)


@dataclass(frozen=True)
class Words:
    """Paragraphs, or the points of a list."""

    sentences: Sequence[str]
    listed: bool = False
    tone: str = "plain"
    title: str = ""

    kind = "words"


@dataclass(frozen=True)
class Tiles:
    """A few key figures: label, value, and what it means."""

    entries: Sequence[tuple[str, str, str]]

    kind = "tiles"


@dataclass(frozen=True)
class Source:
    """A text file to read in full, such as the configuration."""

    title: str
    text: str

    kind = "source"


Block = Table | Picture | Words | Tiles | Source


@dataclass(frozen=True)
class Section:
    """One section of the report."""

    key: str
    title: str
    lead: str
    blocks: Sequence[Block]
    short: str = ""

    @property
    def label(self) -> str:
        """Its title in the navigation."""
        return self.short or self.title


def plain_table(
    caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]], **options: object
) -> Table:
    """Return a table of plain texts; all columns but the first are numeric."""
    cells = [[Cell(text) for text in row] for row in rows]
    return Table(caption, columns, cells, frozenset(columns[1:]), **options)  # type: ignore[arg-type]
