"""MPS, in its free form: names and numbers between spaces."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import numpy as np

from robustev.model.export.program import Program

NAME = "robustev"
COST = "cost"
"""The row of the objective."""
SENSES = {-1: "G", 0: "E", 1: "L"}


def write_mps(path: Path, program: Program) -> list[Path]:
    """Write a program as MPS, and return the path in a list."""
    with path.open("w", encoding="ascii") as file:
        file.writelines(f"{line}\n" for line in _lines(program))
    return [path]


def _lines(program: Program) -> Iterator[str]:
    yield f"NAME {NAME}"
    yield "ROWS"
    yield f" N {COST}"
    for name, sense in zip(program.rows, program.sense, strict=True):
        yield f" {SENSES[int(sense)]} {name}"
    yield "COLUMNS"
    yield from _columns(program)
    yield "RHS"
    for r in np.flatnonzero(program.right):
        yield f" RHS {program.rows[r]} {number(program.right[r])}"
    yield "BOUNDS"
    for c in range(len(program.columns)):
        yield from _bounds(program, c)
    yield "ENDATA"


def _columns(program: Program) -> Iterator[str]:
    """Yield the entries column by column, whole-number columns between markers."""
    by_column = program.matrix.tocsc()
    for integer, run in groupby(range(len(program.columns)), lambda c: bool(program.integer[c])):
        if integer:
            yield " MARKER 'MARKER' 'INTORG'"
        for c in run:
            name = program.columns[c]
            yield f" {name} {COST} {number(program.cost[c])}"
            part = slice(by_column.indptr[c], by_column.indptr[c + 1])
            for r, value in zip(by_column.indices[part], by_column.data[part], strict=True):
                yield f" {name} {program.rows[r]} {number(value)}"
        if integer:
            yield " MARKER 'MARKER' 'INTEND'"


def _bounds(program: Program, c: int) -> Iterator[str]:
    """Yield both bounds, defaults too: readers differ in those of whole-number columns."""
    name, low, high = program.columns[c], program.lower[c], program.upper[c]
    if low == high:
        yield f" FX BND {name} {number(low)}"
    elif np.isinf(low) and np.isinf(high):
        yield f" FR BND {name}"
    else:
        yield f" MI BND {name}" if np.isinf(low) else f" LO BND {name} {number(low)}"
        yield f" PL BND {name}" if np.isinf(high) else f" UP BND {name} {number(high)}"


def number(value: float) -> str:
    """Return a number with all its digits, so that reading gives it back.

    >>> number(3.0), number(0.1), number(1e-17)
    ('3', '0.1', '1e-17')
    """
    return repr(float(value)).removesuffix(".0")
