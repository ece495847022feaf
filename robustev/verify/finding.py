"""What a check came to."""

from __future__ import annotations

import enum
from dataclasses import dataclass

TOLERANCE = 1e-6
"""Relative difference at which two costs agree."""


class Verdict(enum.StrEnum):
    """How far a statement is backed."""

    PROVED = "proved"
    TRUSTED = "taken on trust"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One statement about one plan, and whether it holds."""

    plan: str
    verdict: Verdict
    statement: str


def exact(value: float) -> str:
    """Return a number with all its digits.

    >>> import numpy as np
    >>> exact(np.float64(0.1))
    '0.1'
    """
    return repr(float(value))


def close(one: float, other: float, tolerance: float = TOLERANCE) -> bool:
    """Return whether two numbers agree, relative to their size.

    >>> close(100.0, 100.00001, 1e-6), close(0.0, 1e-9, 1e-6)
    (True, True)
    """
    return abs(one - other) <= tolerance * max(1.0, abs(one), abs(other))
