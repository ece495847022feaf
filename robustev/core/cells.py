"""CSV and Parquet files as frames of raw cells, their rows numbered as in the file."""

from __future__ import annotations

import csv
import io
import re
import warnings
from pathlib import Path

import pandas as pd

from robustev.core.errors import FaultCollector, repeated_ids
from robustev.core.files import check_file, read_text

UNREADABLE = (OSError, ValueError, TypeError, LookupError, ArithmeticError, NotImplementedError)
"""What pandas and pyarrow raise for files that are no tables, or derive their errors from."""
PARQUET_SUFFIXES = {".parquet", ".pq"}


def read_cells(path: Path, faults: FaultCollector, separator: str = ",") -> pd.DataFrame | None:
    """Return the cells of a CSV file as text, or of a Parquet file as they are typed.

    The index counts the rows of the file from 0, blank ones too, which are left out. None with
    the faults noted if the file is no table.
    """
    if path.suffix.lower() in PARQUET_SUFFIXES:
        return _read_parquet(path, faults)
    return _read_csv(path, faults, separator)


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
    except (*UNREADABLE, pd.errors.ParserWarning) as error:
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
    except UNREADABLE as error:
        faults.add(f"not a readable Parquet file: {error}", file=str(path))
        return None
    return frame.set_axis(frame.columns.astype(str), axis=1)
