"""Each scenario's own optimum, ``z_s``: what could be reached if the future were known."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.core.errors import InfeasibleError, SolverError
from robustev.data.plan import Plan
from robustev.methods.base import SolveRun
from robustev.methods.benders.solver import solve_benders
from robustev.methods.rates import fits_one_model
from robustev.methods.result import UNFINISHED, SolveResult, Status, StopRule
from robustev.methods.single_scenario import solve_single_scenario
from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance
from robustev.model.risk import Expected, ScenarioRisk
from robustev.parallel.ordered import default_workers, ordered_map
from robustev.recourse.recourse import Recourse

logger = logging.getLogger(__name__)

WIDE = 2.0
"""Times the median width from which a bracket is searched again: regret is as uncertain as the
widest bracket."""
Heard = Callable[[int, float, float], None]
"""Told the place of a scenario, and lower and upper end of its bracket."""
LEAST_SECONDS = 2.0
"""Time that every scenario gets, however many share the time there is."""


@dataclass(frozen=True, eq=False)
class ScenarioOptima:
    """Brackets of the optimum of each scenario taken alone (wait-and-see).

    Parameters
    ----------
    index
        Which scenarios of a set.
    lower, upper
        Shape (index,): a proven bound on the optimal cost ``z_s``, and the exact cost of a plan.
        Infinite (``lower`` below, ``upper`` above) where none was found in time.
    interrupted
        Whether someone asked to stop before all was done.
    """

    index: IntArray
    lower: FloatArray
    upper: FloatArray
    interrupted: bool = False

    @property
    def width(self) -> float:
        """Largest relative distance of the bounds."""
        size = np.maximum(np.abs(self.upper), 1e-12)
        return float(((self.upper - self.lower) / size).max(initial=0.0))


def wait_and_see(
    instance: Instance,
    *,
    gap: float,
    seconds: float = np.inf,
    total: float = np.inf,
    comm: Any | None = None,
    known: tuple[FloatArray, FloatArray] | None = None,
    heard: Heard | None = None,
) -> ScenarioOptima:
    """Solve every scenario on its own, to a relative ``gap``.

    The problem's own objective is left aside: with one scenario there is nothing to hedge. A
    scenario that fits into one model is solved so, others by decomposition, as many at a time as
    there are processors.

    Parameters
    ----------
    seconds
        Most time for each scenario.
    total
        Time for all together. Half of it goes round, and what quick scenarios leave goes to the
        others; then those with by far the widest brackets share the rest. Each search gets
        ``LEAST_SECONDS`` all the same, so that it finds a plan.
    comm
        MPI ranks that share the scenarios and all make this call; None for this process alone.
    known
        Lower and upper ends of brackets that are known already, shape (scenarios,); scenarios whose
        bracket is narrow enough are not solved.
    heard
        Called with place and bracket of each scenario as it is done, on the rank that did it.
    """
    search = _Search(instance, gap, seconds, comm, heard)
    found = search.all(known, total / 2)
    wide = _wide(found, gap)
    if not len(wide) or np.isinf(total) or found.interrupted:
        return found
    again = search.run(wide, total / 2)
    found.lower[wide] = np.maximum(found.lower[wide], again.lower)
    found.upper[wide] = np.minimum(found.upper[wide], again.upper)
    return replace(found, interrupted=again.interrupted)


def beside_plans(own: ScenarioOptima, instance: Instance, plans: Sequence[Plan]) -> ScenarioOptima:
    """Return brackets that end no higher than the cost of known plans; those must keep the limits.

    So no scenario that the search had no time for is without a plan.
    """
    first, recourse = first_stage(instance), Recourse(instance)
    upper = own.upper
    for plan in plans:
        if first.allows(plan):
            upper = np.minimum(upper, recourse.costs(plan) + instance.infrastructure_cost(plan))
    return replace(own, upper=upper)


def _wide(found: ScenarioOptima, gap: float) -> IntArray:
    """Return the scenarios whose brackets are wider than ``gap`` asks and than most others'."""
    width = found.upper - found.lower
    with np.errstate(invalid="ignore"):
        enough = np.maximum(WIDE * np.median(width), gap * np.abs(found.upper))
    return np.flatnonzero(~(width <= enough))


class _Search:
    """Solves scenarios of a problem on their own, side by side."""

    def __init__(
        self,
        instance: Instance,
        gap: float,
        seconds: float,
        comm: Any | None,
        heard: Heard | None = None,
    ) -> None:
        self.instance = instance
        self.heard = heard
        self.gap = gap
        self.seconds = seconds
        self.comm = comm
        self.whole = fits_one_model(instance.subset([0]), gap)
        self.threads = default_workers()

    def all(self, known: tuple[FloatArray, FloatArray] | None, total: float) -> ScenarioOptima:
        """Return the brackets of all scenarios, found in ``total`` seconds beside those known."""
        every = np.arange(len(self.instance.scenarios))
        if known is None:
            return self.run(every, total)
        lower, upper = known[0].copy(), known[1].copy()
        with np.errstate(invalid="ignore"):
            missing = np.flatnonzero(~(upper - lower <= self.gap * np.abs(upper)))
        found = self.run(missing, total)
        lower[missing] = np.maximum(lower[missing], found.lower)
        upper[missing] = np.minimum(upper[missing], found.upper)
        return ScenarioOptima(every, lower, upper, found.interrupted)

    def run(self, index: IntArray, total: float) -> ScenarioOptima:
        """Return the brackets of the scenarios at ``index``, found in ``total`` seconds."""
        ranks = 1 if self.comm is None else int(self.comm.Get_size())
        budget = _Budget(total, self.threads, len(index) / ranks)
        tasks = [(int(s), self.instance.subset([int(s)])) for s in index]

        def one(task: tuple[int, Instance]) -> SolveResult:
            """Return the solve of one scenario."""
            place, alone = task
            stop = StopRule(gap=self.gap, seconds=min(self.seconds, budget.share()))
            made = (_whole if self.whole else _decomposed)(alone, stop)
            if self.heard is not None and made.status not in UNFINISHED:
                self.heard(place, _low(made), _high(made))
            return made

        results = list(ordered_map(one, tasks, workers=self.threads, comm=self.comm))
        return ScenarioOptima(
            index=index,
            lower=np.array([_low(result) for result in results], dtype=float),
            upper=np.array([_high(result) for result in results], dtype=float),
            interrupted=any(result.status is Status.INTERRUPTED for result in results),
        )


def _low(result: SolveResult) -> float:
    return -np.inf if result.lower_bound is None else result.lower_bound


def _high(result: SolveResult) -> float:
    return np.inf if result.objective is None else result.objective


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


def _whole(instance: Instance, stop: StopRule) -> SolveResult:
    try:
        return solve_single_scenario(instance, stop)
    except SolverError as error:
        return _failed(instance, error)


def _decomposed(instance: Instance, stop: StopRule) -> SolveResult:
    risk = ScenarioRisk(Expected(), instance.probability)
    try:
        return solve_benders(SolveRun(instance, stop, risk))
    except SolverError as error:
        return _failed(instance, error)


def _failed(instance: Instance, error: SolverError) -> SolveResult:
    """Return a result without bounds: one failed solve must not take all others with it."""
    logger.warning("scenario %s alone: %s", instance.scenarios.names[0], error)
    return SolveResult("", None, None, None, Status.ERROR, 0.0)


def regret_measure(instance: Instance, own: ScenarioOptima) -> ScenarioRisk:
    """Return the problem's risk measure, with regret against the scenarios' own optima.

    Raises
    ------
    InfeasibleError
        If a scenario has no plan of its own, or none was found in time.
    """
    missing = np.flatnonzero(~(np.isfinite(own.lower) & np.isfinite(own.upper)))
    if len(missing):
        name = instance.scenarios.names[missing[0]]
        raise InfeasibleError(f"scenario {name!r} has no plan of its own to regret")
    return ScenarioRisk(
        instance.model.objective, instance.probability, best_cost=own.upper, best_bound=own.lower
    )
