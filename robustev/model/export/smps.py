"""SMPS (Birge et al. 1987): the core of one scenario, its two periods, and the other scenarios.

The core holds every column, row and entry that any scenario has, in the values of the first
scenario, 0 where that has none. Each scenario then tells what it has otherwise. A row that a
scenario lacks is 0 = 0 (or 0 <= 0) there, and a column has no entry and no cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.sparse import coo_array, csr_array

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.model.export.mps import COST, NAME, number, write_mps
from robustev.model.export.program import Program, with_first_stage_alike

FIRST, SECOND = "FIRST", "SECOND"


def write_smps(path: Path, programs: Sequence[Program], probability: FloatArray) -> list[Path]:
    """Write ``.cor``, ``.tim`` and ``.sto`` beside each other, and return their paths."""
    spread = _on_one_pattern(with_first_stage_alike(programs), probability)
    core, times, stochastic = (path.with_suffix(end) for end in (".cor", ".tim", ".sto"))
    write_mps(core, spread[0])
    times.write_text("\n".join([*_periods(spread[0]), ""]), encoding="ascii")
    with stochastic.open("w", encoding="ascii") as file:
        file.writelines(f"{line}\n" for line in _scenarios(spread, probability))
    return [core, times, stochastic]


def _periods(core: Program) -> Iterator[str]:
    """Yield the first column and row of both periods; the objective is the first row of all."""
    second = int(core.first_stage.sum())
    yield f"TIME {NAME}"
    yield "PERIODS LP"
    yield f" {core.columns[0]} {COST} {FIRST}"
    yield f" {core.columns[core.num_shared]} {core.rows[second]} {SECOND}"
    yield "ENDATA"


def _scenarios(spread: Sequence[Program], probability: FloatArray) -> Iterator[str]:
    """Yield what each scenario has otherwise than the core."""
    core = spread[0]
    yield f"STOCH {NAME}"
    yield "SCENARIOS DISCRETE"
    for s, one in enumerate(spread):
        yield f" SC SCEN{s} 'ROOT' {number(probability[s])} {SECOND}"
        for c in np.flatnonzero(one.cost != core.cost):
            yield f" {core.columns[c]} {COST} {number(one.cost[c])}"
        changed = np.flatnonzero(one.matrix.data != core.matrix.data)
        row = np.searchsorted(core.matrix.indptr, changed, side="right") - 1
        for r, cell in zip(row, changed, strict=True):
            name = core.columns[core.matrix.indices[cell]]
            yield f" {name} {core.rows[r]} {number(one.matrix.data[cell])}"
        for r in np.flatnonzero(one.right != core.right):
            yield f" RHS {core.rows[r]} {number(one.right[r])}"
    yield "ENDATA"


def _on_one_pattern(programs: Sequence[Program], probability: FloatArray) -> list[Program]:
    """Return all programs on the columns, rows and entries of all, with explicit zeros.

    First-stage rows come first; first-stage costs are expected ones, the same in all.
    """
    root = programs[0]
    shared = root.num_shared
    columns = _union([one.columns[shared:] for one in programs], start=root.columns[:shared])
    own_rows = [_names(one.rows, ~one.first_stage) for one in programs]
    rows = _union(own_rows, start=_names(root.rows, root.first_stage))
    places = [
        (_places(columns, one.columns), _places(rows, one.rows)) for one in programs
    ]  # fmt: skip
    shape = (len(rows), len(columns))
    pattern = _pattern(programs, places, shape)
    of_shared = sum(p * one.cost[:shared] for p, one in zip(probability, programs, strict=True))
    whole = _whole(programs, places, shape)
    spread = []
    for one, (column, row) in zip(programs, places, strict=True):
        cost, right = np.zeros(shape[1]), np.zeros(shape[0])
        cost[column], right[row] = one.cost, one.right
        cost[:shared] = of_shared
        spread.append(
            replace(
                whole, columns=tuple(columns), rows=tuple(rows), cost=cost, right=right,
                matrix=_on_pattern(one, column, row, pattern),
            )
        )  # fmt: skip
    return spread


def _whole(
    programs: Sequence[Program], places: Sequence[tuple[IntArray, IntArray]], shape: tuple[int, int]
) -> Program:
    """Return a program with the bounds, kinds and senses of all columns and rows."""
    lower, upper, integer = np.zeros(shape[1]), np.zeros(shape[1]), np.zeros(shape[1], dtype=bool)
    sense, first = np.zeros(shape[0], dtype=np.int64), np.zeros(shape[0], dtype=bool)
    for one, (column, row) in zip(programs, places, strict=True):
        lower[column], upper[column], integer[column] = one.lower, one.upper, one.integer
        sense[row], first[row] = one.sense, one.first_stage
    return replace(
        programs[0], lower=lower, upper=upper, integer=integer, sense=sense, first_stage=first
    )


def _pattern(
    programs: Sequence[Program], places: Sequence[tuple[IntArray, IntArray]], shape: tuple[int, int]
) -> csr_array:
    """Return ones where any scenario has an entry, rows and columns in order."""
    rows, columns = [], []
    for one, (column, row) in zip(programs, places, strict=True):
        cells = one.matrix.tocoo()
        rows.append(row[cells.row])
        columns.append(column[cells.col])
    at = (np.concatenate(rows), np.concatenate(columns))
    pattern = csr_array(coo_array((np.ones(len(at[0])), at), shape=shape))  # sums what repeats
    pattern.sort_indices()
    pattern.data[:] = 1.0
    return pattern


def _on_pattern(program: Program, column: IntArray, row: IntArray, pattern: csr_array) -> csr_array:
    """Return a program's matrix on the pattern, with explicit zeros."""
    cells = program.matrix.tocoo()
    width = pattern.shape[1]
    rows = np.repeat(np.arange(pattern.shape[0]), np.diff(pattern.indptr))
    places = np.searchsorted(
        rows * width + pattern.indices, row[cells.row] * width + column[cells.col]
    )
    data = np.zeros(pattern.nnz)
    data[places] = cells.data
    return csr_array((data, pattern.indices, pattern.indptr), shape=pattern.shape)


def _union(parts: Sequence[Sequence[str]], start: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*start, *(name for part in parts for name in part)]))


def _names(names: Sequence[str], chosen: BoolArray) -> list[str]:
    return [name for name, keep in zip(names, chosen, strict=True) if keep]


def _places(names: Sequence[str], part: Sequence[str]) -> IntArray:
    place = {name: n for n, name in enumerate(names)}
    return np.array([place[name] for name in part], dtype=np.int64)
