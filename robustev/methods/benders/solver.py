"""Benders decomposition: linear relaxation first, then whole numbers, until the gap closes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from importlib.util import find_spec

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.core.errors import InfeasibleError
from robustev.data.plan import Plan
from robustev.methods.benders.engine import Cut, CutEngine, PoolBounds
from robustev.methods.benders.master import Master, MasterSolution
from robustev.methods.benders.relaxation.in_out import CuttingPlane
from robustev.methods.benders.rounding import NearestPlan
from robustev.methods.benders.uncapacitated.search import UncapacitatedSearch
from robustev.methods.benders.worker_ranks import WorkerRanks
from robustev.methods.bounds import PROVEN, Bounds
from robustev.methods.certificate import certificate_of
from robustev.methods.result import Progress, SolveResult, Status, StopRule
from robustev.model.instance import Instance
from robustev.model.risk import RiskMeasure
from robustev.parallel import interrupt
from robustev.recourse.kernels.uncapacitated import uncapacitated_recourse

logger = logging.getLogger(__name__)

SCIP = find_spec("pyscipopt") is not None
"""Whether PySCIPOpt is installed, for one tree with cuts at its nodes."""

MAX_REFUTING = 8
"""Exact solves that may show a plan to be no better before all its scenarios are solved."""
ROUNDING_PERIOD = 5
"""Iterations of the relaxation between two roundings."""
POLISH_SHARE = 0.2
"""Share of the time so far that such searches may take together."""
MAX_IDLE = 25
"""Steps in a row that may leave both bounds where they are."""
MAX_POLISH = 8
"""Rounds of one search around the core point and the incumbent."""
POLISH_SECONDS = 10.0
NEAR = 0.05
"""Distance from a whole number up to which a core value counts as whole."""
VIOLATION = 1e-9
"""Relative amount by which a cut must exceed the master's cost-to-go to be worth adding."""


class BendersSolver:
    """The decomposition as steps, so that a loop or a cylinder of a wheel can drive it.

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
        self.gap = gap
        self.interrupted = interrupted
        lowest = 0.0 if engine.risk.is_expectation else -_largest_offset(engine)
        self.master = Master(engine.first, engine.num_theta, lowest)
        self.master.extend(engine.price_demand())
        self.core: FloatArray | None = None
        self.incumbent: FloatArray | None = None
        self.radius = 0
        self.relaxed = -np.inf
        self.iteration = 0
        self.max_iterations = max_iterations
        self.counts = counts
        self._idle = 0
        self._polished = 0.0
        self.points: list[FloatArray] = []
        self.optima: list[MasterSolution] = []
        self.nearest = NearestPlan(engine.first, engine.demand_rows())
        bounds.certify = lambda: certificate_of(engine, self.points)

    def done(self) -> bool:
        """Return whether the gap or the iteration limit is reached, or someone asked to stop."""
        over = self.bounds.gap <= max(self.gap, PROVEN) or self.iteration >= self.max_iterations
        return over or self.interrupted()

    def count(self) -> None:
        """Count one more iteration."""
        self.iteration += 1
        if self.counts:
            self.bounds.iteration = self.iteration

    # --- linear relaxation -------------------------------------------------------------------

    def relax(self) -> None:
        """Solve the linear relaxation of the master, as far as that pays."""
        CuttingPlane(self).run()

    def bound_relaxation(self) -> MasterSolution:
        """Solve the master's relaxation, and take its bound."""
        solution = self.master.solve_relaxation()
        self.take_bound(solution)
        self.master.drop_stale()
        return solution

    def learn_at(self, z: FloatArray, cuts: list[Cut]) -> None:
        """Take in cuts that were found at ``z``."""
        self.master.extend(cuts)
        self.points.append(z)

    def polish_now_and_then(self) -> None:
        """Search for better plans, with the share of the time so far that is left for it."""
        self.polish(max(0.5, POLISH_SHARE * self.bounds.seconds - self._polished))

    def take_bound(self, solution: MasterSolution, elsewhere: float = np.inf) -> float:
        """Take the master's bound; return by how much it rose, whatever is known besides.

        ``elsewhere`` bounds the plans that the master left out.
        """
        before, self.relaxed = self.relaxed, max(self.relaxed, solution.bound)
        self.bounds.raise_lower(min(solution.bound, elsewhere), "benders relaxation")
        return self.relaxed - before

    def add_violated(self, cuts: list[Cut], solution: MasterSolution) -> bool:
        """Add the cuts that the master's solution violates; return whether there were any."""
        assert solution.z is not None
        violated = self.violated(cuts, solution.z, solution.theta)
        self.master.extend(violated)
        return bool(violated)

    def violated(
        self,
        cuts: list[Cut],
        z: FloatArray,
        theta: FloatArray,
        violation: float = VIOLATION,
    ) -> list[Cut]:
        """Return the cuts that a point ``(z, theta)`` of the master violates."""
        x, capacity = self.engine.split(z)
        found = []
        for cut, group in cuts:
            current = 0.0 if group is None else theta[group]
            value = cut.at(x, capacity)
            if value > current + violation * max(1.0, abs(value)):
                found.append((cut, group))
        return found

    # --- whole numbers -----------------------------------------------------------------------

    def step(self, seconds: float) -> bool:
        """Improve a plan or the bound; return False when there is nothing more to learn."""
        before = (self.bounds.lower, self.bounds.upper)
        learnt = self.polish(min(POLISH_SECONDS, seconds)) or self.search(seconds)
        moved = before != (self.bounds.lower, self.bounds.upper)
        self._idle = 0 if moved else self._idle + 1
        return learnt and self._idle < MAX_IDLE

    def grow_tree(self, seconds: float) -> None:
        """Solve by one tree in SCIP; bounds and plans are taken as it finds them."""
        from robustev.methods.benders.tree import Tree  # noqa: PLC0415

        Tree(self).run(seconds)

    def search(self, seconds: float) -> bool:
        """Solve the master with whole numbers once, and learn from its plan.

        Returns whether anything new was learnt: a cut, a bound or a plan.
        """
        self.count()
        gap = self._master_gap()
        solution = self.master.solve_integer(
            gap=gap, seconds=seconds, on_bound=self._on_bound, start=self.incumbent
        )
        moved = self.bounds.raise_lower(solution.bound, "benders tree")
        if solution.z is None:
            return moved
        better, added = self._learn_from(solution, "benders")
        return better or added or moved

    def _master_gap(self) -> float:
        return max(min(self.gap / 4, self.bounds.gap / 8), 1e-9)

    def _on_bound(self, bound: float) -> bool:
        self.bounds.raise_lower(bound, "benders tree")
        return self.done()

    def polish(self, seconds: float) -> bool:
        """Search near the relaxation's core point and the incumbent; return whether it improved.

        The integer master within the box that the two span is small (as in relaxation induced
        neighbourhoods, Danna et al. 2005); its plan is evaluated and cut off until the box holds
        nothing better. A box without success makes the next one wider.
        """
        if self.core is None or self.incumbent is None:
            return False
        improved = False
        begun = self.bounds.seconds
        for _ in range(MAX_POLISH):
            left = begun + seconds - self.bounds.seconds
            if self.done() or left <= 0:
                break
            solution = self.master.solve_integer(
                gap=self._master_gap(),
                seconds=left,
                on_bound=lambda _: self.done(),
                start=self.incumbent,
                within=self._box(self.core, self.incumbent),
            )
            if solution.z is None:
                break
            better, added = self._learn_from(solution, "polishing")
            improved |= better
            if not added:
                break
        self._polished += self.bounds.seconds - begun
        self.radius = self.radius if improved else self.radius + 1
        return improved

    def _box(self, core: FloatArray, incumbent: FloatArray) -> tuple[FloatArray, FloatArray]:
        first = self.engine.first
        low = np.minimum(np.floor(core + NEAR), incumbent) - self.radius
        high = np.maximum(np.ceil(core - NEAR), incumbent) + self.radius
        return np.maximum(low, first.lower), np.minimum(high, first.upper)

    def _learn_from(self, solution: MasterSolution, source: str) -> tuple[bool, bool]:
        """Evaluate a whole-number point; return whether it improved, and whether it was cut off.

        All scenarios are solved before the point counts as known.
        """
        assert solution.z is not None
        plan = self.engine.first.plan(solution.z, "plan")
        known = self.refute(solution.z, solution.theta)
        if known:
            self.master.extend(known)
            return False, True
        better, cuts = self.evaluate(plan, source)
        return better, self.add_violated(cuts, solution)

    def refute(self, z: FloatArray, theta: FloatArray, violation: float = VIOLATION) -> list[Cut]:
        """Return cuts that ``(z, theta)`` violates, if its plan is proven to be no better."""
        known = self.refuting(z, violation)
        if known is None:
            return []
        return self.violated(self.engine.cuts_from(known, theta), z, theta, violation)

    def refuting(self, z: FloatArray, tolerance: float) -> PoolBounds | None:
        """Return what proves that a plan is no better than the best, or None.

        Asks the pool, and where there are many scenarios a few of them before all.
        """
        many = self.engine.recourse.num_scenarios > 2 * MAX_REFUTING
        for effort in (0, MAX_REFUTING) if many else (0,):
            known = self.engine.learn(z, tolerance=tolerance, max_exact=effort)
            if known.objective >= self.bounds.upper:
                return known
        return None

    def evaluate(self, plan: Plan, source: str) -> tuple[bool, list[Cut]]:
        """Evaluate a plan exactly; return whether it is the best so far, and its exact cuts."""
        objective, cuts = self.engine.evaluate(plan)
        better = self.bounds.offer(plan, objective, source)
        if better:
            self.incumbent = self.engine.first.columns(plan)
        return better, cuts

    # --- plans -------------------------------------------------------------------------------

    def round(self, z: FloatArray) -> None:
        """Offer, now and then, the plan that a fractional point rounds to."""
        if self.incumbent is None or self.iteration % ROUNDING_PERIOD == 0:
            self.try_plan(self.nearest.plan(z), "rounding")

    def round_to_nearest(self, z: FloatArray) -> None:
        """Offer the plan that a fractional point rounds to, chargers to the nearest number."""
        self.try_plan(self.nearest.plan_to_the_nearest(z), "rounding")
        if self.incumbent is None:  # where demand must be served, only rounding up may do
            self.try_plan(self.nearest.plan(z), "rounding")

    def begin_with(self, plans: Sequence[Plan]) -> None:
        """Offer plans that are known already; those that break a limit are left out."""
        for plan in plans:
            if self.engine.first.allows(self.engine.first.columns(plan)):
                self.try_plan(plan, "known plan")

    def try_plan(self, plan: Plan | None, source: str) -> bool:
        """Evaluate a plan exactly unless the pool proves that it is no better."""
        if plan is None or self.engine.proven_objective(plan) >= self.bounds.upper:
            return False
        if not self.bounds.offer(plan, self.engine.objective(plan), source):
            return False
        self.incumbent = self.engine.first.columns(plan)
        return True


def _largest_offset(engine: CutEngine) -> float:
    constant = abs(engine.first.constant) + float(np.abs(engine.first.cost) @ engine.first.upper)
    return float(np.abs(engine.risk.offset).max()) + constant


def solve_benders(
    instance: Instance,
    stop: StopRule,
    risk: RiskMeasure,
    *,
    name: str = "plan",
    workers: int = 1,
    progress: Progress | None = None,
    start: Sequence[Plan] = (),
    crew: WorkerRanks | None = None,
) -> SolveResult:
    """Solve by Benders decomposition on shared dual prices.

    The lower bound is the master's, valid however few cuts it has; the objective is evaluated
    exactly on every scenario. Plans to ``start`` from are taken as far as they keep the limits.
    A ``crew`` of other MPI ranks helps to solve scenarios. Where capacity never binds, an expected
    cost needs no scenarios (:mod:`robustev.methods.benders.nearest`).
    """
    bounds = Bounds(progress)
    message = ""
    sites = uncapacitated_recourse(instance) if risk.is_expectation else None
    try:
        if sites is not None:
            UncapacitatedSearch(instance, sites, bounds, stop).run(start)
        else:
            engine = CutEngine(instance, risk, workers=workers, crew=crew)
            _drive(engine, stop, bounds, start)
        status = bounds.status(stop, interrupted=interrupt.requested())
    except InfeasibleError as error:
        status, message = Status.INFEASIBLE, str(error)
    return bounds.result("benders", name, status, message)


def _drive(engine: CutEngine, stop: StopRule, bounds: Bounds, start: Sequence[Plan]) -> None:
    def interrupted() -> bool:
        return bounds.seconds > stop.seconds or interrupt.requested()

    limit = stop.iterations or np.inf
    steps = BendersSolver(
        engine, bounds, gap=stop.gap, interrupted=interrupted, max_iterations=limit
    )
    steps.begin_with(start)
    steps.relax()
    if not steps.done() and SCIP:
        steps.grow_tree(max(0.01, stop.seconds - bounds.seconds))
    while not steps.done():
        if not steps.step(max(0.01, stop.seconds - bounds.seconds)):
            if not steps.done():
                logger.warning("benders: nothing more to learn at gap %.2e", bounds.gap)
            return
