"""LP: the program in algebraic form, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from robustev.model.export.mps import COST, number
from robustev.model.export.program import Program

SENSES = {-1: ">=", 0: "=", 1: "<="}
TERMS = 6
"""Terms on one line; readers limit its length."""


def write_lp(path: Path, program: Program) -> list[Path]:
    """Write a program in LP format, and return the path in a list."""
    with path.open("w", encoding="ascii") as file:
        file.writelines(f"{line}\n" for line in _lines(program))
    return [path]


def _lines(program: Program) -> Iterator[str]:
    yield "Minimize"
    yield from _sum(f"{COST}:", program, enumerate(program.cost))
    yield "Subject To"
    matrix = program.matrix
    for r, name in enumerate(program.rows):
        part = slice(matrix.indptr[r], matrix.indptr[r + 1])
        terms = zip(matrix.indices[part].tolist(), matrix.data[part].tolist(), strict=True)
        yield from _sum(f"{name}:", program, terms)
        yield f"  {SENSES[int(program.sense[r])]} {number(program.right[r])}"
    yield "Bounds"
    for c, name in enumerate(program.columns):
        yield _bounds(name, program.lower[c], program.upper[c])
    yield "General"
    for whole in np.flatnonzero(program.integer):
        yield f" {program.columns[whole]}"
    yield "End"


def _sum(start: str, program: Program, terms: Iterable[tuple[int, float]]) -> Iterator[str]:
    """Yield a sum over several lines; an empty one is zero times the first column."""
    words = [
        f"{'-' if value < 0 else '+'} {number(abs(value))} {program.columns[c]}"
        for c, value in terms
        if value
    ] or [f"+ 0 {program.columns[0]}"]
    for at in range(0, len(words), TERMS):
        yield f" {start if at == 0 else ''} {' '.join(words[at : at + TERMS])}"


def _bounds(name: str, low: float, high: float) -> str:
    if np.isinf(low) and np.isinf(high):
        return f" {name} free"
    if low == high:
        return f" {name} = {number(low)}"
    below = "-inf" if np.isinf(low) else number(low)
    above = "+inf" if np.isinf(high) else number(high)
    return f" {below} <= {name} <= {above}"
