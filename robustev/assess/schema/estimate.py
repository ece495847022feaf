"""Numbers of a comparison, each with its interval and how it was obtained."""

from __future__ import annotations

from typing import Literal

from robustev.core.settings import Settings

Basis = Literal["exact", "estimated", "bracketed"]


class Estimate(Settings):
    """A number, how far it can be trusted, and where it comes from."""

    value: float | None
    """The number; null if unknown or infinite."""
    interval: tuple[float | None, float | None] | None = None
    """What it lies in: a confidence interval (estimated) or proven bounds (bracketed)."""
    basis: Basis
    """exact: computed without error on the scenarios named; estimated: from a sample;
    bracketed: between two proven bounds."""
    how: str
    """How it was obtained, in a plain sentence."""
