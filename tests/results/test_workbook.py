"""The Excel file has a sheet per plan, whose rows are those of its table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from robustev.results.layout import Layout

pytest.importorskip("openpyxl")


def test_every_plan_has_its_sheet(whole_folder: Path) -> None:
    layout = Layout(whole_folder)
    sheets = pd.read_excel(layout.workbook, sheet_name=None, dtype={"id": str})
    names = [name for name in layout.plan_names() if layout.plan_table(name).is_file()]
    assert list(sheets) == names
    for name in names:
        table = pd.read_csv(layout.plan_table(name), dtype={"id": str})
        pd.testing.assert_frame_equal(sheets[name], table, check_dtype=False)


def test_what_is_built_stands_in_the_table(whole_folder: Path) -> None:
    table = pd.read_csv(Layout(whole_folder).plan_table("robust"))
    assert set(table["change"]) == {"new"}
    assert (table["new_fast"] == table["fast"] - table["existing_fast"]).all()
