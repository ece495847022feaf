"""Files that cannot be read are faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from robustev.core.errors import FaultCollector, InputError
from robustev.core.files import read_json, read_text

UNREADABLE = [
    (None, r"does not exist \(is 'data.txt' meant\?\)", "a misspelt name"),
    (b"", "the file is empty", "an empty file"),
    (b" \n\n", "the file is empty", "blank lines"),
    (b"a\nb\xe9c\n", r"row 2: the file is not UTF-8 text; found 'byte 0xe9'", "Latin-1"),
    (b"\xff\xfea\x00", "row 1: the file is not UTF-8", "UTF-16"),
]


@pytest.mark.parametrize(("data", "message"), [row[:2] for row in UNREADABLE],
                         ids=[row[2] for row in UNREADABLE])  # fmt: skip
def test_unreadable_files(data: bytes | None, message: str, tmp_path: Path) -> None:
    """Each unreadable file is one fault that says what is wrong."""
    (tmp_path / "data.txt").write_bytes(data if data is not None else b"x")
    path = tmp_path / ("data.txt" if data is not None else "dta.txt")
    faults = FaultCollector()
    assert read_text(path, faults) is None
    with pytest.raises(InputError, match=message):
        faults.raise_if_any()


def test_folder_is_no_file(tmp_path: Path) -> None:
    """A folder, and a file in a folder that is not there, are told apart."""
    faults = FaultCollector()
    read_text(tmp_path, faults)
    read_text(tmp_path / "gone" / "data.txt", faults)
    assert "is a folder" in faults.faults[0].message
    assert "nor does the folder" in faults.faults[1].message


def test_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    """Spreadsheets put a mark before the header; it is taken off."""
    (tmp_path / "data.txt").write_bytes(b"\xef\xbb\xbfid")
    assert read_text(tmp_path / "data.txt", FaultCollector()) == "id"


def test_lines_end_in_a_line_feed_however_the_file_ends_them(tmp_path: Path) -> None:
    (tmp_path / "data.txt").write_bytes(b"a\r\nb\rc\n")
    assert read_text(tmp_path / "data.txt", FaultCollector()) == "a\nb\nc\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("{", "row 1: not JSON", id="not closed"),
        pytest.param("[" * 100_000, "nested too deep", id="too deep"),
        pytest.param("9" * 5000, "not JSON that can be read", id="a number of thousands of digits"),
    ],
)
def test_json_that_is_none(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text(text)
    faults = FaultCollector()
    assert read_json(tmp_path / "data.json", faults) is None
    with pytest.raises(InputError, match=message):
        faults.raise_if_any()
