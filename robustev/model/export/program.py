"""A mixed-integer program with names: one scenario's, and the extensive form of all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import pyomo.environ as pyo
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from scipy.sparse import csr_array

from robustev.core.arrays import BoolArray, FloatArray, IntArray

T = TypeVar("T")

CONSTANT = "constant"
"""A column fixed at 1 that carries the constant cost: solvers disagree on constants in files."""


@dataclass(frozen=True, eq=False)
class Program:
    """The program ``min cost @ y`` over named rows ``matrix @ y (>=, =, <=) right`` and bounds.

    Parameters
    ----------
    columns, rows
        Names, without spaces or brackets, each once.
    num_shared
        So many first columns are the first stage, the levels of a risk measure included.
    first_stage
        Shape (rows,): True for rows of the first stage.
    cost, lower, upper, integer
        Shape (columns,).
    sense, right
        Shape (rows,): -1 for ``>=``, 0 for ``=``, 1 for ``<=``; right-hand sides.
    """

    columns: tuple[str, ...]
    rows: tuple[str, ...]
    num_shared: int
    first_stage: BoolArray
    cost: FloatArray
    lower: FloatArray
    upper: FloatArray
    integer: BoolArray
    matrix: csr_array
    sense: IntArray
    right: FloatArray


def compile_program(m: pyo.ConcreteModel, shared: Iterable[pyo.Var]) -> Program:
    """Return a scenario's Pyomo model with its columns named, the ``shared`` variables first.

    Variables that are fixed go into right-hand sides, and the constant cost into a column of its
    own, the last of the shared ones.
    """
    first = [v for part in shared for v in part.values()]
    form = LinearStandardFormCompiler().write(m, mixed_form=True)
    known = {id(v) for v in first}
    variables = [*first, *(v for v in form.columns if id(v) not in known)]
    after = len(first)  # the place of the constant
    position = {id(v): c + (c >= after) for c, v in enumerate(variables)}
    column = np.array([position[id(v)] for v in form.columns], dtype=np.int64)
    source, objective = form.A.tocoo(), form.c.tocoo()
    shape = (len(form.rows), len(variables) + 1)
    cost = np.zeros(shape[1])
    cost[column[objective.col]] = objective.data
    cost[after] = float(form.c_offset[0])
    matrix = csr_array((source.data, (source.row, column[source.col])), shape=shape)
    names = [v.name for v in variables]
    names.insert(after, CONSTANT)
    return Program(
        columns=_plain(names),
        rows=_plain([row.constraint.name for row in form.rows]),
        num_shared=after + 1,
        first_stage=_all_below(matrix, after + 1),
        cost=cost,
        lower=_with_constant([v.lb for v in variables], after, -np.inf),
        upper=_with_constant([v.ub for v in variables], after, np.inf),
        integer=np.insert(np.array([v.is_integer() or v.is_binary() for v in variables]), after, 0),
        matrix=matrix,
        sense=np.array([row.bound_type for row in form.rows], dtype=np.int64),
        right=np.asarray(form.rhs, dtype=float),
    )  # fmt: skip


def with_first_stage_alike(programs: Sequence[Program]) -> list[Program]:
    """Return the scenarios' programs with a row in the first stage only where it is in all of them.

    A row that a scenario lacks, or has otherwise, is the scenario's own, even where it happens to
    be on first-stage columns alone (no demand, no second stage).
    """
    content = [_first_stage_rows(program) for program in programs]
    alike = {
        row: terms for row, terms in content[0].items() if all(c.get(row) == terms for c in content)
    }
    return [
        replace(program, first_stage=np.array([row in alike for row in program.rows], dtype=bool))
        for program in programs
    ]


def extensive_form(programs: Sequence[Program], probability: FloatArray) -> Program:
    """Return all scenarios in one program that share the first stage; costs are expected costs.

    Columns and rows of scenario ``s`` have the prefix ``s<number>_``.
    """
    programs = with_first_stage_alike(programs)
    parts = [
        _of_scenario(one, s, float(p))
        for s, (one, p) in enumerate(zip(programs, probability, strict=True))
    ]
    root, own_columns = parts[0], [len(part.columns) - part.num_shared for part in parts]
    begins = root.num_shared + np.concatenate([[0], np.cumsum(own_columns)])
    shape = (sum(len(part.rows) for part in parts), int(begins[-1]))
    cells = [part.matrix.tocoo() for part in parts]
    first_row = np.cumsum([0, *(len(part.rows) for part in parts)])
    entries = (
        np.concatenate([c.data for c in cells]),
        (
            np.concatenate([first + c.row for first, c in zip(first_row, cells, strict=False)]),
            np.concatenate(
                [
                    np.where(c.col < root.num_shared, c.col, begin - root.num_shared + c.col)
                    for begin, c in zip(begins, cells, strict=False)
                ]
            ),
        ),
    )
    of_shared = np.sum([part.cost[: part.num_shared] for part in parts], axis=0)
    return Program(
        columns=_joined([part.columns for part in parts], root.num_shared),
        rows=tuple(name for part in parts for name in part.rows),
        num_shared=root.num_shared,
        first_stage=np.concatenate([part.first_stage for part in parts]),
        cost=np.concatenate([of_shared, *(part.cost[part.num_shared :] for part in parts)]),
        lower=np.array(_joined([part.lower for part in parts], root.num_shared)),
        upper=np.array(_joined([part.upper for part in parts], root.num_shared)),
        integer=np.array(_joined([part.integer for part in parts], root.num_shared)),
        matrix=csr_array(entries, shape=shape),
        sense=np.concatenate([part.sense for part in parts]),
        right=np.concatenate([part.right for part in parts]),
    )


def _of_scenario(program: Program, s: int, probability: float) -> Program:
    """Return what scenario ``s`` brings: its own rows, those of the first stage only once."""
    rows = np.flatnonzero(~program.first_stage | (s == 0))
    prefixed = [f"s{s}_{name}" for name in program.columns[program.num_shared :]]
    return replace(
        program,
        columns=(*program.columns[: program.num_shared], *prefixed),
        rows=tuple(
            program.rows[r] if program.first_stage[r] else f"s{s}_{program.rows[r]}" for r in rows
        ),
        first_stage=program.first_stage[rows],
        cost=probability * program.cost,
        matrix=program.matrix[rows],
        sense=program.sense[rows],
        right=program.right[rows],
    )


def _joined(parts: Sequence[Iterable[T]], num_shared: int) -> tuple[T, ...]:
    """Return the first part, and of the others what is not shared."""
    return tuple(
        value for s, part in enumerate(parts) for value in list(part)[num_shared if s else 0 :]
    )


def _with_constant(bounds: list[float | None], after: int, absent: float) -> FloatArray:
    values = [absent if bound is None else float(bound) for bound in bounds]
    return np.insert(np.array(values, dtype=float), after, 1.0)


def _all_below(matrix: csr_array, num_columns: int) -> BoolArray:
    """Return for each row whether all its entries are in the first columns."""
    cells = matrix.tocoo()
    own = np.zeros(matrix.shape[0], dtype=bool)
    own[cells.row[cells.col >= num_columns]] = True
    return ~own


def _first_stage_rows(program: Program) -> dict[str, tuple[object, ...]]:
    """Return what the first stage's rows say, by name."""
    found: dict[str, tuple[object, ...]] = {}
    for r in np.flatnonzero(program.first_stage):
        row = program.matrix[[r]].tocoo()
        terms = tuple(sorted(zip(row.col.tolist(), row.data.tolist(), strict=True)))
        found[program.rows[r]] = (terms, int(program.sense[r]), float(program.right[r]))
    return found


def _plain(names: Sequence[str]) -> tuple[str, ...]:
    """Return names that every format takes, each once.

    >>> _plain(["open[3]", "assign[3,0,1]", "limits", "limits"])
    ('open_3', 'assign_3_0_1', 'limits', 'limits_2')
    """
    counts: dict[str, int] = {}
    plain = []
    for name in names:
        word = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_")
        counts[word] = counts.get(word, 0) + 1
        plain.append(word if counts[word] == 1 else f"{word}_{counts[word]}")
    return tuple(plain)
