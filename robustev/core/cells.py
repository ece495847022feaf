"""Tables in files as frames of raw cells, their rows numbered as in the file."""

from __future__ import annotations

import csv
import io
import logging
import re
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from robustev.core.conventions import (
    UNKNOWN,
    Conventions,
    find_decimal,
    find_separator,
    read_any_text,
)
from robustev.core.errors import FaultCollector, nearest_name, repeated_ids
from robustev.core.files import check_file
from robustev.core.labels import cell_text

logger = logging.getLogger(__name__)

UNREADABLE = (OSError, ValueError, TypeError, LookupError, ArithmeticError, NotImplementedError)
"""What pandas and pyarrow raise for files that are no tables, or derive their errors from."""
PARQUET_SUFFIXES = {".parquet", ".pq"}
SPREADSHEET_SUFFIXES = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of a table: texts as they stand in a CSV file, typed values of other files.

    The index counts the rows of the file from 0, blank ones too, which are left out. ``decimal``
    and ``thousands`` are the marks of numbers that are texts.
    """

    frame: pd.DataFrame
    decimal: str = "."
    thousands: str = ""


def read_cells(
    path: Path, faults: FaultCollector, conventions: Conventions = UNKNOWN
) -> Cells | None:
    """Return the cells of a CSV, Parquet or spreadsheet file; None with the faults noted.

    What ``conventions`` leaves open is found out.
    """
    suffix = path.suffix.lower()
    if suffix in PARQUET_SUFFIXES:
        frame = _read_parquet(path, faults)
        return None if frame is None else Cells(frame)
    if suffix in SPREADSHEET_SUFFIXES:
        frame = _read_sheet(path, faults, conventions.sheet)
        return None if frame is None else _with_marks(frame, conventions)
    return _read_csv(path, faults, conventions)


def _with_marks(frame: pd.DataFrame, conventions: Conventions) -> Cells:
    """Return typed cells; texts among them are read with the marks that are said, or points."""
    return Cells(frame, conventions.decimal or ".", conventions.thousands or "")


def _read_csv(path: Path, faults: FaultCollector, conventions: Conventions) -> Cells | None:
    text = read_any_text(path, faults, conventions.encoding)
    if text is None:
        return None
    separator = conventions.separator or find_separator(text)
    if _repeated_columns(text, path, faults, separator):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(
                io.StringIO(text), dtype=str, keep_default_na=False, skip_blank_lines=False,
                index_col=False, sep=separator, skipinitialspace=True,
            )  # fmt: skip
    except (*UNREADABLE, pd.errors.ParserWarning) as error:
        _parser_fault(str(error), path, faults, text, separator)
        return None
    frame = frame.rename(columns=lambda name: str(name).strip())
    if len(frame.columns) == 1 and separator not in text and re.search(r"[,;\t|]", text):
        faults.add(
            "the columns are not separated as expected", file=str(path), row=1,
            found=text.splitlines()[0][:60], expected=f"columns separated by {separator!r}",
        )  # fmt: skip
        return None
    decimal, thousands = find_decimal(text, separator)
    if conventions.decimal is not None:
        decimal, thousands = conventions.decimal, ""
    thousands = thousands if conventions.thousands is None else conventions.thousands
    logger.info("%s: cells separated by %r, decimal mark %r%s", path, separator, decimal,
                f", thousands by {thousands!r}" if thousands else "")  # fmt: skip
    return Cells(_without_blank_rows(frame), decimal, thousands)


def _without_blank_rows(frame: pd.DataFrame) -> pd.DataFrame:
    blank = frame.isna() | (frame == "")
    return frame.loc[~blank.all(axis=1)]


def _read_sheet(path: Path, faults: FaultCollector, sheet: str | None) -> pd.DataFrame | None:
    """Return the cells of a spreadsheet's sheet; its first row holds the names of columns."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415

    if not check_file(path, faults):
        return None
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if sheet is not None and sheet not in names:
            near = nearest_name(sheet, names)
            faults.add(f"no such sheet{f' (is {near!r} meant?)' if near else ''}", file=str(path),
                       found=sheet, expected=f"one of {', '.join(names)}")  # fmt: skip
            return None
        rows: list[list[Any]] = book.get_sheet_by_name(sheet or names[0]).to_python(
            skip_empty_area=False
        )
    except (CalamineError, zipfile.BadZipFile, *UNREADABLE) as error:
        faults.add(f"not a readable spreadsheet: {error}", file=str(path))
        return None
    if len(names) > 1 and sheet is None:
        logger.warning("%s has %d sheets, of which %r was read; name another by the key 'sheet'",
                       path, len(names), names[0])  # fmt: skip
    return _of_rows(rows, path, faults)


def _of_rows(rows: list[list[Any]], path: Path, faults: FaultCollector) -> pd.DataFrame | None:
    header = [cell_text(cell) for cell in rows[0]] if rows else []
    while header and not header[-1]:
        header.pop()
    if not header:
        faults.add("the first row of the sheet is empty", file=str(path), row=1,
                   expected="the names of the columns")  # fmt: skip
        return None
    for name in repeated_ids([name for name in header if name]):
        faults.add("repeated column", file=str(path), row=1, column=name, expected="each once")
        return None
    for number, row in enumerate(rows[1:], 2):
        if any(cell_text(cell) for cell in row[len(header) :]):
            faults.add("the row is longer than the header", file=str(path), row=number,
                       expected=f"{len(header)} cells")  # fmt: skip
            return None
    cells = [[None if cell == "" else cell for cell in row[: len(header)]] for row in rows[1:]]
    frame = pd.DataFrame(cells, columns=pd.Index(header, dtype=object), dtype=object)
    return _without_blank_rows(frame)


def _repeated_columns(text: str, path: Path, faults: FaultCollector, separator: str) -> bool:
    """Note each column name that the header has twice; return whether there is one."""
    try:
        reader = csv.reader(io.StringIO(text), delimiter=separator, skipinitialspace=True)
        header = next(reader, [])
    except csv.Error as error:
        faults.add(f"the table cannot be read: {error}", file=str(path), row=1)
        return True
    repeated = repeated_ids([name.strip() for name in header])
    for name in repeated:
        faults.add("repeated column", file=str(path), row=1, column=name, expected="each once")
    return bool(repeated)


def _first_long_row(text: str, separator: str) -> int | None:
    """Return the line of the first row that has more cells than the header."""
    reader = csv.reader(io.StringIO(text), delimiter=separator, skipinitialspace=True)
    try:
        width = len(next(reader, []))
        return next((reader.line_num for row in reader if len(row) > width), None)
    except csv.Error:
        return None


def _parser_fault(
    error: str, path: Path, faults: FaultCollector, text: str, separator: str
) -> None:
    match = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", error)
    if match:
        faults.add(
            "the row is longer than the header", file=str(path), row=int(match[2]),
            found=f"{match[3]} cells", expected=f"{match[1]} cells",
        )  # fmt: skip
    elif "Length of header" in error:
        faults.add("the row is longer than the header", file=str(path),
                   row=_first_long_row(text, separator), expected="equal lengths")  # fmt: skip
    else:
        faults.add(f"the table cannot be read: {error.strip()}", file=str(path))


def _read_parquet(path: Path, faults: FaultCollector) -> pd.DataFrame | None:
    if not check_file(path, faults):
        return None
    try:
        frame = pd.read_parquet(path).reset_index(drop=True)
    except UNREADABLE as error:
        faults.add(f"not a readable Parquet file: {error}", file=str(path))
        return None
    return frame.set_axis(frame.columns.astype(str), axis=1)
