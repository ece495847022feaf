"""Tables: rows as a spreadsheet counts them, and every bad cell noted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from robustev.core.errors import FaultCollector
from robustev.readers.parts.table import MAX_FAULTS_PER_COLUMN, Table


def read(text: str, tmp_path: Path) -> tuple[Table | None, FaultCollector]:
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    faults = FaultCollector()
    return Table.read(path, faults), faults


def table(**columns: list[object]) -> tuple[Table, FaultCollector]:
    faults = FaultCollector()
    return Table.of_frame(pd.DataFrame(columns), "t", faults), faults


def test_rows_are_lines_of_the_file(tmp_path: Path) -> None:
    """Blank lines are passed over, and still counted."""
    cells, faults = read("id,v\na,1\n\n,\nb,x\n", tmp_path)
    assert cells is not None
    assert cells.rows == [2, 5]
    cells.numbers("v")
    assert [fault.row for fault in faults] == [5]


def test_parquet_and_csv_read_alike(tmp_path: Path) -> None:
    """The same table in both formats gives the same ids and numbers."""
    frame = pd.DataFrame({"id": [1, 2], "v": [0.5, 2.0]})
    frame.to_csv(tmp_path / "t.csv", index=False)
    frame.to_parquet(tmp_path / "t.parquet")
    for name in ("t.csv", "t.parquet"):
        faults = FaultCollector()
        cells = Table.read(tmp_path / name, faults)
        assert cells is not None
        assert cells.ids("id") == ("1", "2")
        np.testing.assert_array_equal(cells.numbers("v"), [0.5, 2.0])
        assert cells.rows == [2, 3]
        faults.raise_if_any()


def test_header_and_cells_are_trimmed(tmp_path: Path) -> None:
    """Spaces around commas do no harm."""
    cells, faults = read("id , v\n a , 1 \n", tmp_path)
    assert cells is not None
    assert cells.ids("id") == ("a",)
    np.testing.assert_array_equal(cells.numbers("v"), [1.0])
    faults.raise_if_any()


NUMBERS = [
    ("", "missing number", "an empty cell"),
    (None, "missing number", "no cell"),
    (np.nan, "missing number", "NaN"),
    ("many", "not a number", "a word"),
    ("1,5", "decimal comma", "a decimal comma"),
    (-1.0, "negative number", "a negative number"),
    ("inf", "infinite number", "infinity"),
    (2.5, "unusable number", "a fraction"),
    (11, "out of range", "too large a number"),
    ([1.0], "not a number", "a list"),
    ({}, "not a number", "a mapping"),
    (10**400, "infinite number", "a number beyond all bounds"),
]


@pytest.mark.parametrize(("cell", "message"), [row[:2] for row in NUMBERS],
                         ids=[row[2] for row in NUMBERS])  # fmt: skip
def test_bad_numbers(cell: object, message: str) -> None:
    """Each unusable cell is noted with what was expected, and becomes NaN."""
    cells, faults = table(v=[1, cell])
    values = cells.numbers("v", minimum=0, maximum=10, whole=True)
    np.testing.assert_array_equal(values, [1.0, np.nan])
    (fault,) = faults
    assert message in fault.message
    assert (fault.row, fault.column) == (1, "v")
    assert fault.expected == "a whole number between 0 and 10"


@pytest.mark.parametrize("dates", [["2020-01-01"], ["2020-01-01T10:00+02:00"]])
def test_dates_are_no_numbers(dates: list[str]) -> None:
    cells, faults = table(v=pd.to_datetime(dates))
    assert np.isnan(cells.numbers("v")).all()
    assert [fault.message for fault in faults] == ["not a number"]


def test_counts_beyond_all_bounds_are_refused() -> None:
    cells, faults = table(v=[1e308])
    cells.numbers("v", minimum=0, whole=True)
    assert [fault.message for fault in faults] == ["number out of range"]


def test_infinity_may_be_allowed() -> None:
    """A capacity may be unlimited."""
    cells, faults = table(v=["inf", "3"])
    np.testing.assert_array_equal(cells.numbers("v", minimum=0, infinite=True), [np.inf, 3])
    faults.raise_if_any()


def test_many_bad_cells_leave_room_for_other_faults() -> None:
    """A column that is bad throughout is one fault for each cause, with the first rows of it."""
    cells, faults = table(v=["x", "1,5"] * 50)
    cells.numbers("v")
    assert [(fault.row, fault.found) for fault in faults] == [(0, "x"), (1, "1,5")]
    assert faults.faults[0].message == "not a number, also in rows 2, 4, 6, 8, 10 and 44 more"


def test_a_fault_in_two_rows_names_both() -> None:
    cells, faults = table(v=["x", "1", "x"])
    cells.numbers("v")
    assert [fault.message for fault in faults] == ["not a number, also in row 2"]


def test_marks_of_numbers_are_those_of_the_table() -> None:
    """With decimal commas a point is a mistake, unless it stands between thousands."""
    faults = FaultCollector()
    frame = pd.DataFrame({"v": ["1,5", "1.234,5", "-2", "1.5", 3.5]})
    cells = Table(frame, "t", [2, 3, 4, 5, 6], faults, decimal=",", thousands=".")
    np.testing.assert_array_equal(cells.numbers("v"), [1.5, 1234.5, -2, np.nan, 3.5])
    assert [(f.row, f.message) for f in faults] == [
        (5, "not a number (decimal commas elsewhere; say decimal beside the file)")
    ]


def test_an_empty_cell_is_what_its_user_says() -> None:
    """A number for empty cells takes none of the others, and goes before the reader's own."""
    faults = FaultCollector()
    frame = pd.DataFrame({"v": ["", "1", "x"], "w": [None, 2, 3]})
    cells = Table(frame, "t", [2, 3, 4], faults, empty={"v": 7.0})
    np.testing.assert_array_equal(cells.numbers("v", empty=0.0), [7, 1, np.nan])
    np.testing.assert_array_equal(cells.numbers("w", empty=0.0), [0, 2, 3])
    assert [f.row for f in faults] == [4]


def test_ids_are_one_however_they_are_written() -> None:
    cells, faults = table(id=[1000, "1001.0", 1002.0, " 007 "])
    assert cells.ids("id") == ("1000", "1001", "1002", "007")
    assert cells.positions("id", ["1002", "1001", "1000", "007"], "a zone").tolist() == [2, 1, 0, 3]
    faults.raise_if_any()


def test_ids_must_be_there_and_differ() -> None:
    """Missing and repeated ids are noted; a repeated one names its first row."""
    cells, faults = table(id=["a", None, "a", 3.0])
    assert cells.ids("id") == ("a", "", "a", "3")
    assert [(f.row, f.message) for f in faults] == [
        (1, "missing id"), (2, "repeated id, first in row 0"),
    ]  # fmt: skip


def test_flags_take_the_usual_words() -> None:
    """Yes and no come in many spellings; other words are faults."""
    cells, faults = table(f=["1", "Yes", True, "0", "", None, "FALSE", "perhaps"])
    np.testing.assert_array_equal(cells.flags("f"), [1, 1, 1, 0, 0, 0, 0, 0])
    assert [fault.found for fault in faults] == ["perhaps"]


def test_labels_must_be_there() -> None:
    """A zone without a district is a fault."""
    cells, faults = table(g=["north", ""])
    assert cells.labels("g") == ("north", "")
    assert [fault.message for fault in faults] == ["missing label"]


def test_missing_column_names_the_nearest() -> None:
    """A column that is not there is answered by the one that looks like it."""
    cells, faults = table(slotts=[1])
    assert not cells.require(["slots"])
    assert str(faults.faults[0]) == (
        "t, row 1, column 'slots': missing column (is 'slotts' meant?); "
        "expected one of the table's columns: slotts"
    )


def test_misspelt_optional_column_is_no_silence() -> None:
    """A column that nobody asked for is a fault only if it looks like one that is known."""
    cells, faults = table(id=["a"], populaton=[1], remark=["fine"])
    cells.check_unknown(["id"], ["population", "node"])
    assert [(f.column, f.message) for f in faults] == [
        ("populaton", "unknown column (is 'population' meant?)")
    ]


def test_positions_note_each_unknown_name_once() -> None:
    """A name that is not known is noted at its first row, with the nearest; a blank is missing."""
    cells, faults = table(id=["b", "harlem", "a", "harlem", None])
    found = cells.positions("id", ["a", "b", "haarlem"], "a zone")
    assert found.tolist() == [1, -1, 0, -1, -1]
    assert [(f.row, f.message, f.found) for f in faults] == [
        (1, "unknown name (is 'haarlem' meant?)", "harlem"), (4, "missing name", None),
    ]  # fmt: skip


def test_many_unknown_names_are_cut_short() -> None:
    """A table of another region altogether does not drown the other faults."""
    cells, faults = table(id=[f"x{n}" for n in range(50)])
    cells.positions("id", ["a"], "a zone")
    assert len(faults.faults) == MAX_FAULTS_PER_COLUMN + 1
