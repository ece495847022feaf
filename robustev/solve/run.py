"""One entrance to every method."""

from __future__ import annotations

import logging
import math
import os
from dataclasses import replace
from typing import Any

import numpy as np

from robustev import interrupt
from robustev.model import Model
from robustev.mpi import world
from robustev.problem import Problem, build_problem
from robustev.region import Region
from robustev.risk import RiskMeasure
from robustev.scenario import ScenarioSet
from robustev.solve.infeasibility import UNEXPLAINED, explain
from robustev.solve.options import SolveOptions
from robustev.solve.result import Progress, SolveResult, Status, StopRule

logger = logging.getLogger(__name__)

MAX_EXTENSIVE_ARCS = 30_000
"""Assignment variables over all scenarios up to which ``auto`` takes the extensive form."""
REGRET_ACCURACY = 0.01
"""Gap of each scenario's own optimum, against the gap asked of the plan: regrets are small."""
REGRET_SECONDS = 60.0
"""Longest search for one scenario's own optimum."""


def solve(
    region: Region,
    scenarios: ScenarioSet,
    model: Model,
    options: SolveOptions | None = None,
    *,
    name: str = "robust",
    progress: Progress | None = None,
) -> SolveResult:
    """Return the best plan for ``region`` under ``scenarios``, with a proven lower bound.

    Parameters
    ----------
    name
        Name of the plan.
    progress
        Called whenever a bound moves.

    Raises
    ------
    ConfigError
        If the model asks for what the region or the scenarios do not have.
    """
    options = options or SolveOptions()
    problem = build_problem(region, scenarios, model)
    method, reason = choose_method(problem, options)
    logger.info("method %s: %s", method, reason)
    with interrupt.listening():
        message = explain(problem)
        if message is not None:
            return SolveResult(method, None, None, None, Status.INFEASIBLE, 0.0, (), message)
        result = _dispatch(method, problem, options, name, progress)
    if result.status is Status.INFEASIBLE:
        return replace(result, plan=None, objective=None, lower_bound=None, message=UNEXPLAINED)
    return result


def choose_method(problem: Problem, options: SolveOptions) -> tuple[str, str]:
    """Return the method that ``options`` ask for, or the one that fits, and why."""
    if options.method != "auto":
        return options.method, "as asked"
    arcs = int(problem.reachable.sum()) * len(problem.scenarios)
    if arcs <= MAX_EXTENSIVE_ARCS:
        return "ef", f"{arcs} assignment variables fit into one model"
    return "benders", f"{arcs} assignment variables are too many for one model"


def _dispatch(
    method: str, problem: Problem, options: SolveOptions, name: str, progress: Progress | None
) -> SolveResult:
    from robustev.solve import extensive  # noqa: PLC0415
    from robustev.solve.benders import loop  # noqa: PLC0415
    from robustev.solve.hedging import wheel  # noqa: PLC0415

    comm = world() if options.ranks != 1 and method == "ph" else None
    risk = _risk(problem, options, comm)
    seconds = options.time_limit if options.time_limit is not None else math.inf
    stop = StopRule(options.gap, seconds, options.iteration_limit)
    workers = os.cpu_count() or 1
    if method == "ef":
        return extensive.solve_extensive(problem, stop, risk, name=name, progress=progress)
    if method == "benders":
        return loop.solve_benders(
            problem, stop, risk, name=name, workers=workers, progress=progress
        )
    return wheel.solve_hedging(
        problem, stop, risk, options.ph, comm=comm, name=name,
        workers=workers if comm is None or comm.Get_size() == 1 else 1, progress=progress,
    )  # fmt: skip


def _risk(problem: Problem, options: SolveOptions, comm: Any | None) -> RiskMeasure:
    """Return the risk measure; for regret, with every scenario's own optimum, shared over ranks."""
    from robustev.solve.wait_and_see import wait_and_see  # noqa: PLC0415

    goal = problem.model.objective
    if goal.measure != "regret" or goal.weight == 0:
        return RiskMeasure(goal, problem.probability)
    rank, size = (comm.Get_rank(), comm.Get_size()) if comm is not None else (0, 1)
    own = np.arange(rank, len(problem.scenarios), size)
    lower, upper = np.zeros((2, len(problem.scenarios)))
    if len(own):
        part = wait_and_see(
            problem.subset(own), gap=options.gap * REGRET_ACCURACY, seconds=REGRET_SECONDS
        )
        lower[own], upper[own] = part.lower, part.upper
    if comm is not None:
        lower, upper = sum(comm.allgather(lower)), sum(comm.allgather(upper))
    return RiskMeasure(goal, problem.probability, best_cost=upper, best_bound=lower)
