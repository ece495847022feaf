"""Tables read cell by cell, so that every fault carries its file, row and column."""

from __future__ import annotations

import difflib
import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.core.cells import read_cells
from robustev.core.errors import FaultCollector, nearest_name

logger = logging.getLogger(__name__)

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
    """

    frame: pd.DataFrame
    file: str
    rows: Sequence[int | str]
    faults: FaultCollector

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
    def read(cls, path: Path, faults: FaultCollector, *, separator: str = ",") -> Table | None:
        """Read a CSV or Parquet file; return None, with the faults noted, if it is no table."""
        frame = read_cells(path, faults, separator)
        if frame is None:
            return None
        rows = [int(index) + 2 for index in frame.index]
        table = cls(frame, str(path), rows, faults)
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
        first: dict[str, int | str] = {}
        for row, name in zip(self.rows, ids, strict=True):
            if not name:
                self._fault("missing id", row, column, expected="a unique id")
            elif name in first:
                message = f"repeated id, first in row {first[name]}"
                self._fault(message, row, column, found=name, expected="each id once")
            else:
                first[name] = row
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
        for row, label in zip(self.rows, labels, strict=True):
            if not label:
                self._fault("missing label", row, column, expected="a text")
        return labels

    def flags(self, column: str) -> BoolArray:
        """Return a column of 0/1, true/false or yes/no; an empty cell is false."""
        words = [cell_text(value).lower() for value in self._cells(column)]
        for row, word in zip(self.rows, words, strict=True):
            if word not in TRUE_WORDS | FALSE_WORDS:
                self._fault("not a yes or no", row, column, found=word, expected="0 or 1")
        return np.array([word in TRUE_WORDS for word in words], dtype=np.bool_)

    def numbers(
        self,
        column: str,
        *,
        minimum: float = -np.inf,
        maximum: float = np.inf,
        whole: bool = False,
        infinite: bool = False,
    ) -> FloatArray:
        """Return the numbers in a column, NaN where a fault was noted.

        ``infinite`` allows ``inf`` (as a capacity, or an unreachable site).
        """
        raw = self._cells(column)
        values = _as_numbers(raw)
        good = (values >= minimum) & (values <= maximum) & (np.isfinite(values) | infinite)
        if whole:
            maximum = min(maximum, MOST_WHOLE)
            good &= values <= maximum
            with np.errstate(invalid="ignore"):
                good &= np.mod(values, 1.0) == 0.0
        expected = _expected(minimum, maximum, whole)
        bad = np.flatnonzero(~good)
        for position in bad[:MAX_FAULTS_PER_COLUMN]:
            found = raw.iloc[position]
            message = _number_fault(cell_text(found), float(values[position]), minimum, maximum)
            self._fault(message, self.rows[position], column, _plain(found), expected)
        if len(bad) > MAX_FAULTS_PER_COLUMN:
            self._fault(f"{len(bad) - MAX_FAULTS_PER_COLUMN} more such cells", None, column)
        values[bad] = np.nan
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

    def _check_rows(self) -> None:
        if not len(self.frame):
            self.faults.add("the table has no rows", file=self.file, expected="one row or more")


def cell_text(value: object) -> str:
    """Return a cell as trimmed text; a whole float as an integer, a missing value as ''.

    >>> cell_text(3.0), cell_text(" a "), cell_text(None)
    ('3', 'a', '')
    """
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


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
    if re.fullmatch(r"-?\d+,\d+", text):
        return "not a number (a decimal comma?)"
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
