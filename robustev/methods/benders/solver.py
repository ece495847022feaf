"""Benders decomposition: linear relaxation first, then whole numbers, until the gap closes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np

from robustev.core.errors import InfeasibleError
from robustev.data.plan import Plan
from robustev.methods.base import SolveRun
from robustev.methods.benders.ascent.solver import AscentSolver
from robustev.methods.benders.ascent.suits import suits
from robustev.methods.benders.decomposition import Decomposition
from robustev.methods.benders.engine import CutEngine
from robustev.methods.benders.integer_search import Polish, search
from robustev.methods.benders.master import Master
from robustev.methods.benders.relaxation.relax import relax
from robustev.methods.benders.resume import POOL, pool_arrays, resumed
from robustev.methods.benders.rounding import NearestPlan
from robustev.methods.benders.state import BendersState, Step, Steps, T
from robustev.methods.benders.uncapacitated.search import UncapacitatedSearch
from robustev.methods.benders.warm import Learnt, warmed
from robustev.methods.benders.worker_ranks import WorkerRanks
from robustev.methods.bounds import Bounds
from robustev.methods.certificate import certificate_of
from robustev.methods.keeper import Keeper
from robustev.methods.result import SolveResult, Status, StopRule
from robustev.parallel import interrupt
from robustev.recourse.certificate import Certificate
from robustev.recourse.kernels.uncapacitated import uncapacitated_recourse

logger = logging.getLogger(__name__)

SCIP = find_spec("pyscipopt") is not None
"""Whether PySCIPOpt is installed, for one tree with cuts at its nodes."""
MAX_IDLE = 25
"""Improvements in a row that may leave both bounds where they are."""
POLISH_SECONDS = 10.0
"""Longest search for a better plan between two whole-number solves of the master."""


class BendersSolver:
    """The decomposition: it runs strategies and applies their steps, as nobody else does.

    A loop or a cylinder of a wheel drives it.

    Parameters
    ----------
    gap
        Relative gap aimed at.
    interrupted
        Asked between and inside steps; True ends them early.
    max_iterations
        Most solves of the master.
    counts
        Whether these solves are the iterations that the trace counts.
    """

    def __init__(
        self,
        engine: CutEngine,
        bounds: Bounds,
        *,
        gap: float,
        interrupted: Callable[[], bool] = lambda: False,
        max_iterations: float = np.inf,
        counts: bool = True,
    ) -> None:
        self.engine = engine
        self.bounds = bounds
        self.state = BendersState()
        lowest = 0.0 if engine.risk.is_expectation else -_largest_offset(engine)
        self.master = Master(engine.first, engine.num_theta, lowest)
        self.master.extend(engine.price_demand())
        nearest = NearestPlan(engine.first, engine.demand_rows())
        self.parts = Decomposition(
            engine, self.master, nearest, bounds, self.state, gap, interrupted, max_iterations
        )
        self.polish = Polish(self.parts)
        self.counts = counts
        self.idle = 0
        if bounds.plan is not None:
            self.state.incumbent = engine.first.columns(bounds.plan)

    def done(self) -> bool:
        """Return whether the gap or the iteration limit is reached, or someone asked to stop."""
        return self.parts.done()

    def certificate(self) -> Certificate:
        """Return the dual prices that the lower bound rests on."""
        return certificate_of(self.engine, self.state.points)

    # --- strategies --------------------------------------------------------------------------

    def go_on(self, keeper: Keeper) -> None:
        """Take up what an earlier solve had learnt, and have what this one learns kept."""
        self.run(resumed(self.parts, keeper.part(POOL)))
        keeper.provide(POOL, lambda: pool_arrays(self.engine, self.state.points))

    def begin_with(self, plans: Sequence[Plan]) -> None:
        """Try plans that are known already; those that break a limit are left out."""
        for plan in plans:
            if self.engine.first.allows(plan):
                self.run(self.parts.tried(plan, "known plan"))

    def warm(self, learnt: Learnt | None) -> None:
        """Begin with what a solve of a similar instance has learnt."""
        if learnt is not None:
            self.run(warmed(self.parts, learnt))

    def relax(self) -> None:
        """Solve the linear relaxation of the master, as far as that pays."""
        self.run(relax(self.parts, self.polish))

    def improve(self, seconds: float) -> bool:
        """Improve a plan or the bound; return False when there is nothing more to learn."""
        before = (self.bounds.lower, self.bounds.upper)
        learnt = self.run(self.polish.run(min(POLISH_SECONDS, seconds))) or self.run(
            search(self.parts, seconds, self.apply)
        )
        moved = before != (self.bounds.lower, self.bounds.upper)
        self.idle = 0 if moved else self.idle + 1
        return learnt and self.idle < MAX_IDLE

    def grow_tree(self, seconds: float) -> None:
        """Solve by one tree in SCIP; bounds and plans are taken as it finds them.

        Should SCIP fail, the master in HiGHS can go on from there.
        """
        from robustev.methods.benders.tree import (  # noqa: PLC0415 - PySCIPOpt may be absent
            Tree,
            TreeError,
        )

        try:
            Tree(self.parts, self.apply).run(seconds)
        except TreeError as error:
            logger.warning("benders: the tree ended early: %s", error)

    # --- writing -----------------------------------------------------------------------------

    def run(self, strategy: Steps[T]) -> T:
        """Apply the steps of a strategy one by one; return what it returns."""
        while True:
            try:
                step = next(strategy)
            except StopIteration as end:
                answer: T = end.value
                return answer
            self.apply(step)

    def apply(self, step: Step) -> None:
        """Write down what a strategy has found."""
        state = self.state
        if step.counts:
            state.iteration += 1
            if self.counts:
                self.bounds.iteration = state.iteration
        state.relaxed = max(state.relaxed, step.relaxed)
        self.bounds.raise_lower(step.bound, step.source)
        if step.plan is not None and self.bounds.offer(step.plan, step.objective, step.source):
            state.incumbent = self.engine.first.columns(step.plan)
        self.master.extend(step.cuts)
        if step.point is not None:
            state.points.append(step.point)
        if step.core is not None:
            state.core = step.core
        if step.optimum is not None:
            state.optima.append(step.optimum)
        if step.drops:
            self.master.drop_stale()


def _largest_offset(engine: CutEngine) -> float:
    constant = abs(engine.first.constant) + float(np.abs(engine.first.cost) @ engine.first.upper)
    return float(np.abs(engine.risk.offset).max()) + constant


def solve_benders(run: SolveRun, ranks: WorkerRanks | None = None) -> SolveResult:
    """Solve by Benders decomposition on shared dual prices.

    The lower bound is the master's, valid however few cuts it has; the objective is evaluated
    exactly on every scenario. Other MPI ``ranks`` help to solve scenarios. Where capacity never
    binds, an expected cost needs no scenarios (:mod:`robustev.methods.benders.uncapacitated`);
    where sites are many, prices are found by ascent (:mod:`robustev.methods.benders.ascent`).
    ``details`` holds ``exact_seconds``, the time in which scenarios were solved exactly.
    """
    bounds, instance, stop = run.bounds, run.instance, run.stop
    sites = uncapacitated_recourse(instance) if run.risk.is_expectation else None
    certificate: Callable[[], Certificate]
    ascent = None
    spent: dict[str, Any] = {}
    try:
        if sites is not None:
            tree = UncapacitatedSearch(instance, sites, bounds, stop)
            certificate = tree.certificate
            tree.run(run.start)
        elif run.risk.is_expectation and suits(instance):
            ascent = AscentSolver(run)
            ascent.solve()
            certificate = ascent.certificate
        if sites is None and (ascent is None or not ascent.is_over):
            learnt = _learnt(run)
            engine = CutEngine(
                instance, run.risk, workers=run.workers, ranks=ranks,
                recourse=None if learnt is None else learnt.recourse_for(instance),
                left=lambda: bounds.seconds_left(stop),
            )  # fmt: skip
            solver = _solver(engine, stop, bounds)
            solver.go_on(run.keeper)
            solver.warm(learnt)
            _drive(solver, stop, run.start)
            run.memory.keep("benders", Learnt.of(solver.parts))
            spent = {"exact_seconds": engine.exact_seconds}
            if ascent is None or bounds.lower > ascent.proven:
                certificate = solver.certificate
    except InfeasibleError as error:
        if bounds.plan is not None:  # a plan that was evaluated tells that the solver is wrong
            logger.warning("benders: the master lost its plans to rounding: %s", error)
            status = bounds.status(stop, interrupted=interrupt.requested())
            return bounds.result("benders", run.name, status, certificate=certificate())
        return bounds.result("benders", run.name, Status.INFEASIBLE, str(error))
    status = bounds.status(stop, interrupted=interrupt.requested())
    return bounds.result("benders", run.name, status, certificate=certificate(), **spent)


def _learnt(run: SolveRun) -> Learnt | None:
    """Return what the last solve of a similar instance has learnt, if there is one."""
    learnt: Learnt | None = run.memory.recall("benders")
    return learnt if learnt is not None and learnt.fits(run.instance) else None


def _solver(engine: CutEngine, stop: StopRule, bounds: Bounds) -> BendersSolver:
    def interrupted() -> bool:
        return bounds.seconds > stop.seconds or interrupt.requested()

    limit = stop.iterations or np.inf
    return BendersSolver(
        engine, bounds, gap=stop.gap, interrupted=interrupted, max_iterations=limit
    )


def _drive(solver: BendersSolver, stop: StopRule, start: Sequence[Plan]) -> None:
    """Begin with known plans, solve the relaxation, then search for whole numbers to the end."""
    bounds = solver.bounds
    if not solver.done():
        solver.begin_with(start)
    if solver.done():
        return
    solver.relax()
    if not solver.done() and SCIP:
        solver.grow_tree(max(0.01, stop.seconds - bounds.seconds))
    while not solver.done():
        if not solver.improve(max(0.01, stop.seconds - bounds.seconds)):
            if not solver.done():
                logger.warning("benders: nothing more to learn at gap %.2e", bounds.gap)
            return
