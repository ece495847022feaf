"""Each scenario's own optimum, ``z_s``: what could be reached if the future were known."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from robustev.arrays import FloatArray
from robustev.errors import InfeasibleError, SolverError
from robustev.model import Objective
from robustev.parallel import default_workers, ordered_map
from robustev.problem import Problem
from robustev.risk import RiskMeasure
from robustev.solve.benders.loop import solve_benders
from robustev.solve.predict import fits_one_model
from robustev.solve.result import SolveResult, Status, StopRule

logger = logging.getLogger(__name__)

LEAST_SECONDS = 2.0
"""Time that every scenario gets, however many share the time there is."""


@dataclass(frozen=True, eq=False)
class WaitAndSee:
    """Brackets of every scenario's own optimum.

    Parameters
    ----------
    lower, upper
        Shape (scenarios,): a proven bound, and the exact cost of a plan. Infinite (``lower``
        below, ``upper`` above) where none was found in time.
    interrupted
        Whether someone asked to stop before all was done.
    """

    lower: FloatArray
    upper: FloatArray
    interrupted: bool = False


def wait_and_see(
    problem: Problem,
    *,
    gap: float,
    seconds: float = np.inf,
    total: float = np.inf,
    comm: Any | None = None,
) -> WaitAndSee:
    """Solve every scenario on its own, to a relative ``gap``.

    The problem's own objective is left aside: with one scenario there is nothing to hedge. A
    scenario that fits into one model is solved so, others by decomposition, as many at a time as
    there are processors.

    Parameters
    ----------
    seconds
        Most time for each scenario.
    total
        Time for all together: what quick ones leave goes to the others. Each gets
        ``LEAST_SECONDS`` all the same, so that it has a plan.
    comm
        MPI ranks that share the scenarios and all make this call; None for this process alone.
    """
    alone = [problem.subset([s]) for s in range(len(problem.scenarios))]
    whole = fits_one_model(alone[0], gap)
    # Pyomo's solver interface is not made for threads.
    threads = 1 if whole else default_workers()
    ranks = 1 if comm is None else int(comm.Get_size())
    budget = _Budget(total, threads, len(alone) / ranks)

    def one(scenario: Problem) -> SolveResult:
        """Return the solve of one scenario."""
        stop = StopRule(gap=gap, seconds=min(seconds, budget.share()))
        return (_whole if whole else _decomposed)(scenario, stop)

    results = list(ordered_map(one, alone, workers=threads, comm=comm))
    return WaitAndSee(
        lower=np.array([-np.inf if r.lower_bound is None else r.lower_bound for r in results]),
        upper=np.array([np.inf if r.objective is None else r.objective for r in results]),
        interrupted=any(result.status is Status.INTERRUPTED for result in results),
    )


class _Budget:
    """Shares ``total`` seconds between tasks on ``threads``, equally among those still to come."""

    def __init__(self, total: float, threads: int, tasks: float) -> None:
        self.end = time.perf_counter() + total
        self.threads = threads
        self.tasks = tasks

    def share(self) -> float:
        """Return the most seconds for the next task."""
        left = (self.end - time.perf_counter()) * self.threads
        share = left / max(self.tasks, 1.0)
        self.tasks -= 1
        return max(share, LEAST_SECONDS)


def _whole(problem: Problem, stop: StopRule) -> SolveResult:
    from robustev.solve.extensive import solve_extensive  # noqa: PLC0415 - loads mpi-sppy

    try:
        return solve_extensive(problem, stop, RiskMeasure(Objective(), problem.probability))
    except SolverError as error:
        return _failed(problem, error)


def _decomposed(problem: Problem, stop: StopRule) -> SolveResult:
    try:
        return solve_benders(problem, stop, RiskMeasure(Objective(), problem.probability))
    except SolverError as error:
        return _failed(problem, error)


def _failed(problem: Problem, error: SolverError) -> SolveResult:
    """Return a result without bounds: one failed solve must not take all others with it."""
    logger.warning("scenario %s alone: %s", problem.scenarios.names[0], error)
    return SolveResult("", None, None, None, Status.ERROR, 0.0)


def regret_measure(problem: Problem, own: WaitAndSee) -> RiskMeasure:
    """Return the problem's risk measure, with regret against the scenarios' own optima.

    Raises
    ------
    InfeasibleError
        If a scenario has no plan of its own, or none was found in time.
    """
    missing = np.flatnonzero(~(np.isfinite(own.lower) & np.isfinite(own.upper)))
    if len(missing):
        name = problem.scenarios.names[missing[0]]
        raise InfeasibleError(f"scenario {name!r} has no plan of its own to regret")
    return RiskMeasure(
        problem.model.objective, problem.probability, best_cost=own.upper, best_bound=own.lower
    )
