"""Texts of numbers, taken in order."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.core.errors import FaultCollector, InputError
from robustev.readers.parts.text import Tokens, present


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
