"""Texts of numbers, taken with the line of every token at hand for the faults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.core.errors import FaultCollector

T = TypeVar("T")


def present(value: T | None) -> T:
    """Return a value that cannot be None once the faults have been raised."""
    if value is None:
        raise AssertionError("a part is missing though no fault was noted")
    return value


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

    def count(self, meaning: str, *, minimum: int = 1, maximum: float = np.inf) -> int:
        """Return the next number, which must be whole.

        Raises
        ------
        InputError
            With every fault so far, if it is no whole number from ``minimum`` to ``maximum``.
        """
        token, row = self._tokens[self._next] if self._next < len(self._tokens) else ("", 1)
        value = self.take(1, meaning, minimum=minimum)[0]
        if np.isfinite(value) and not float(value).is_integer():
            self._faults.add(meaning, row=row, found=token, expected="a whole number")
        elif value > maximum:
            self._faults.add(meaning, row=row, found=token, expected=f"at most {maximum:g}")
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
