"""Mixed-integer programs as this check solves them: by HiGHS, which stays silent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from robustev.core import highs
from robustev.core.arrays import FloatArray

GAP = 1e-7


@dataclass(frozen=True, eq=False)
class Rows:
    """Constraints ``low <= matrix @ x <= high``."""

    matrix: csr_array
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, eq=False)
class Found:
    """What a search came to: the best point and its cost, None without one, and a lower bound."""

    x: FloatArray | None
    cost: float | None
    bound: float


def minimise(
    cost: FloatArray,
    rows: Rows,
    bounds: tuple[FloatArray, FloatArray],
    integer: FloatArray,
    seconds: float,
) -> Found:
    """Minimise ``cost @ x`` for at most ``seconds``; ``integer`` is 1 where x must be whole.

    The bound is the solver's word, minus infinity where it has none.

    Raises
    ------
    SolverError
        If HiGHS ends otherwise than with an optimum, a proof that there is none, or at a limit.
    """
    solver = highs.new_highs(mip_rel_gap=GAP, time_limit=max(0.1, seconds))
    highs.pass_rows(
        solver, cost=cost, lower=bounds[0], upper=bounds[1], matrix=rows.matrix,
        row_lower=rows.low, row_upper=rows.high, integer=integer,
    )  # fmt: skip
    accept = (highs.OPTIMAL, *highs.INFEASIBLE, *highs.LIMITS)
    status = highs.run(solver, "the search over whole numbers", accept=accept)
    if status in highs.INFEASIBLE:
        return Found(None, None, np.inf)
    info = solver.getInfo()
    if info.primal_solution_status != highs.FEASIBLE_POINT:
        return Found(None, None, float(info.mip_dual_bound))
    value = float(info.objective_function_value)
    return Found(highs.column_values(solver), value, float(info.mip_dual_bound))
