"""What a check came to."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from robustev.methods.scaling import ROUNDING, negligible_cost
from robustev.model.instance import Instance

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


def close(one: float, other: float, tolerance: float = TOLERANCE, *, floor: float = 1.0) -> bool:
    """Return whether two numbers agree, relative to their size, or to ``floor`` if that is larger.

    >>> close(100.0, 100.00001, 1e-6), close(0.0, 1e-9, 1e-6)
    (True, True)
    """
    return abs(one - other) <= tolerance * max(floor, abs(one), abs(other))


def floor_of(instance: Instance) -> float:
    """Return the size below which costs of an instance are not told apart any better.

    Costs are sums of others, whose rounding a small difference has too.
    """
    return (negligible_cost(instance) or ROUNDING) / TOLERANCE
