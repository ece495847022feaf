"""The stations of all plans as one Excel workbook, a sheet each."""

from __future__ import annotations

import logging
from io import BytesIO
from pathlib import Path

import pandas as pd

from robustev.core.archive import whole_file
from robustev.results.layout import Layout
from robustev.results.schema import is_text

logger = logging.getLogger(__name__)

LONGEST_NAME = 31
"""Characters of a sheet's name that Excel takes."""
WIDTH = 14
"""Width of a column, in characters."""


def write_workbook(layout: Layout) -> None:
    """Write ``plans/stations.xlsx`` from the tables beside it; nothing without openpyxl."""
    tables = {name: layout.plan_table(name) for name in layout.plan_names()}
    there = {name: path for name, path in tables.items() if path.is_file()}
    try:
        import openpyxl  # noqa: F401, PLC0415 - an optional dependency
    except ImportError:
        logger.info("no Excel file: it needs 'robustev[excel]'")
        return
    if not there:
        return
    names = sheet_names(list(there))
    content = BytesIO()
    with pd.ExcelWriter(content, engine="openpyxl") as writer:
        for name, table in there.items():
            frame = _read(table)
            frame.to_excel(writer, sheet_name=names[name], index=False)
            sheet = writer.sheets[names[name]]
            sheet.freeze_panes = "B2"
            for column in sheet.iter_cols(max_row=1):
                sheet.column_dimensions[column[0].column_letter].width = WIDTH
    with whole_file(layout.workbook) as path:
        path.write_bytes(content.getvalue())


def _read(path: Path) -> pd.DataFrame:
    """Return a table whose ids stay as they are written."""
    frame = pd.read_csv(path, keep_default_na=False, na_values=[""], dtype=str)
    numbers = [name for name in frame.columns if not is_text(str(name))]
    return frame.assign(**{name: pd.to_numeric(frame[name]) for name in numbers})


def sheet_names(plans: list[str]) -> dict[str, str]:
    """Return a name for the sheet of each plan: its own, shortened to what Excel takes.

    >>> sheet_names(["robust", "a" * 32, "A" * 33])["robust"]
    'robust'
    >>> sorted(map(len, sheet_names(["a" * 32, "A" * 33]).values()))
    [31, 31]
    """
    names: dict[str, str] = {}
    for plan in plans:
        name, number = plan[:LONGEST_NAME], 1
        while name.casefold() in (other.casefold() for other in names.values()):
            number += 1
            name = f"{plan[: LONGEST_NAME - 1 - len(str(number))]}~{number}"
        names[plan] = name
    return names
