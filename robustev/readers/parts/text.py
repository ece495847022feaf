"""Text files of numbers, read with the line of every token at hand for the faults."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.core.errors import FaultCollector, nearest_name

T = TypeVar("T")


def present(value: T | None) -> T:
    """Return a value that cannot be None once the faults have been raised."""
    if value is None:
        raise AssertionError("a part is missing though no fault was noted")
    return value


def read_text(path: Path, faults: FaultCollector) -> str | None:
    """Return the UTF-8 text of a file; note a fault and return None where that is impossible."""
    data = _read_bytes(path, faults)
    if data is None:
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.add(
            "the file is not UTF-8 text",
            file=str(path),
            row=data.count(b"\n", 0, error.start) + 1,
            found=f"byte 0x{data[error.start]:02x}",
            expected="UTF-8 (in a spreadsheet: save as 'CSV UTF-8')",
        )
        return None
    if not text.strip():
        faults.add("the file is empty", file=str(path))
        return None
    return text


def check_file(path: Path, faults: FaultCollector) -> bool:
    """Return whether ``path`` is a file; if not, note a fault with the folder's nearest name."""
    if path.is_file():
        return True
    message = "the file is a folder" if path.is_dir() else "the file does not exist"
    folder = path.parent
    near = nearest_name(path.name, (f.name for f in folder.iterdir())) if folder.is_dir() else None
    if not folder.is_dir():
        message += f", nor does the folder {str(folder)!r}"
    elif near is not None and near != path.name:
        message += f" (is {near!r} meant?)"
    faults.add(message, file=str(path))
    return False


def _read_bytes(path: Path, faults: FaultCollector) -> bytes | None:
    if not check_file(path, faults):
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        faults.add(f"the file cannot be read: {error.strerror}", file=str(path))
        return None


class Tokens:
    """The whitespace-separated tokens of a text, taken in order as numbers.

    Parameters
    ----------
    text
        The whole file.
    faults
        Where faults are noted; its ``file`` is the file that the text comes from.
    words
        Words that stand for a number, such as ``capacity`` in OR-Library's capa, capb and capc.
    """

    def __init__(
        self, text: str, faults: FaultCollector, words: Mapping[str, float] | None = None
    ) -> None:
        self._tokens = [
            (token, row) for row, line in enumerate(text.splitlines(), 1) for token in line.split()
        ]
        self._faults = faults
        self._words = dict(words or {})
        self._next = 0

    def take(self, count: int, meaning: str, *, minimum: float = 0.0) -> FloatArray:
        """Return the next ``count`` numbers, NaN where a fault was noted.

        Raises
        ------
        InputError
            With every fault so far, if the file ends before that.
        """
        chunk = self._tokens[self._next : self._next + count]
        self._next += count
        values = np.array([self._number(token, row, meaning, minimum) for token, row in chunk])
        if len(chunk) < count:
            self._faults.add(
                f"the file ends inside {meaning}",
                row=self._tokens[-1][1] if self._tokens else 1,
                found=f"{len(chunk)} numbers",
                expected=f"{count} numbers",
            )
            self._faults.raise_if_any()
        return values.astype(np.float64)

    def count(self, meaning: str, *, minimum: int = 1) -> int:
        """Return the next number, which must be whole.

        Raises
        ------
        InputError
            With every fault so far, if it is not a whole number of at least ``minimum``.
        """
        token, row = self._tokens[self._next] if self._next < len(self._tokens) else ("", 1)
        value = self.take(1, meaning, minimum=minimum)[0]
        if np.isfinite(value) and not float(value).is_integer():
            self._faults.add(meaning, row=row, found=token, expected="a whole number")
        self._faults.raise_if_any()
        return int(value)

    def finish(self) -> None:
        """Note a fault if tokens are left."""
        left = self._tokens[self._next :]
        if left:
            self._faults.add(
                "the file goes on after its data",
                row=left[0][1],
                found=left[0][0],
                expected=f"the end of the file ({len(left)} tokens are left)",
            )

    def _number(self, token: str, row: int, meaning: str, minimum: float) -> float:
        if token in self._words:
            return self._words[token]
        try:
            value = float(token)
        except ValueError:
            value = np.nan
        if np.isfinite(value) and value >= minimum:
            return value
        expected = f"a finite number >= {minimum:g}"
        if self._words:
            expected += f", or the word {', '.join(self._words)}"
        self._faults.add(meaning, row=row, found=token, expected=expected)
        return np.nan
