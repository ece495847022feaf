"""The parts of a Benders decomposition, as its strategies read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from robustev.core.arrays import FloatArray
from robustev.data.plan import Plan
from robustev.methods.benders.engine import CutEngine, MasterCut, PoolBounds
from robustev.methods.benders.master import Master, MasterSolution
from robustev.methods.benders.rounding import NearestPlan
from robustev.methods.benders.state import BendersState, Step, Steps
from robustev.methods.bounds import PROVEN, Bounds

MAX_REFUTING = 8
"""Exact solves that may show a plan to be no better before all its scenarios are solved."""
ROUNDING_PERIOD = 5
"""Iterations of the relaxation between two roundings."""
VIOLATION = 1e-9
"""Relative amount by which a cut must exceed the master's cost-to-go to be worth adding."""


@dataclass(frozen=True, eq=False)
class Decomposition:
    """Separation, master, bounds and state, for strategies to ask and not to write.

    Parameters
    ----------
    gap
        Relative gap aimed at.
    interrupted
        Asked between and inside steps; True ends them early.
    max_iterations
        Most solves of the master.
    """

    engine: CutEngine
    master: Master
    nearest: NearestPlan
    bounds: Bounds
    state: BendersState
    gap: float
    interrupted: Callable[[], bool]
    max_iterations: float

    def done(self) -> bool:
        """Return whether the gap or the iteration limit is reached, or someone asked to stop."""
        over = self.bounds.gap <= max(self.gap, PROVEN)
        return over or self.state.iteration >= self.max_iterations or self.interrupted()

    # --- cuts --------------------------------------------------------------------------------

    def violated(
        self,
        cuts: Sequence[MasterCut],
        z: FloatArray,
        theta: FloatArray,
        violation: float = VIOLATION,
    ) -> list[MasterCut]:
        """Return the cuts that a point ``(z, theta)`` of the master violates."""
        x, capacity = self.engine.split(z)
        found = []
        for cut, group in cuts:
            current = 0.0 if group is None else theta[group]
            value = cut.at(x, capacity)
            if value > current + violation * max(1.0, abs(value)):
                found.append((cut, group))
        return found

    def violated_by(self, solution: MasterSolution, cuts: Sequence[MasterCut]) -> list[MasterCut]:
        """Return the cuts that a solution of the master violates."""
        assert solution.z is not None
        return self.violated(cuts, solution.z, solution.theta)

    def refute(
        self, z: FloatArray, theta: FloatArray, violation: float = VIOLATION
    ) -> list[MasterCut]:
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

    # --- plans -------------------------------------------------------------------------------

    def tried(self, plan: Plan | None, source: str) -> Steps[None]:
        """Evaluate a plan exactly unless the pool proves that it is no better."""
        if plan is None or self.engine.proven_objective(plan) >= self.bounds.upper:
            return
        yield Step(source, plan=plan, objective=self.engine.objective(plan))

    def rounded(self, z: FloatArray) -> Steps[None]:
        """Try, now and then, the plan that a fractional point rounds to."""
        if self.state.incumbent is None or self.state.iteration % ROUNDING_PERIOD == 0:
            yield from self.tried(self.nearest.plan(z), "rounding")

    def rounded_to_nearest(self, z: FloatArray) -> Steps[None]:
        """Try the plan that a fractional point rounds to, chargers to the nearest number."""
        yield from self.tried(self.nearest.plan_to_the_nearest(z), "rounding")
        if self.state.incumbent is None:  # where demand must be served, only rounding up may do
            yield from self.tried(self.nearest.plan(z), "rounding")

    def evaluated(self, solution: MasterSolution, source: str) -> Steps[tuple[bool, bool]]:
        """Evaluate a whole-number point; return whether it improved, and whether it was cut off.

        All scenarios are solved before the point counts as known.
        """
        assert solution.z is not None
        known = self.refute(solution.z, solution.theta)
        if known:
            yield Step(source, cuts=known)
            return False, True
        plan = self.engine.first.plan(solution.z, "plan")
        objective, exact = self.engine.evaluate(plan)
        better = objective < self.bounds.upper
        cuts = self.violated_by(solution, exact)
        yield Step(source, plan=plan, objective=objective, cuts=cuts)
        return better, bool(cuts)
