"""Files of every kind, with what they do not say themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pydantic import TypeAdapter, ValidationError

from robustev.core.errors import FaultCollector
from robustev.readers.parts.data_file import DataFile, TableFile
from robustev.readers.parts.table import Table

FRAME = pd.DataFrame({"id": [1000, 1001], "v": [1.5, None]})
ADAPTER: TypeAdapter[DataFile] = TypeAdapter(TableFile)


def read(folder: Path, section: Any) -> tuple[Table | None, FaultCollector]:
    faults = FaultCollector()
    return ADAPTER.validate_python(section).read(folder, faults), faults


def write(folder: Path) -> None:
    FRAME.to_csv(folder / "t.csv", index=False)
    FRAME.to_csv(folder / "semicolons.csv", index=False, sep=";", decimal=",")
    FRAME.to_parquet(folder / "t.parquet")
    with pd.ExcelWriter(folder / "t.xlsx") as book:
        FRAME.to_excel(book, sheet_name="sites", index=False)
        FRAME.assign(id=[1, 2]).to_excel(book, sheet_name="others", index=False)


@pytest.mark.parametrize("name", ["t.csv", "semicolons.csv", "t.parquet", "t.xlsx"])
def test_one_table_reads_alike_from_every_kind_of_file(name: str, tmp_path: Path) -> None:
    """Ids are one, whether 1000, 1000.0 or a text; an empty cell is what its user says."""
    write(tmp_path)
    table, faults = read(tmp_path, {"file": name, "empty": {"v": 7}})
    assert table is not None
    assert table.ids("id") == ("1000", "1001")
    assert table.numbers("v").tolist() == [1.5, 7.0]
    assert table.rows == [2, 3]
    faults.raise_if_any()


def test_a_sheet_has_a_name(tmp_path: Path) -> None:
    write(tmp_path)
    table, _ = read(tmp_path, {"file": "t.xlsx", "sheet": "others"})
    assert table is not None
    assert table.ids("id") == ("1", "2")


def test_rows_with_a_gap_may_be_dropped(tmp_path: Path) -> None:
    write(tmp_path)
    table, _ = read(tmp_path, {"file": "t.csv", "empty": {"v": "drop"}})
    assert table is not None
    assert table.rows == [2]


FAULTS = [
    ({"file": "t.xlsx", "sheet": "site"}, "'sites' meant", "a sheet that is not there"),
    ({"file": "t.csv", "sheet": "sites"}, "'sheet' says nothing about a CSV", "a sheet of a CSV"),
    ({"file": "t.xlsx", "encoding": "cp1252"}, "'encoding' says nothing", "a sheet's encoding"),
    ({"file": "t.csv", "empty": {"w": 0}}, "missing column", "a gap in no column"),
    ({"file": "no.xlsx"}, "does not exist", "no file"),
    ({"file": "bad.xlsx"}, "not a readable spreadsheet", "no spreadsheet"),
    ({"file": "bad.gpkg"}, "the layer cannot be read", "no map layer"),
]


@pytest.mark.parametrize(("section", "message"), [row[:2] for row in FAULTS],
                         ids=[row[2] for row in FAULTS])  # fmt: skip
def test_faults(section: dict[str, Any], message: str, tmp_path: Path) -> None:
    write(tmp_path)
    for name in ("bad.xlsx", "bad.gpkg"):
        (tmp_path / name).write_bytes(b"PK\x03\x04 nothing")
    _, faults = read(tmp_path, section)
    assert message in str(faults.faults[0])


REFUSED = [
    ({"file": "t.csv", "encoding": "cp12520"}, "no encoding"),
    ({"file": "t.csv", "encoding": "zlib"}, "no encoding"),
    ({"file": "t.csv", "separator": "a"}, "separates no cells"),
    ({"file": "t.csv", "decimal": "comma"}, "'.' or ','"),
    ({"file": "t.csv", "empty": {"v": -1}}, "greater than or equal to 0"),
]


@pytest.mark.parametrize(("section", "message"), REFUSED)
def test_keys_that_say_nothing_sensible_are_refused(section: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        ADAPTER.validate_python(section)
