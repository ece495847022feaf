"""Files as frames of raw cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from robustev.core.cells import read_cells
from robustev.core.conventions import Conventions
from robustev.core.errors import FaultCollector

BROKEN = [
    ("id,v\na,1\nb,1,2\n", 3, "longer than the header", "a row too long"),
    ("id,v\na,1,2\n", 2, "longer than the header", "the first row too long"),
    ('id,v\n"a,1\n', None, "cannot be read", "an open quotation mark"),
    ("id,id\na,b\n", 1, "repeated column", "two columns of one name"),
]


@pytest.mark.parametrize(("text", "row", "message"), [row[:3] for row in BROKEN],
                         ids=[row[3] for row in BROKEN])  # fmt: skip
def test_broken_tables(text: str, row: int | None, message: str, tmp_path: Path) -> None:
    """Each broken table is one fault with its row."""
    (tmp_path / "t.csv").write_text(text)
    faults = FaultCollector()
    assert read_cells(tmp_path / "t.csv", faults) is None
    assert [fault.row for fault in faults] == [row]
    assert message in str(faults.faults[0])


def test_a_separator_that_is_said_and_is_none(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id;v\na;1\n")
    faults = FaultCollector()
    assert read_cells(tmp_path / "t.csv", faults, Conventions(separator=",")) is None
    assert "not separated as expected" in str(faults.faults[0])


def test_parquet_that_is_none(tmp_path: Path) -> None:
    """Text under the name of a Parquet file is a fault."""
    (tmp_path / "t.parquet").write_text("id,v\n")
    faults = FaultCollector()
    assert read_cells(tmp_path / "t.parquet", faults) is None
    assert "not a readable Parquet file" in faults.faults[0].message


def test_cells_stay_as_they_are_written(tmp_path: Path) -> None:
    """Text is not guessed at: leading noughts and NA stay; the index counts blank lines."""
    (tmp_path / "t.csv").write_text("id,v\n007,NA\n\n1e3,\n")
    cells = read_cells(tmp_path / "t.csv", FaultCollector())
    assert cells is not None
    assert cells.frame.to_numpy().tolist() == [["007", "NA"], ["1e3", ""]]
    assert cells.frame.index.tolist() == [0, 2]


ODD = [
    (b"id,v\ra,1\rb,2\r", ["a", "b"], "lines that end in carriage returns"),
    (b"id, v\na, 1\n", ["a"], "blanks after the separator"),
]


@pytest.mark.parametrize(("data", "ids"), [row[:2] for row in ODD], ids=[row[2] for row in ODD])
def test_odd_but_sound_tables(data: bytes, ids: list[str], tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(data)
    faults = FaultCollector()
    cells = read_cells(tmp_path / "t.csv", faults)
    faults.raise_if_any()
    assert cells is not None
    assert cells.frame["id"].tolist() == ids


def test_a_quoted_name_after_a_blank_repeats_a_column_too(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('id, "v", v\na,1,2\n')
    faults = FaultCollector()
    assert read_cells(tmp_path / "t.csv", faults) is None
    assert [fault.column for fault in faults] == ["v"]
