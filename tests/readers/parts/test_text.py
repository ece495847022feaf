"""Text files: what cannot be read, and numbers taken in order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from robustev.core.errors import FaultCollector, InputError
from robustev.readers.parts.text import Tokens, present, read_text

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


def test_tokens_come_in_order() -> None:
    """Counts, numbers and words that stand for numbers are taken one after another."""
    faults = FaultCollector("f")
    tokens = Tokens("2\n cap 1.5\n", faults, {"cap": 9.0})
    assert tokens.count("size") == 2
    np.testing.assert_array_equal(tokens.take(2, "values"), [9.0, 1.5])
    tokens.finish()
    faults.raise_if_any()


TOKENS = [
    ("1 x", "f, row 1: values; found 'x'; expected a finite number >= 0", "a word"),
    ("1 -3", "found '-3'", "a negative number"),
    ("1 nan", "found 'nan'", "a missing number"),
    ("1", "the file ends inside values; found '0 numbers'; expected 1 numbers", "too short"),
    ("1 2\n3", "row 2: the file goes on after its data; found '3'", "too long"),
    ("1.5 2", "expected a whole number", "a count that is not whole"),
    ("", "the file ends inside size", "nothing at all"),
]


@pytest.mark.parametrize(("text", "message"), [row[:2] for row in TOKENS],
                         ids=[row[2] for row in TOKENS])  # fmt: skip
def test_bad_tokens(text: str, message: str) -> None:
    """Each bad token is a fault with its line."""
    faults = FaultCollector("f")
    with pytest.raises(InputError, match=message):
        _take_all(Tokens(text, faults), faults)


def _take_all(tokens: Tokens, faults: FaultCollector) -> None:
    tokens.count("size")
    tokens.take(1, "values")
    tokens.finish()
    faults.raise_if_any()


def test_present_passes_values_and_refuses_none() -> None:
    """A value of nought is a value."""
    assert present(0) == 0
    with pytest.raises(AssertionError, match="no fault was noted"):
        present(None)
