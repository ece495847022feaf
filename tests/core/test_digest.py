"""A digest tells contents apart, but not the last digits of another processor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from robustev.core.arrays import FloatArray
from robustev.core.digest import digest

NUMBERS = np.random.default_rng(0).lognormal(0.0, 20.0, 1000)


@dataclass(frozen=True, eq=False)
class Data:
    name: str
    values: FloatArray


def test_the_last_digits_do_not_count() -> None:
    shaken = NUMBERS * (1 + np.random.default_rng(1).choice([-2e-16, 0.0, 2e-16], len(NUMBERS)))
    assert not np.array_equal(shaken, NUMBERS)
    assert digest(Data("a", shaken)) == digest(Data("a", NUMBERS))


@pytest.mark.parametrize("place", [0, 500, 999])
def test_every_number_counts_to_five_digits(place: int) -> None:
    other = NUMBERS.copy()
    other[place] *= 1 + 1e-5
    assert digest(Data("a", other)) != digest(Data("a", NUMBERS))


def test_names_shapes_whole_numbers_and_signs_count() -> None:
    found = {
        digest(Data("a", NUMBERS)), digest(Data("b", NUMBERS)), digest(Data("a", -NUMBERS)),
        digest(Data("a", NUMBERS[:-1])), digest(NUMBERS.reshape(2, -1)), digest(NUMBERS),
        digest(np.arange(3)), digest(np.arange(4)), digest(1), digest(1.0), digest("1"),
        digest({"a": 1}), digest({"b": 1}), digest([1, 2]), digest([1], [2]),
    }  # fmt: skip
    assert len(found) == 15


def test_zero_has_no_sign() -> None:
    assert digest(np.array([0.0])) == digest(np.array([-0.0]))
