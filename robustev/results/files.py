"""Reading single files of a result folder: whatever is wrong with one becomes a named fault."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from robustev.core.errors import Fault, FaultCollector, InputError
from robustev.results.schema import Columns

M = TypeVar("M", bound=BaseModel)

DAMAGE = (
    OSError, ValueError, LookupError, TypeError, ArithmeticError, MemoryError, RecursionError,
    AttributeError, EOFError, NotImplementedError, pa.ArrowException,
)  # fmt: skip
"""What the parsers of other packages raise on files that are not what they should be."""
MAX_TEXT = 200


def damaged(path: Path, error: BaseException, expected: str) -> InputError:
    """Return the error that names a file which a parser could not read."""
    reason = " ".join(str(error).split())[:MAX_TEXT] or type(error).__name__
    return InputError([Fault(f"cannot be read: {reason}", str(path), expected=expected)])


def read_json(path: Path) -> dict[str, Any]:
    """Return a JSON object with finite numbers only.

    Raises
    ------
    InputError
        If the file is no JSON object, or holds an infinite number or NaN; names the field.
    """
    try:
        content = from_json(path.read_bytes())
    except DAMAGE as error:
        raise damaged(path, error, "a JSON object") from None
    if not isinstance(content, dict):
        found = type(content).__name__
        raise InputError([Fault("holds no JSON object", str(path), found=found)])
    faults = FaultCollector(str(path))
    _check_finite(content, "", faults)
    faults.raise_if_any()
    return content


def _check_finite(value: object, place: str, faults: FaultCollector) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            _check_finite(item, f"{place}.{key}" if place else str(key), faults)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _check_finite(item, f"{place}[{index}]", faults)
    elif isinstance(value, float) and not math.isfinite(value):
        faults.add("not a number", column=place, found=value, expected="a finite number")


def read_document(path: Path, schema: type[M]) -> M:
    """Return a JSON document of the given schema.

    Raises
    ------
    InputError
        With every field that is missing or of a wrong type.
    """
    read_json(path)
    try:
        return schema.model_validate_json(path.read_bytes())
    except ValidationError as error:
        what = schema.__name__
        raise InputError(
            Fault(
                f"not a {what} of this version: {detail['msg']}",
                str(path),
                column=".".join(str(part) for part in detail["loc"]) or None,
                found=_short(detail.get("input")),
            )
            for detail in error.errors(include_url=False)
        ) from None


def _short(value: object) -> object:
    return value if isinstance(value, bool | int | float | None) else str(value)[:MAX_TEXT]


def read_csv(path: Path, columns: Columns) -> pd.DataFrame:
    """Return a CSV table whose ``columns`` are there and hold what they should.

    Raises
    ------
    InputError
        If the file is no such table; names column and row.
    """
    text = {name: str for name, kind in columns.items() if kind == "text"}
    try:
        # Only an empty cell is missing: a site may be called NA or null.
        table = pd.read_csv(path, dtype=text, keep_default_na=False, na_values=[""])
    except DAMAGE as error:
        raise damaged(path, error, "a CSV table") from None
    return _checked(table, path, columns)


def read_parquet(path: Path, columns: Columns) -> pd.DataFrame:
    """Return a Parquet table whose ``columns`` are there and hold what they should.

    Raises
    ------
    InputError
        If the file is no such table; names column and row.
    """
    try:
        table = pd.read_parquet(path)
    except DAMAGE as error:
        raise damaged(path, error, "a Parquet table") from None
    return _checked(table, path, columns)


def _checked(table: pd.DataFrame, path: Path, columns: Columns) -> pd.DataFrame:
    faults = FaultCollector(str(path))
    changes: dict[str, Any] = {}
    for name, kind in columns.items():
        if name not in table.columns:
            faults.add("missing column", column=name, expected=f"the columns {', '.join(columns)}")
        elif kind == "text":
            changes[name] = table[name].astype(object).fillna("").astype(str)
        else:
            _check_numbers(table[name], name, whole=kind == "count", faults=faults)
    faults.raise_if_any()
    return table.assign(**changes)


def _check_numbers(
    column: pd.Series[Any], name: str, *, whole: bool, faults: FaultCollector
) -> None:
    """Note the first cell that is no finite number; missing ones may be, except in counts."""
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    missing = column.isna().to_numpy()
    bad = ~np.isfinite(numbers) & ~missing
    if whole:
        bad |= missing | (numbers != np.floor(numbers))
    if pd.api.types.is_bool_dtype(column) or bad.any():
        row = int(bad.argmax())
        faults.add(
            "not a number", row=row + 2, column=name, found=_short(column.iloc[row]),
            expected="a whole number" if whole else "a finite number",
        )  # fmt: skip
