"""Measures that count above each scenario's own optimum (regret), to the gap asked of them.

A regret is small beside the costs that it is the difference of, so the own optima must be known far
better than the plan's cost need be, but only those of scenarios that may decide. They are bracketed
first as is usual for costs; then the plan is made as if the brackets' upper ends were the optima,
which gives a true lower bound; then the brackets that leave a gap are narrowed, and so on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.data.plan import Plan
from robustev.methods.base import Method, SolveRun, kept_if_it_fails
from robustev.methods.bounds import Bounds
from robustev.methods.result import SolveResult, Status, StopRule, TraceRow
from robustev.methods.wait_and_see import beside_plans, regret_measure, wait_and_see
from robustev.parallel import interrupt
from robustev.parallel.ranks import told
from robustev.recourse.certificate import Certificate
from robustev.recourse.recourse import Recourse

ACCURACY = 0.5
"""Gap of each scenario's own optimum at first, against the gap asked of the plan."""
ROUGH = 0.02
"""The same, where the method itself narrows the few optima that matter."""
SHARE = 0.5
"""Share of the time that is left which a search for own optima may take."""
PART = 0.25
"""Share of the gap asked of a regret that the bracket of an own optimum may leave."""
FINEST = 1e-9
"""Relative gap beyond which no optimum is asked for."""
BRACKETS = "own optima"
"""Name of the part that keeps their brackets."""


def solve_above_own_optima(method: Method, run: SolveRun) -> SolveResult:
    """Return what ``method`` finds for a measure that counts above the scenarios' own optima.

    Raises
    ------
    InfeasibleError
        If a scenario has no plan of its own.
    """
    rough = method.decided_by_few(run.instance, run.num_ranks)
    gap = max(run.stop.gap * ACCURACY, ROUGH if rough else 0.0)
    brackets = _Brackets(run)
    own = wait_and_see(
        run.instance, gap=gap, total=SHARE * run.stop.seconds, comm=run.comm,
        known=brackets.known, heard=brackets.take,
    )  # fmt: skip
    if own.interrupted:
        return run.bounds.result(method.name, run.name, Status.INTERRUPTED)
    risk = regret_measure(run.instance, beside_plans(own, run.instance, run.start))
    search = _Search(method, replace(run, risk=risk), rough, brackets)
    return search.run(max(gap, FINEST))


class _Brackets:
    """Brackets of the scenarios' own optima as they are found, kept for a later solve."""

    def __init__(self, run: SolveRun) -> None:
        count = len(run.instance.scenarios)
        self.lower, self.upper = np.full(count, -np.inf), np.full(count, np.inf)
        parts = run.keeper.parts(BRACKETS)
        for kept in parts:
            self.lower = np.maximum(self.lower, kept["lower"])
            self.upper = np.minimum(self.upper, kept["upper"])
        self.known = (self.lower.copy(), self.upper.copy()) if parts else None
        rank = 0 if run.comm is None else int(run.comm.Get_rank())
        run.keeper.provide(f"{BRACKETS}:{rank}", lambda: {"lower": self.lower, "upper": self.upper})

    def take(self, place: int, lower: float, upper: float) -> None:
        """Note the bracket of one scenario."""
        self.lower[place] = max(self.lower[place], lower)
        self.upper[place] = min(self.upper[place], upper)


@dataclass(frozen=True, eq=False)
class _Found:
    """A plan and what it costs in every scenario."""

    plan: Plan
    costs: FloatArray


class _Search:
    """Makes plans and narrows brackets in turn, until the gap is that asked for."""

    def __init__(self, method: Method, run: SolveRun, rough: bool, brackets: _Brackets) -> None:
        self.method = method
        self.brackets = brackets
        self.whole = run
        self.risk = run.risk
        self.rough = rough
        self.bounds = run.bounds
        self.recourse = Recourse(run.instance)
        self.certificate: Certificate | None = None

    def run(self, gap: float) -> SolveResult:
        """Return the result; ``gap`` is that to which the own optima are known."""
        stop, name = self.whole.stop, self.whole.name
        while True:
            result = self._solve()
            if result.status in (Status.INFEASIBLE, Status.ERROR):
                break
            found = self._take(result)
            if not self._decided(found is not None and not self._over()):
                break
            assert found is not None
            index, finer = self._wide(found.costs, gap)
            if not len(index):
                break
            gap = finer
            self._narrow(index, gap)
            self._offer(found)
        status = self.bounds.status(stop, interrupted=interrupt.requested())
        if result.status in (Status.INFEASIBLE, Status.ERROR):
            status = result.status
        whole = self.bounds.result(
            self.method.name, name, status, result.message, certificate=self.certificate
        )
        return replace(whole, details=result.details)

    def _decided(self, go_on: bool) -> bool:
        """Return rank 0's decision: clocks differ."""
        return told(self.whole.comm, go_on)

    def _over(self) -> bool:
        stop, bounds = self.whole.stop, self.bounds
        late = bounds.seconds >= stop.seconds
        return late or bounds.gap <= stop.gap or interrupt.requested()

    def _solve(self) -> SolveResult:
        """Return the plan for the own optima as they are known."""
        run, stop = self.whole, self.whole.stop
        exact = self.risk if self.rough else replace(self.risk, best_bound=None)
        left = max(0.1, stop.seconds - self.bounds.seconds)
        known = () if self.bounds.plan is None else (self.bounds.plan,)
        part = replace(
            run,
            risk=exact,
            stop=StopRule((1 - PART) * stop.gap, left, stop.iterations),
            bounds=Bounds(self._take_bound, negligible=self.bounds.negligible),
            start=(*known, *run.start),
        )
        before = self.bounds.lower
        result = kept_if_it_fails(part, self.method.name, lambda: self.method.solve(part))
        if result.lower_bound is not None:
            self.bounds.raise_lower(result.lower_bound, result.method)
        if result.certificate is not None and self.bounds.lower >= before:
            self.certificate = replace(result.certificate, own_optimum=self.risk.best_cost)
        return result

    def _take_bound(self, row: TraceRow) -> None:
        self.bounds.iteration = row.iteration
        if row.lower_bound is not None:
            self.bounds.raise_lower(row.lower_bound, row.source)

    def _take(self, result: SolveResult) -> _Found | None:
        if result.plan is None:
            return None
        fixed = self.whole.instance.infrastructure_cost(result.plan)
        found = _Found(result.plan, self.recourse.costs(result.plan) + fixed)
        self._offer(found)
        return found

    def _offer(self, found: _Found) -> None:
        self.bounds.offer(found.plan, self.risk.value(found.costs), self.method.name)

    def _wide(self, costs: FloatArray, known: float) -> tuple[IntArray, float]:
        """Return the scenarios whose brackets leave a gap, and the relative gap they should have.

        None are left where they are known as well as numbers tell.
        """
        upper, lower = self.risk.best_cost, self.risk.best_bound
        assert upper is not None
        assert lower is not None
        regret = float(np.max(costs - upper))
        enough = max(PART * self.whole.stop.gap * regret, self.bounds.negligible)
        index = np.flatnonzero((upper - lower > enough) & (costs - lower > self.bounds.lower))
        if not len(index):
            return index, known
        finer = enough / float(np.abs(upper[index]).max())
        finer = max(min(finer, known / 2), FINEST)
        return (index if finer < known else index[:0]), finer

    def _narrow(self, index: IntArray, gap: float) -> None:
        """Solve some scenarios on their own, to a finer gap."""
        run = self.whole
        left = run.stop.seconds - self.bounds.seconds
        total = SHARE * max(left, 0.1) if math.isfinite(left) else math.inf
        own = wait_and_see(run.instance.subset(index), gap=gap, total=total, comm=run.comm)
        upper, lower = self.risk.best_cost, self.risk.best_bound
        assert upper is not None
        assert lower is not None
        upper, lower = upper.copy(), lower.copy()
        upper[index] = np.minimum(upper[index], own.upper)
        lower[index] = np.maximum(lower[index], own.lower)
        for place in index:
            self.brackets.take(int(place), float(lower[place]), float(upper[place]))
        self.risk = replace(self.risk, best_cost=upper, best_bound=lower)
