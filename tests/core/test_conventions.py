"""How text tables are written is found out, or said."""

from __future__ import annotations

from pathlib import Path

import pytest

from robustev.core.conventions import find_decimal, find_separator, plain_number, read_any_text
from robustev.core.errors import FaultCollector

GERMAN = "Nr;Name;Breite\n1;Süd-Straße;52,5\n2;Köln – Hbf;50,9\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_of_spreadsheets_are_told_apart(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(GERMAN.encode(encoding))
    faults = FaultCollector()
    assert read_any_text(tmp_path / "t.csv", faults) == GERMAN
    faults.raise_if_any()


def test_an_encoding_that_was_found_out_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "t.csv").write_bytes(GERMAN.encode("cp1252"))
    read_any_text(tmp_path / "t.csv", FaultCollector())
    assert "not UTF-8 and was read as cp1252" in caplog.text


def test_an_encoding_that_is_said_is_taken(tmp_path: Path) -> None:
    """Code pages cannot be told apart by their bytes."""
    polish = "id;nazwa\n1;Łódź Główna\n"
    (tmp_path / "t.csv").write_bytes(polish.encode("cp1250"))
    assert read_any_text(tmp_path / "t.csv", FaultCollector(), "cp1250") == polish


WRONG = [
    (b"id\n\xff\xfe\n", "utf-8", "not utf-8 text", "another encoding than is said"),
    (b"a\x00b", None, "no text", "a zero byte"),
    (bytes(range(256)) * 4, None, "encoding of the file", "no text at all"),
]


@pytest.mark.parametrize(("data", "encoding", "message"), [row[:3] for row in WRONG],
                         ids=[row[3] for row in WRONG])  # fmt: skip
def test_what_is_no_text_is_a_fault(
    data: bytes, encoding: str | None, message: str, tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_bytes(data)
    faults = FaultCollector()
    assert read_any_text(tmp_path / "t.csv", faults, encoding) is None
    assert message in faults.faults[0].message


SEPARATED = [
    ("id,x\n1,2.5\n", ","), (GERMAN, ";"), ("id\tx\n1\t2,5\n2\t3,5\n", "\t"), ("a|b\n1|2\n", "|"),
    ("id\n1\n2\n", ","), ('id,name\n1,"a; b"\n2,"c; d"\n', ","),
]  # fmt: skip


@pytest.mark.parametrize(("text", "separator"), SEPARATED)
def test_separators_are_found(text: str, separator: str) -> None:
    assert find_separator(text) == separator


DECIMALS = [
    ("a,b\n1,2\n", ",", (".", ""), "whole numbers"),
    ('a,b\n"1,5",2\n', ",", (",", ""), "commas between quotation marks"),
    ("a,b\n5,234.5\n", ",", (".", ""), "two cells, not one with thousands"),
    ('a,b\n"5,234.5",2\n', ",", (".", ","), "one cell with thousands"),
    ("a;b\n1.234,5;2\n", ";", (",", "."), "points between thousands"),
    ("a;b\n1\u202f234,5;2\n", ";", (",", "\u202f"), "thin spaces between thousands"),
    ("a;b\n1,5;2.5\n", ";", (".", ""), "both, which a user must explain"),
]


@pytest.mark.parametrize(("text", "separator", "marks"), [row[:3] for row in DECIMALS],
                         ids=[row[3] for row in DECIMALS])  # fmt: skip
def test_decimal_marks_are_found(text: str, separator: str, marks: tuple[str, str]) -> None:
    assert find_decimal(text, separator) == marks


def test_groups_that_are_none_stay_no_number() -> None:
    assert plain_number("12,34", ".", ",") == "12,34"
    assert plain_number("1,234", ".", ",") == "1234"
