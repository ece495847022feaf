"""Tables of zones: faults carry the line that an editor shows."""

from __future__ import annotations

import logging
from pathlib import Path

import pandas as pd
import pytest

from robustev.core.errors import FaultCollector, InputError
from robustev.scenarios.tables import MAX_NAMED, numbers, positions, read_table, require_columns

FRAME = pd.DataFrame({"zone": ["a", "b", "x"], "demand": ["1", "two", "-3"]})


def test_ids_that_look_like_numbers_stay_text(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("zone,demand\n007,1\n", encoding="utf-8")
    assert read_table(tmp_path / "t.csv")["zone"].item() == "007"


def test_parquet_is_read_too(tmp_path: Path) -> None:
    FRAME.to_parquet(tmp_path / "t.parquet")
    pd.testing.assert_frame_equal(read_table(tmp_path / "t.parquet"), FRAME)


@pytest.mark.parametrize("name", ["gone.csv", "gone.parquet"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=f"{name}: the file does not exist"):
        read_table(tmp_path / name)


def test_another_encoding_is_found_out_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "t.csv").write_bytes("zone,demand\nZürich,1\n".encode("latin-1"))
    with caplog.at_level(logging.WARNING):
        assert read_table(tmp_path / "t.csv")["zone"].tolist() == ["Zürich"]
    assert "t.csv is not UTF-8" in caplog.text


def test_unknown_ids_are_named_with_line_and_nearest() -> None:
    faults = FaultCollector("t.csv")
    assert positions(FRAME, "zone", ["a", "b", "xx"], faults).tolist() == [0, 1, -1]
    (fault,) = faults
    assert (fault.row, fault.column, fault.found) == (4, "zone", "x")
    assert "'xx'" in str(fault)


def test_the_line_is_right_after_rows_were_left_out() -> None:
    faults = FaultCollector()
    positions(FRAME[FRAME["zone"] != "a"], "zone", ["a", "b"], faults)
    assert [fault.row for fault in faults] == [4]


def test_numbers_that_are_none_are_named() -> None:
    faults = FaultCollector()
    numbers(FRAME, "demand", faults)
    assert [(fault.row, fault.found) for fault in faults] == [(3, "two"), (4, "-3")]


def test_a_flood_of_faults_is_counted_not_listed() -> None:
    faults = FaultCollector()
    positions(pd.DataFrame({"zone": ["?"] * 50}), "zone", ["a"], faults)
    assert len(faults.faults) == MAX_NAMED + 1
    assert "30 further rows" in str(faults.faults[-1])


def test_a_missing_column_names_the_nearest() -> None:
    faults = FaultCollector()
    require_columns(FRAME.rename(columns={"zone": "zones"}), ["zone", "demand"], faults)
    assert [str(fault) for fault in faults] == [
        "column 'zone': missing column (is 'zones' meant?); found 'zones, demand'"
    ]
