"""Risk measures that weigh few scenarios, solved on those that count.

CVaR, the worst case and the largest regret give weight to few scenarios; the others could be left
out and the optimum stay the same (effective scenarios: Rahimian, Bayraksan and Homem-de-Mello
2019). They are found as in column-and-constraint generation (Zeng and Zhao 2013): the scenarios
that weigh on a plan, then those that weigh on the plan which is best for these, and so on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.data.plan import Plan
from robustev.methods.base import SolveRun
from robustev.methods.bounds import Bounds
from robustev.methods.result import SolveResult, Status, StopRule, TraceRow
from robustev.methods.wait_and_see import wait_and_see
from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance
from robustev.model.risk import Expected, RiskMeasure, ScenarioRisk
from robustev.parallel import interrupt
from robustev.recourse.certificate import Certificate
from robustev.recourse.recourse import Recourse

Inner = Callable[[SolveRun], SolveResult]
"""A method for some scenarios."""
SOURCE = "effective scenarios"
ROUND_GAP = 0.5
"""Gap of each round against the gap asked for, so that the last round reaches it."""
SHARP_GAP = 0.5
"""Gap of the own optima that regret hangs on, against the gap asked for."""
ACTIVE = "effective scenarios"
"""Name of the part that keeps which they are."""
AT_ONCE = 4
"""Most of them that are narrowed before the next round."""
SHARP_SHARE = 0.25
"""Share of the time left that the search for such an optimum may take."""


def restricted(
    instance: Instance, risk: ScenarioRisk, index: IntArray
) -> tuple[Instance, ScenarioRisk]:
    """Return the problem and the measure on the scenarios at ``index`` alone.

    See :meth:`robustev.model.risk.ScenarioRisk.restricted`.
    """
    part = instance.subset(index)
    measure = risk.restricted(index, part.probability)
    return _with_goal(part, measure.goal), measure


def _with_goal(instance: Instance, goal: RiskMeasure) -> Instance:
    return replace(instance, model=instance.model.model_copy(update={"objective": goal}))


def scenario_generation(run: SolveRun, inner: Inner) -> SolveResult:
    """Solve to ``run.stop`` by solving a growing set of scenarios by the method ``inner``.

    The lower bound is that for the set; the objective is evaluated exactly on all scenarios. The
    first set weighs on the best known plan that keeps the limits, or without any on the plan for
    the mean scenario. ``details`` holds ``effective_scenarios``, the size of the last set; the
    certificate is that of the best bound, whose prices hold for all scenarios. Own optima that
    regret is measured from need only be bracketed roughly; those that matter are narrowed.
    """
    search = _Search(run, inner)
    for plan in run.start:
        search.begin_with(plan)
    status = search.run(run.stop)
    return run.bounds.result(
        search.method, run.name, status, certificate=search.certificate,
        effective_scenarios=len(search.active),
    )  # fmt: skip


class _Search:
    """The set of scenarios, and what is known so far."""

    def __init__(self, run: SolveRun, inner: Inner) -> None:
        instance = run.instance
        self.whole = run
        self.instance = instance
        self.risk = run.risk
        self.inner = inner
        self.bounds = run.bounds
        self.method = ""
        self.certificate: Certificate | None = None
        self.recourse = Recourse(instance)
        self.first = first_stage(instance)
        self.active = np.array([], dtype=np.int64)
        self.sharp = np.zeros(len(instance.scenarios), dtype=bool)
        self.kept = run.keeper.part(ACTIVE)
        run.keeper.provide(ACTIVE, lambda: {"index": self.active})

    def begin_with(self, plan: Plan) -> None:
        """Offer a plan that is known already, unless it breaks a limit."""
        if not self.first.allows(plan):
            return
        weighty = self.offer(plan, self._costs(plan))
        if self.bounds.plan is plan:
            self.active = weighty

    def offer(self, plan: Plan, costs: FloatArray) -> IntArray:
        """Take a plan that costs so much, shape (scenarios,); return those that weigh on it."""
        self.bounds.offer(plan, self.risk.value(costs), SOURCE)
        return np.flatnonzero(self.risk.weights(costs) > 0)

    def _costs(self, plan: Plan) -> FloatArray:
        return self.recourse.costs(plan) + self.instance.infrastructure_cost(plan)

    def run(self, stop: StopRule) -> Status:
        """Grow the set until the gap is reached, or nothing is left to add; return why it ended."""
        if not len(self.active):
            result = self._solve_mean(stop)
            if result.plan is None:
                return result.status
            self.active = self.offer(result.plan, self._costs(result.plan))
        if self.risk.goal.needs_own_optima:
            self.active = np.union1d(self.active, self._extremes())
        if self.kept:
            self.active = np.union1d(self.active, self.kept["index"])
        while not self._over(stop):
            result = self._solve_active(stop)
            if result.status is Status.INFEASIBLE:
                return result.status
            if result.plan is None:
                break
            costs = self._costs(result.plan)
            grown = np.union1d(self.active, self.offer(result.plan, costs))
            sharper = self._sharpen(costs, stop)
            if len(grown) == len(self.active) and not sharper:
                break
            self.active = np.union1d(grown, self.offer(result.plan, costs)) if sharper else grown
        return self.bounds.status(stop, interrupted=interrupt.requested())

    def _extremes(self) -> IntArray:
        """Return the scenarios of least and of most demand.

        One alone has a plan without regret, and to prove 0 to a relative gap takes for ever.
        """
        total = self.instance.demand.sum(axis=(1, 2))
        return np.array([np.argmin(total), np.argmax(total)])

    def _over(self, stop: StopRule) -> bool:
        rounds = np.inf if stop.iterations is None else stop.iterations
        spent = self.bounds.seconds >= stop.seconds or self.bounds.iteration >= rounds
        return spent or self.bounds.gap <= stop.gap or interrupt.requested()

    def _solve_mean(self, stop: StopRule) -> SolveResult:
        """Return the solve of the mean scenario, for a plan to begin with."""
        central = self.instance.with_scenarios(self.instance.scenarios.mean())
        goal = Expected()
        measure = ScenarioRisk(goal, central.probability)
        result = self.inner(self.whole.on(_with_goal(central, goal), measure, stop))
        self.method = result.method
        return result

    def _solve_active(self, stop: StopRule) -> SolveResult:
        """Return the solve of the active scenarios; its lower bounds are taken as they come."""
        self.bounds.iteration += 1
        left = max(0.1, stop.seconds - self.bounds.seconds)
        part, measure = restricted(self.instance, self.risk, self.active)
        before = self.bounds.lower
        rule = StopRule(ROUND_GAP * stop.gap, left)
        result = self.inner(
            self.whole.on(
                part, measure, rule, Bounds(self._take_bound, negligible=self.bounds.negligible)
            )
        )
        self.method = result.method
        if result.lower_bound is not None:
            self.bounds.raise_lower(result.lower_bound, SOURCE)
        if self.bounds.lower > before and result.certificate is not None:
            self.certificate = replace(result.certificate, own_optimum=self.risk.best_cost)
        return result

    def _sharpen(self, costs: FloatArray, stop: StopRule) -> bool:
        """Narrow, for regret, the own optima that may decide a plan's; return whether any was.

        They are those of scenarios whose regret may exceed the lower bound, the largest first.
        """
        if self.risk.best_bound is None or self.risk.best_cost is None or self._over(stop):
            return False
        most = costs - self.risk.best_bound
        index = np.flatnonzero((most > self.bounds.lower) & ~self.sharp)
        index = np.sort(index[np.argsort(-most[index])][:AT_ONCE])
        if not len(index):
            return False
        self.sharp[index] = True
        left = SHARP_SHARE * max(0.1, stop.seconds - self.bounds.seconds)
        own = wait_and_see(self.instance.subset(index), gap=SHARP_GAP * stop.gap, seconds=left)
        lower, upper = self.risk.best_bound.copy(), self.risk.best_cost.copy()
        lower[index] = np.maximum(lower[index], own.lower)
        upper[index] = np.minimum(upper[index], own.upper)
        self.risk = replace(self.risk, best_cost=upper, best_bound=lower)
        return True

    def _take_bound(self, row: TraceRow) -> None:
        if row.lower_bound is not None:
            self.bounds.raise_lower(row.lower_bound, SOURCE)
