"""Benders decomposition: linear relaxation first, then whole numbers, until the gap closes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import numpy as np

from robustev.arrays import FloatArray
from robustev.errors import InfeasibleError
from robustev.plan import Plan
from robustev.problem import Problem
from robustev.risk import RiskMeasure
from robustev.solve.benders.engine import CutEngine, Separation
from robustev.solve.benders.master import Master, MasterSolution
from robustev.solve.result import (
    Progress,
    SolveResult,
    Status,
    StopRule,
    TraceRow,
    relative_gap,
)

logger = logging.getLogger(__name__)

MAX_CUTS = 4000
"""Cuts in the master beyond which those that are no longer tight are dropped."""
VIOLATION = 1e-9
"""Relative amount by which a cut must exceed the master's cost-to-go to be worth adding."""


class Bounds:
    """Both bounds, the best plan, and the trace of how they moved."""

    def __init__(self, progress: Progress | None = None) -> None:
        self.lower = -np.inf
        self.upper = np.inf
        self.plan: Plan | None = None
        self.iteration = 0
        self.trace: list[TraceRow] = []
        self._progress = progress
        self._start = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._start

    @property
    def gap(self) -> float:
        """Relative gap; infinite while a bound is missing."""
        gap = relative_gap(self.upper, self.lower)
        return np.inf if gap is None else gap

    def raise_lower(self, bound: float, source: str) -> bool:
        """Take a lower bound; return whether it is an improvement."""
        if not np.isfinite(bound) or bound <= self.lower:
            return False
        self.lower = bound
        self._note(source)
        return True

    def offer(self, plan: Plan, objective: float, source: str) -> bool:
        """Take an exactly evaluated plan; return whether it is the best so far."""
        if not objective < self.upper:
            return False
        self.upper, self.plan = objective, plan
        self._note(source)
        return True

    def _note(self, source: str) -> None:
        row = TraceRow(
            self.seconds,
            self.iteration,
            self.lower if np.isfinite(self.lower) else None,
            self.upper if np.isfinite(self.upper) else None,
            source,
        )
        self.trace.append(row)
        if self._progress is not None:
            self._progress(row)


class Benders:
    """The decomposition as steps, so that a loop or a cylinder of a wheel can drive it.

    Parameters
    ----------
    gap
        Relative gap aimed at.
    interrupted
        Asked between and inside steps; True ends them early.
    """

    def __init__(
        self,
        engine: CutEngine,
        bounds: Bounds,
        *,
        gap: float,
        interrupted: Callable[[], bool] = lambda: False,
    ) -> None:
        self.engine = engine
        self.bounds = bounds
        self.gap = gap
        self.interrupted = interrupted
        lowest = 0.0 if engine.risk.is_expectation else -_largest_offset(engine)
        self.master = Master(engine.first, engine.num_groups, lowest)
        self.master.extend(engine.price_demand())
        self.core: FloatArray | None = None

    def done(self) -> bool:
        """Return whether the gap is reached or someone asked to stop."""
        return self.bounds.gap <= self.gap or self.interrupted()

    # --- linear relaxation -------------------------------------------------------------------

    def relax(self) -> None:
        """Solve the linear relaxation of the master over all cuts, by in-out separation.

        Cuts are found at a point between the master's optimum and a core point, which damps the
        jumps of the cutting plane (Ben-Ameur and Neto 2007), and at the optimum itself when that
        no longer helps.
        """
        tolerance = min(self.gap / 10, 1e-4)
        stalls, weight = 0, 0.5
        while not self.done():
            self.bounds.iteration += 1
            solution = self.master.solve_relaxation()
            improved = self._relaxation_bound(solution)
            assert solution.z is not None
            if self.core is None:
                self.core = solution.z
            inside = stalls == 0
            point = weight * solution.z + (1 - weight) * self.core if inside else solution.z
            separation = self.engine.separate(
                point, tolerance=tolerance, max_exact=self._effort()
            )
            self._round(point, separation)
            added = self._add_violated(separation, solution)
            self.core = point
            self.master.drop_stale(MAX_CUTS)
            if not inside and not added:
                return
            small = improved <= tolerance * abs(self.bounds.lower)
            stalls = stalls + 1 if (small or not added) else 0
            if stalls > 6:
                return

    def _effort(self) -> int:
        return max(3, min(self.engine.recourse.num_scenarios, 8))

    def _relaxation_bound(self, solution: MasterSolution) -> float:
        before = self.bounds.lower
        self.bounds.raise_lower(solution.bound, "benders relaxation")
        return np.inf if not np.isfinite(before) else self.bounds.lower - before

    def _add_violated(self, separation: Separation, solution: MasterSolution) -> bool:
        """Add the cuts that the master's solution violates; return whether there were any."""
        assert solution.z is not None
        x, capacity = self.engine.split(solution.z)
        found = False
        for cut, group in separation.cuts:
            current = 0.0 if group is None else solution.theta[group]
            value = cut.at(x, capacity)
            if value > current + VIOLATION * max(1.0, abs(value)):
                self.master.add(cut, group)
                found = True
        return found

    # --- whole numbers -----------------------------------------------------------------------

    def search(self, seconds: float) -> bool:
        """Solve the master with whole numbers once, and learn from its plan.

        Returns whether anything new was learnt: a cut, a bound or a plan.
        """
        self.bounds.iteration += 1
        gap = self._master_gap()
        start = None
        if self.bounds.plan is not None:
            start = self.engine.first.columns(self.bounds.plan)
        solution = self.master.solve_integer(
            gap=gap, seconds=seconds, on_bound=self._on_bound, start=start
        )
        moved = self.bounds.raise_lower(min(solution.bound, self.bounds.upper), "benders tree")
        if solution.z is None:
            return moved
        separation = self.engine.separate(
            solution.z,
            tolerance=min(self.gap / 10, 1e-5),
            max_exact=max(8, self.engine.recourse.num_scenarios),
        )
        added = self._add_violated(separation, solution)
        return self.try_plan(self.engine.first.plan(solution.z, "plan"), "benders") or added or moved

    def _master_gap(self) -> float:
        return max(min(self.gap / 4, self.bounds.gap / 8), 1e-9)

    def _on_bound(self, bound: float) -> bool:
        self.bounds.raise_lower(min(bound, self.bounds.upper), "benders tree")
        return self.done()

    # --- plans -------------------------------------------------------------------------------

    def _round(self, z: FloatArray, separation: Separation) -> None:
        """Offer the plan that a fractional point rounds to, when it may be good."""
        if len(self.bounds.trace) > 1 and self.bounds.iteration % 5:
            return
        plan = self.rounded(z)
        if plan is not None:
            self.try_plan(plan, "rounding")

    def rounded(self, z: FloatArray) -> Plan | None:
        """Return a feasible plan near ``z``, or None: chargers up, if the first stage allows."""
        first = self.engine.first
        for whole in (np.ceil(z - 1e-6), np.rint(z)):
            if first.violation(whole) <= 1e-9:
                return first.plan(whole, "plan")
        return None

    def try_plan(self, plan: Plan, source: str) -> bool:
        """Evaluate a plan exactly unless the pool proves that it is no better."""
        if self.engine.proven_objective(plan) >= self.bounds.upper:
            return False
        return self.bounds.offer(plan, self.engine.objective(plan), source)


def _largest_offset(engine: CutEngine) -> float:
    constant = abs(engine.first.constant) + float(np.abs(engine.first.cost) @ engine.first.upper)
    return float(np.abs(engine.risk.offset).max()) + constant


def solve_benders(
    problem: Problem,
    stop: StopRule,
    risk: RiskMeasure,
    *,
    name: str = "plan",
    workers: int = 1,
    progress: Progress | None = None,
) -> SolveResult:
    """Solve by Benders decomposition on shared dual prices.

    The lower bound is the master's, valid however few cuts it has; the objective is evaluated
    exactly on every scenario.
    """
    bounds = Bounds(progress)
    status, message = Status.GAP_REACHED, ""
    try:
        _drive(problem, stop, risk, bounds, workers)
        status = _final_status(bounds, stop)
    except InfeasibleError as error:
        status, message = Status.INFEASIBLE, str(error)
    except KeyboardInterrupt:
        status = Status.INTERRUPTED
    plan = bounds.plan.renamed(name) if bounds.plan is not None else None
    return SolveResult(
        method="benders",
        plan=plan,
        objective=bounds.upper if plan is not None else None,
        lower_bound=bounds.lower if np.isfinite(bounds.lower) else None,
        status=status,
        seconds=bounds.seconds,
        trace=tuple(bounds.trace),
        message=message,
    )


def _drive(
    problem: Problem, stop: StopRule, risk: RiskMeasure, bounds: Bounds, workers: int
) -> None:
    engine = CutEngine(problem, risk, workers=workers)
    steps = Benders(
        engine, bounds, gap=stop.gap, interrupted=lambda: bounds.seconds > stop.seconds
    )
    steps.relax()
    limit = stop.iterations or np.inf
    while not steps.done() and bounds.iteration < limit:
        if not steps.search(max(0.01, stop.seconds - bounds.seconds)):
            logger.warning("benders: nothing more to learn at gap %.2e", bounds.gap)
            return


def _final_status(bounds: Bounds, stop: StopRule) -> Status:
    if bounds.gap <= min(stop.gap, 1e-9):
        return Status.OPTIMAL
    if bounds.gap <= stop.gap:
        return Status.GAP_REACHED
    if bounds.seconds >= stop.seconds:
        return Status.TIME_LIMIT
    return Status.ITERATION_LIMIT
