"""Each scenario's own optimum, ``z_s``: what could be reached if the future were known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from robustev.arrays import FloatArray
from robustev.errors import InfeasibleError
from robustev.problem import Problem
from robustev.risk import RiskMeasure
from robustev.solve.benders.loop import solve_benders
from robustev.solve.result import Status, StopRule


@dataclass(frozen=True, eq=False)
class WaitAndSee:
    """Brackets of every scenario's own optimum.

    Both have shape (scenarios,); ``upper`` is the exact cost of a plan, ``lower`` a proven bound.
    """

    lower: FloatArray
    upper: FloatArray


def wait_and_see(
    problem: Problem,
    *,
    gap: float,
    seconds: float = np.inf,
    stopped: Callable[[], bool] = lambda: False,
    workers: int = 1,
) -> WaitAndSee:
    """Solve every scenario on its own, to a relative ``gap`` or for ``seconds`` each.

    Raises
    ------
    InfeasibleError
        If a scenario has no plan, or none was found in time.
    """
    count = len(problem.scenarios)
    lower, upper = np.zeros(count), np.empty(count)
    goal = problem.model.objective.model_copy(update={"measure": "expected"})
    for s in range(count):
        alone = problem.subset([s])
        stop = StopRule(gap=gap, seconds=seconds)
        result = solve_benders(alone, stop, RiskMeasure(goal, alone.probability), workers=workers)
        if result.objective is None or result.status is Status.INFEASIBLE or stopped():
            raise InfeasibleError(
                f"scenario {problem.scenarios.names[s]!r} has no plan of its own to regret"
            )
        upper[s] = result.objective
        lower[s] = result.lower_bound if result.lower_bound is not None else 0.0
    return WaitAndSee(lower, upper)
