"""HiGHS as robustev uses it: silent, one thread count per process, every status checked."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import highspy
import numpy as np
from scipy.sparse import csr_array

from robustev.core.arrays import FloatArray
from robustev.core.errors import SolverError

INFINITY = highspy.kHighsInf
OPTIMAL = highspy.HighsModelStatus.kOptimal
INFEASIBLE = (
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
)
OBJECTIVE_BOUND = highspy.HighsModelStatus.kObjectiveBound
FEASIBLE_POINT = 2
"""HiGHS's primal solution status of a feasible point."""
ROWWISE = highspy.MatrixFormat.kRowwise
LIMITS = (
    highspy.HighsModelStatus.kTimeLimit,
    highspy.HighsModelStatus.kIterationLimit,
    highspy.HighsModelStatus.kSolutionLimit,
    OBJECTIVE_BOUND,
    highspy.HighsModelStatus.kObjectiveTarget,
    highspy.HighsModelStatus.kInterrupt,
)


def _greet_nobody() -> None:
    """Make the first instance of this process with its banner going nowhere.

    HiGHS 1.16 prints one to standard output, where programs read results, before an option could
    forbid it.
    """
    try:
        kept = os.dup(1)
    except OSError:  # no standard output at all
        return
    try:
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            highspy.Highs()
    finally:
        os.dup2(kept, 1)
        os.close(kept)


_greet_nobody()


def new_highs(**options: object) -> Any:
    """Return a silent HiGHS instance with ``options`` set; an unknown option is an error."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    for name, value in options.items():
        if solver.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise SolverError(f"HiGHS does not take the option {name!r} = {value!r}")
    return solver


def pass_rows(
    solver: Any,
    *,
    cost: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
    matrix: csr_array,
    row_lower: FloatArray,
    row_upper: FloatArray,
    integer: FloatArray | None = None,
    offset: float = 0.0,
) -> None:
    """Give HiGHS the model ``min cost @ z + offset`` with its rows and bounds, in one call."""
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(cost), len(row_lower)
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, lower, upper
    model.row_lower_, model.row_upper_ = row_lower, row_upper
    model.offset_ = offset
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = matrix.indptr
    model.a_matrix_.index_ = matrix.indices
    model.a_matrix_.value_ = matrix.data
    if integer is not None:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[int(flag)] for flag in integer]
    if solver.passModel(model) == highspy.HighsStatus.kError:
        raise SolverError("HiGHS refused the model")


def set_bounds(
    solver: highspy.Highs, lower: FloatArray, upper: FloatArray, *, first: int = 0
) -> None:
    """Set the bounds of as many columns in a row, from column ``first`` on."""
    columns = np.arange(first, first + len(lower), dtype=np.int32)
    solver.changeColsBounds(len(columns), columns, lower, upper)


def run(solver: Any, what: str, *, accept: tuple[Any, ...] = (OPTIMAL,)) -> Any:
    """Solve, and return the model status if it is one of ``accept``.

    Raises
    ------
    SolverError
        For any other status, naming ``what`` was being solved.
    """
    outcome = solver.run()
    status = solver.getModelStatus()
    if outcome == highspy.HighsStatus.kError or status not in accept:
        raise SolverError(f"HiGHS ended {what} with {solver.modelStatusToString(status)}")
    return status


def run_again(solver: Any, what: str, *, accept: tuple[Any, ...] = (OPTIMAL,)) -> Any:
    """Like :func:`run`, with a second try from scratch where a warm start went astray."""
    try:
        return run(solver, what, accept=accept)
    except SolverError:
        solver.clearSolver()
        return run(solver, what, accept=accept)


def row_duals(solver: Any) -> FloatArray:
    """Return the dual values of all rows."""
    return np.asarray(solver.getSolution().row_dual)


def column_values(solver: Any) -> FloatArray:
    """Return the values of all columns."""
    return np.asarray(solver.getSolution().col_value)
