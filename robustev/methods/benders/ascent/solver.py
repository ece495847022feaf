"""Solving by dual ascent: bounds from prices of every scenario, plans from the relaxation."""

from __future__ import annotations

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.data.arcs import Arcs
from robustev.methods.base import SolveRun
from robustev.methods.benders.ascent.designs import Designs
from robustev.methods.benders.ascent.iterate import Ascent, Means
from robustev.methods.benders.ascent.judging import PlanJudge
from robustev.methods.benders.ascent.plans import PricedPlan, dive, plan_near, plan_of
from robustev.methods.result import relative_gap
from robustev.model.first_stage import first_stage
from robustev.parallel import interrupt
from robustev.recourse.arc_passes import ArcPasses
from robustev.recourse.certificate import Certificate, StoredDuals

FIRST_EPS, LEAST_EPS = 1.0 / 9.0, 1.0 / 80.0
"""Weight of entropy at first and at last, in units of what a zone's second choice costs more."""
ROUND = 20
"""Steps between two bounds."""
MAX_ROUNDS = 20
SLOW = 0.1
"""Share of the gap aimed at that a round must gain while the gap is open."""
PATIENCE = 3
"""Rounds in a row that may gain less before the ascent ends."""
PLANS = (2, 3, 4)
"""Rounds from one plan to the next, the last of these from then on. The first comes with the first
round that gains less than the gap aimed at: before, the bound could not close it."""
DIVES = (0.25, 0.12)
"""Shares of fractional openings that dives fix at a time, if the gap is open after the ascent."""


class AscentSolver:
    """Raises the lower bound by ascent, and offers plans near where it stands."""

    def __init__(self, run: SolveRun) -> None:
        instance = run.instance
        self.run, self.instance = run, instance
        passes = ArcPasses(instance.arcs, float(instance.unserved_price[0]), workers=run.workers)
        spread = second_choice(instance.arcs, instance.region.demand[:, 0], passes.ceiling)
        self.ascent = Ascent(
            passes, Designs.of(instance), instance.demand[:, :, 0], instance.probability,
            (FIRST_EPS * spread, LEAST_EPS * spread),
        )  # fmt: skip
        self.judge = PlanJudge(instance, passes)
        self.best: Means | None = None
        self.proven = -np.inf

    def solve(self) -> None:
        """Work until the gap is closed, nothing much is gained any more, or the time is over."""
        idle, bounds, goal = 0, self.run.bounds, self.run.stop.gap
        waits, due = iter(PLANS), 1
        for number in range(1, MAX_ROUNDS + 1):
            before = bounds.lower
            means = self._climb()
            bounds.iteration = self.ascent.steps
            if self.is_over:
                return
            gained = (bounds.lower - before) / max(abs(bounds.lower), 1e-300)
            idle = idle + 1 if gained < SLOW * goal else 0
            last = idle >= PATIENCE or number == MAX_ROUNDS
            if last or (gained < goal and number >= due):
                self._offer(plan_near(self.ascent, means, self.run.name), last=last)
                due = number + next(waits, PLANS[-1])
            if self.is_over:
                return
            if last:
                self._dive(means)
                return

    def _dive(self, means: Means) -> None:
        """Offer plans whose openings are fixed little by little, ever more slowly."""
        for share in DIVES:
            opened = dive(self.ascent, means, share, lambda: self.is_over)
            if opened is None or self.is_over:
                return
            self._offer(plan_of(self.ascent, opened, self.run.name), last=True)

    @property
    def is_over(self) -> bool:
        """Whether the gap or the time limit is reached, or someone asked to stop."""
        bounds, stop = self.run.bounds, self.run.stop
        return bounds.gap <= stop.gap or bounds.seconds > stop.seconds or interrupt.requested()

    def _climb(self) -> Means:
        """Take a round of steps, and the bound of their mean prices."""
        self.ascent.run(ROUND)
        means = self.ascent.means()
        self.ascent.clear()
        bound = self.ascent.bound(means.price, means.toll) + self.instance.fixed_cost
        self.run.bounds.raise_lower(bound, "dual ascent")
        if bound > self.proven:
            self.best, self.proven = means, bound
        return means

    def _offer(self, priced: PricedPlan, *, last: bool) -> None:
        """Evaluate a plan, unless its prices tell that it is of no use.

        That is so if it cannot be better than the best one, or, while more is to come, if it
        cannot close the gap either.
        """
        if not first_stage(self.instance).allows(priced.plan):
            return
        bounds, least = self.run.bounds, self.judge.at_least(priced)
        closes = relative_gap(least, bounds.lower) or 0.0
        if bounds.plan is not None and (
            least >= bounds.upper or (not last and closes > self.run.stop.gap)
        ):
            return
        costs = self.judge.costs(priced, lambda: bounds.seconds_left(self.run.stop))
        if costs is None:
            return
        bounds.offer(priced.plan, self.run.risk.value(costs), "plan near the ascent")

    def certificate(self) -> Certificate:
        """Return the prices and tolls that the lower bound rests on."""
        assert self.best is not None
        columns = first_stage(self.instance).num_columns
        price = self.best.price.T[:, :, None].astype(np.float64)
        arrays = dict(StoredDuals.plain("transport", price, self.instance.num_zones).arrays)
        arrays["toll"] = self.best.toll.astype(np.float32)
        return Certificate(np.zeros((0, columns)), (StoredDuals("transport", arrays),))


def second_choice(arcs: Arcs, units: FloatArray, ceiling: float) -> float:
    """Return by how much a unit's second choice costs more than its first, on average."""
    order = np.lexsort((arcs.cost, arcs.zone))
    several = np.flatnonzero(np.diff(arcs.zone_start) > 1)
    first = arcs.zone_start[several]
    more = arcs.cost[order][first + 1] - arcs.cost[order][first]
    total = float(units[several].sum())
    mean = float(units[several] @ more) / total if total > 0 else 0.0
    return mean if mean > 0 else 0.1 * ceiling
