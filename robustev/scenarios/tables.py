"""Reading long tables about zones: columns checked, ids matched, every fault with its row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from robustev.core.arrays import FloatArray, IntArray
from robustev.core.cells import read_cells
from robustev.core.conventions import plain_number
from robustev.core.errors import FaultCollector, InputError, nearest_name
from robustev.core.labels import cell_text

MAX_NAMED = 20
ID_COLUMNS = {"zone", "type", "scenario"}


def read_table(path: str | Path) -> pd.DataFrame:
    """Return a CSV, Parquet or spreadsheet file as a table; ids are texts.

    The index counts the rows of the file. Columns of a text that hold numbers only become numbers.

    Raises
    ------
    InputError
        If it cannot be read, or is empty.
    """
    faults = FaultCollector()
    cells = read_cells(Path(path), faults)
    faults.raise_if_any()
    assert cells is not None
    if cells.frame.empty:
        raise InputError(f"{path}: the table has no rows")
    return cells.frame.apply(_typed, decimal=cells.decimal, thousands=cells.thousands)


def _typed(column: pd.Series, decimal: str, thousands: str) -> pd.Series:
    """Return a column of ids as texts, and one of numbers only as numbers."""
    if column.name in ID_COLUMNS:
        return column.map(cell_text)
    if column.dtype.kind in "iufb":
        return column
    plain = column.map(
        lambda cell: plain_number(cell, decimal, thousands) if isinstance(cell, str) else cell
    )
    try:
        return pd.to_numeric(plain.replace("", np.nan))
    except (ValueError, TypeError):
        return column


def require_columns(frame: pd.DataFrame, needed: Sequence[str], faults: FaultCollector) -> None:
    """Note every needed column that is missing, with the nearest one there is."""
    have = [str(column) for column in frame.columns]
    for column in needed:
        if column not in have:
            near = nearest_name(column, have)
            hint = f" (is {near!r} meant?)" if near else ""
            faults.add(f"missing column{hint}", column=column, found=", ".join(have))


def positions(
    frame: pd.DataFrame, column: str, valid: Sequence[str], faults: FaultCollector
) -> IntArray:
    """Return the position of every row's id among ``valid``; -1, with a fault, where unknown."""
    place = {name: index for index, name in enumerate(valid)}
    labels = frame[column].map(cell_text)
    found = labels.map(place).fillna(-1).to_numpy(dtype=np.int64)
    unknown = np.flatnonzero(found < 0)
    for row in unknown[:MAX_NAMED]:
        label = labels.iloc[row]
        near = nearest_name(label, valid)
        faults.add(
            f"unknown {column}", row=_line(frame, row), column=column, found=label,
            expected=f"one of the region's, such as {near or valid[0]!r}",
        )  # fmt: skip
    if len(unknown) > MAX_NAMED:
        faults.add(f"{len(unknown) - MAX_NAMED} further rows with an unknown {column}")
    return np.asarray(found, dtype=np.int64)


def numbers(
    frame: pd.DataFrame, column: str, faults: FaultCollector, *, least: float = 0.0
) -> FloatArray:
    """Return a numeric column; a fault for every value that is missing or below ``least``."""
    values = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=np.float64)
    bad = np.flatnonzero(~(np.isfinite(values) & (values >= least)))
    for row in bad[:MAX_NAMED]:
        faults.add(
            "unusable value", row=_line(frame, row), column=column,
            found=_plain(frame[column].iloc[row]), expected=f"a finite number >= {least:g}",
        )  # fmt: skip
    if len(bad) > MAX_NAMED:
        faults.add(f"{len(bad) - MAX_NAMED} further unusable values", column=column)
    return values


def type_positions(frame: pd.DataFrame, types: Sequence[str], faults: FaultCollector) -> IntArray:
    """Return the position of every row's demand type; a table may leave out a single type."""
    if "type" in frame.columns:
        return positions(frame, "type", types, faults)
    if len(types) > 1:
        faults.add("missing column", column="type", expected=f"one of {', '.join(types)}")
    return np.zeros(len(frame), dtype=np.int64)


def _line(frame: pd.DataFrame, position: int) -> int:
    """Return the line in the file of a row, whatever rows were left out since reading."""
    return int(frame.index[int(position)]) + 2


def _plain(cell: object) -> object:
    """Return a cell as a plain Python value, which reads well in a message."""
    return cell.item() if isinstance(cell, np.generic) else cell
