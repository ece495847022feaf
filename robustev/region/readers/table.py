"""Tables read cell by cell, so that every fault carries its file, row and column."""

from __future__ import annotations

import csv
import difflib
import io
import logging
import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from robustev.arrays import BoolArray, FloatArray
from robustev.errors import FaultCollector, nearest_name
from robustev.region.readers.text import check_file, read_text
from robustev.region.region import repeated_ids

logger = logging.getLogger(__name__)

MAX_FAULTS_PER_COLUMN = 20
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
        if path.suffix.lower() in {".parquet", ".pq"}:
            frame = _read_parquet(path, faults)
        else:
            frame = _read_csv(path, faults, separator)
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

    def labels(self, column: str) -> tuple[str, ...]:
        """Return the labels in a column, noting those that are missing."""
        labels = tuple(cell_text(value) for value in self._cells(column))
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
        values = pd.to_numeric(raw, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        values = np.array(values)
        good = (values >= minimum) & (values <= maximum) & (np.isfinite(values) | infinite)
        if whole:
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


def _read_csv(path: Path, faults: FaultCollector, separator: str) -> pd.DataFrame | None:
    text = read_text(path, faults)
    if text is None or _repeated_columns(text, path, faults, separator):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(
                io.StringIO(text), dtype=str, keep_default_na=False, skip_blank_lines=False,
                index_col=False, sep=separator, skipinitialspace=True,
            )  # fmt: skip
    except (pd.errors.ParserError, pd.errors.EmptyDataError, pd.errors.ParserWarning) as error:
        _parser_fault(str(error), path, faults)
        return None
    frame = frame.rename(columns=lambda name: str(name).strip())
    if len(frame.columns) == 1 and separator not in text and re.search(r"[;\t|]", text):
        faults.add(
            "the columns are not separated as expected", file=str(path), row=1,
            found=text.splitlines()[0][:60], expected=f"columns separated by {separator!r}",
        )  # fmt: skip
        return None
    blank = frame.isna() | (frame == "")
    return frame.loc[~blank.all(axis=1)]


def _repeated_columns(text: str, path: Path, faults: FaultCollector, separator: str) -> bool:
    """Note each column name that the header has twice; return whether there is one."""
    header = next(csv.reader(io.StringIO(text), delimiter=separator), [])
    repeated = repeated_ids([name.strip() for name in header])
    for name in repeated:
        faults.add("repeated column", file=str(path), row=1, column=name, expected="each once")
    return bool(repeated)


def _parser_fault(error: str, path: Path, faults: FaultCollector) -> None:
    match = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", error)
    if match:
        faults.add(
            "the row is longer than the header", file=str(path), row=int(match[2]),
            found=f"{match[3]} cells", expected=f"{match[1]} cells",
        )  # fmt: skip
    elif "Length of header" in error:
        faults.add("a row is longer than the header", file=str(path), expected="equal lengths")
    else:
        faults.add(f"the table cannot be read: {error.strip()}", file=str(path))


def _read_parquet(path: Path, faults: FaultCollector) -> pd.DataFrame | None:
    if not check_file(path, faults):
        return None
    try:
        frame = pd.read_parquet(path).reset_index(drop=True)
    except (OSError, ValueError) as error:  # pyarrow's errors derive from these
        faults.add(f"not a readable Parquet file: {error}", file=str(path))
        return None
    return frame.set_axis(frame.columns.astype(str), axis=1)


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
