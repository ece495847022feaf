"""Tables read cell by cell, so that every fault carries its file, row and column."""

from __future__ import annotations

import difflib
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.core.cells import read_cells
from robustev.core.conventions import UNKNOWN, Conventions, plain_number
from robustev.core.errors import FaultCollector, nearest_name
from robustev.core.labels import cell_text

logger = logging.getLogger(__name__)

MAX_ROWS_NAMED = 5
"""Rows that a fault names where a column has the same in many."""
MAX_FAULTS_PER_COLUMN = 20
MAX_NAMES_COMPARED = 5000
MOST_WHOLE = 1e12
"""Counts beyond this are slips of the pen, and near to where whole numbers end."""
TRUE_WORDS = frozenset({"1", "1.0", "true", "yes", "y"})
FALSE_WORDS = frozenset({"0", "0.0", "false", "no", "n", ""})


@dataclass(frozen=True, eq=False)
class Table:
    """A table whose columns are taken one by one, every bad cell noted as a fault.

    Parameters
    ----------
    frame
        The cells; text as it stood in a CSV file, or typed values.
    file
        File (or name) that faults refer to.
    rows
        For each row, what a user would call it: the line in the file (the header is 1).
    faults
        Where faults are noted.
    decimal, thousands
        Marks of the numbers among the texts.
    empty
        Numbers that stand for empty cells, by column.
    crs
        The coordinate reference system of the coordinates, where the file or its user says it.
    """

    frame: pd.DataFrame
    file: str
    rows: Sequence[int | str]
    faults: FaultCollector
    decimal: str = "."
    thousands: str = ""
    empty: Mapping[str, float] = field(default_factory=dict)
    crs: str | None = None

    def __len__(self) -> int:
        return len(self.frame)

    @classmethod
    def of_frame(cls, frame: pd.DataFrame, name: str, faults: FaultCollector) -> Table:
        """Return a table of a DataFrame; rows go by their index label."""
        rows = [label if isinstance(label, int) else str(label) for label in frame.index]
        table = cls(frame.set_axis(frame.columns.astype(str), axis=1), name, rows, faults)
        table._check_rows()
        return table

    @classmethod
    def read(
        cls, path: Path, faults: FaultCollector, conventions: Conventions = UNKNOWN
    ) -> Table | None:
        """Read a CSV, Parquet or spreadsheet file; None, with the faults noted, if it is none."""
        cells = read_cells(path, faults, conventions)
        if cells is None:
            return None
        rows = [int(index) + 2 for index in cells.frame.index]
        table = cls(cells.frame, str(path), rows, faults, cells.decimal, cells.thousands)
        table._check_rows()
        return table

    def has(self, column: str) -> bool:
        """Return whether there is such a column."""
        return column in self.frame.columns

    def require(self, columns: Iterable[str]) -> bool:
        """Note a fault for each column that is missing; return whether all are there."""
        missing = [column for column in columns if not self.has(column)]
        names = [str(name) for name in self.frame.columns]
        for column in missing:
            near = nearest_name(column, names)
            self.faults.add(
                f"missing column{f' (is {near!r} meant?)' if near else ''}",
                file=self.file,
                row=1,
                column=column,
                expected=f"one of the table's columns: {_listed(names)}",
            )
        return not missing

    def check_unknown(self, used: Iterable[str], optional: Iterable[str]) -> None:
        """Note a fault for each unused column that looks like a misspelt optional one."""
        used = set(used)
        absent = [column for column in optional if not self.has(column)]
        for column in (str(name) for name in self.frame.columns if name not in used):
            near = [name for name in absent if _similar(column, name)]
            if near:
                self.faults.add(
                    f"unknown column (is {near[0]!r} meant?)",
                    file=self.file,
                    row=1,
                    column=column,
                    expected=f"one of {_listed([*sorted(used), *absent])}",
                )
            else:
                logger.debug("%s: column %r is not used", self.file, column)

    def ids(self, column: str) -> tuple[str, ...]:
        """Return the ids in a column, noting those that are missing or repeated."""
        ids = tuple(cell_text(value) for value in self._cells(column))
        self._fault_rows("missing id", column, [n for n, name in enumerate(ids) if not name],
                         expected="a unique id")  # fmt: skip
        first: dict[str, int | str] = {}
        again: dict[str, list[int]] = {}
        for n, (row, name) in enumerate(zip(self.rows, ids, strict=True)):
            if name and first.setdefault(name, row) != row:
                again.setdefault(name, []).append(n)
        for name, places in list(again.items())[:MAX_FAULTS_PER_COLUMN]:
            self._fault_rows(f"repeated id, first in row {first[name]}", column, places,
                             found=name, expected="each id once")  # fmt: skip
        if len(again) > MAX_FAULTS_PER_COLUMN:
            self._fault(f"{len(again) - MAX_FAULTS_PER_COLUMN} more such ids", None, column)
        return ids

    def positions(self, column: str, known: Sequence[str], expected: str) -> IntArray:
        """Return where the names in a column stand among the known ones, -1 if they do not.

        Each unknown name is noted once, with the nearest known one; ``expected`` says what it
        should have been.
        """
        position = {name: index for index, name in enumerate(known)}
        names = [cell_text(value) for value in self._cells(column)]
        first = {name: n for n, name in reversed(list(enumerate(names))) if name not in position}
        unknown = sorted(first.items(), key=lambda item: item[1])
        for name, n in unknown[:MAX_FAULTS_PER_COLUMN]:
            near = nearest_name(name, known) if len(known) <= MAX_NAMES_COMPARED else None
            message = f"unknown name{f' (is {near!r} meant?)' if near else ''}"
            message = message if name else "missing name"
            self._fault(message, self.rows[n], column, name or None, expected)
        if len(unknown) > MAX_FAULTS_PER_COLUMN:
            more = len(unknown) - MAX_FAULTS_PER_COLUMN
            self._fault(f"{more} more such names", None, column)
        return np.array([position.get(name, -1) for name in names], dtype=np.int64)

    def texts(self, column: str) -> tuple[str, ...]:
        """Return the texts in a column; empty where a cell is."""
        return tuple(cell_text(value) for value in self._cells(column))

    def labels(self, column: str) -> tuple[str, ...]:
        """Return the labels in a column, noting those that are missing."""
        labels = self.texts(column)
        self._fault_rows("missing label", column, [n for n, t in enumerate(labels) if not t],
                         expected="a text")  # fmt: skip
        return labels

    def flags(self, column: str) -> BoolArray:
        """Return a column of 0/1, true/false or yes/no; an empty cell is false."""
        words = [cell_text(value).lower() for value in self._cells(column)]
        bad = [n for n, word in enumerate(words) if word not in TRUE_WORDS | FALSE_WORDS]
        if bad:
            self._fault_rows("not a yes or no", column, bad, found=words[bad[0]],
                             expected="0 or 1")  # fmt: skip
        return np.array([word in TRUE_WORDS for word in words], dtype=np.bool_)

    def numbers(
        self,
        column: str,
        *,
        minimum: float = -np.inf,
        maximum: float = np.inf,
        whole: bool = False,
        infinite: bool = False,
        empty: float | None = None,
    ) -> FloatArray:
        """Return the numbers in a column, NaN where a fault was noted: one for each cause.

        ``infinite`` allows ``inf`` (as a capacity, or an unreachable site). ``empty`` is what
        stands for an empty cell, unless the table's user says another number.
        """
        raw = self._cells(column)
        values = self._filled(column, raw, _as_numbers(self._plain_cells(raw)), empty)
        good = (values >= minimum) & (values <= maximum) & (np.isfinite(values) | infinite)
        if whole:
            maximum = min(maximum, MOST_WHOLE)
            good &= values <= maximum
            with np.errstate(invalid="ignore"):
                good &= np.mod(values, 1.0) == 0.0
        expected = _expected(minimum, maximum, whole)
        bad = np.flatnonzero(~good)
        causes: dict[str, list[int]] = {}
        for n in bad:
            text = cell_text(raw.iloc[n])
            message = _number_fault(text, float(values[n]), minimum, maximum)
            causes.setdefault(message, []).append(int(n))
        for message, places in causes.items():
            self._fault_rows(message, column, places, _plain(raw.iloc[places[0]]), expected)
        values[bad] = np.nan
        return values

    def rough_numbers(self, column: str) -> FloatArray:
        """Return the numbers in a column, NaN where there is none; no fault is noted."""
        return _as_numbers(self._plain_cells(self._cells(column)))

    def _plain_cells(self, cells: pd.Series) -> pd.Series:
        """Return cells with texts of numbers as Python writes them."""
        if (self.decimal == "." and not self.thousands) or cells.dtype.kind in "iufbmMc":
            return cells
        return cells.map(
            lambda cell: (
                plain_number(cell, self.decimal, self.thousands) if isinstance(cell, str) else cell
            )
        )

    def _filled(
        self, column: str, cells: pd.Series, values: FloatArray, otherwise: float | None
    ) -> FloatArray:
        """Return numbers with what stands for an empty cell put in its place, and log how often."""
        chosen = self.empty.get(column, otherwise)
        if chosen is None:
            return values
        gaps = [n for n in np.flatnonzero(np.isnan(values)) if not cell_text(cells.iloc[n])]
        if gaps:
            values[gaps] = chosen
            logger.log(logging.WARNING if column in self.empty else logging.INFO,
                       "%s, column %r: %d empty cells taken as %g", self.file, column, len(gaps),
                       chosen)  # fmt: skip
        return values

    def _cells(self, column: str) -> pd.Series:
        cells = self.frame[column]
        if isinstance(cells, pd.DataFrame):
            self.faults.add("repeated column", file=self.file, row=1, column=column)
            return cells.iloc[:, 0]
        return cells

    def _fault(
        self,
        message: str,
        row: int | str | None,
        column: str,
        found: object = None,
        expected: str | None = None,
    ) -> None:
        self.faults.add(
            message, file=self.file, row=row, column=column, found=found, expected=expected
        )

    def _fault_rows(
        self,
        message: str,
        column: str,
        places: Sequence[int],
        found: object = None,
        expected: str | None = None,
    ) -> None:
        """Note one fault for all rows of a column with the same cause; nothing without rows."""
        if not places:
            return
        others = [str(self.rows[n]) for n in places[1 : 1 + MAX_ROWS_NAMED]]
        if others:
            more = len(places) - 1 - len(others)
            message += f", also in row{'s' if len(others) > 1 else ''} {', '.join(others)}"
            message += f" and {more} more" if more else ""
        self._fault(message, self.rows[places[0]], column, found, expected)

    def _check_rows(self) -> None:
        if not len(self.frame):
            self.faults.add("the table has no rows", file=self.file, expected="one row or more")


def _as_numbers(cells: pd.Series) -> FloatArray:
    """Return cells as numbers, NaN where they are none: dates are none, nor are nested values."""
    if pd.api.types.is_datetime64_any_dtype(cells) or cells.dtype.kind in "mc":
        return np.full(len(cells), np.nan)
    try:
        numbers = pd.to_numeric(cells, errors="coerce")
    except (TypeError, ValueError, OverflowError):
        numbers = pd.to_numeric(cells.map(cell_text), errors="coerce")
    return np.array(numbers.to_numpy(dtype=np.float64, na_value=np.nan))


def _number_fault(text: str, value: float, minimum: float, maximum: float) -> str:
    if not text:
        return "missing number"
    if re.fullmatch(r"-?\d{1,3},\d{3}", text):
        return (
            "not a number (a decimal comma, or a mark of thousands? say decimal or thousands beside"
            " the file)"
        )
    if re.fullmatch(r"-?\d+,\d+", text):
        return "not a number (a decimal comma? say decimal: ',' beside the file)"
    if re.fullmatch(r"-?\d{1,3}([ .,'’\u00a0\u202f]\d{3})+([.,]\d+)?", text):
        return "not a number (a mark of thousands? say thousands and decimal beside the file)"
    if re.fullmatch(r"-?\d+\.\d+", text) and np.isnan(value):
        return "not a number (decimal commas elsewhere; say decimal beside the file)"
    if np.isnan(value):
        return "not a number"
    if np.isinf(value):
        return "infinite number"
    if value < minimum:
        return "negative number" if minimum == 0 else "number out of range"
    return "number out of range" if value > maximum else "unusable number"


def _expected(minimum: float, maximum: float, whole: bool) -> str:
    kind = "a whole number" if whole else "a finite number"
    if np.isfinite(minimum) and np.isfinite(maximum):
        return f"{kind} between {minimum:g} and {maximum:g}"
    return f"{kind} >= {minimum:g}" if np.isfinite(minimum) else kind


def _plain(value: object) -> object:
    """Return a numpy scalar as the Python value that users would type."""
    return value.item() if isinstance(value, np.generic) else value


def _similar(first: str, second: str) -> bool:
    """Return whether two names differ by a slip of the pen."""
    ratio = difflib.SequenceMatcher(None, first.lower(), second.lower()).ratio()
    return ratio >= 0.8 and abs(len(first) - len(second)) <= 2


def _listed(names: Sequence[str], limit: int = 12) -> str:
    shown = ", ".join(names[:limit])
    return f"{shown}, ... ({len(names)} in all)" if len(names) > limit else shown
