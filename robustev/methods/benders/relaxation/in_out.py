"""The linear relaxation of the master: where cuts are sought, how long, and on which side."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from robustev.core.errors import InfeasibleError
from robustev.methods.benders.master import MasterSolution
from robustev.methods.benders.relaxation import trust_region
from robustev.methods.benders.representatives import representatives

if TYPE_CHECKING:
    from robustev.methods.benders.solver import BendersSolver

MAX_EXACT = 6
"""Exact solves at one point."""
IN_OUT = 0.2
"""Weight of the master's optimum against the core point where cuts are sought; it doubles with
every iteration that brings little."""
LITTLE = 0.01
"""Share of the gap aimed at by which the bound must rise in one iteration to be no stall."""
LEAST = 1e-8
"""Relative rise of the bound that is a stall however small the gap aimed at."""
MAX_STALLS = 6
"""Iterations in a row that may bring little before the relaxation counts as solved."""
COVERS_WORTH = 0.05
"""Share of the gap that flow covers must close in ``WORTH_WINDOW`` iterations to be sought on."""
WORTH_WINDOW = 5
RELAXED = 1e-5
"""Relative rise of the bound in so many iterations that is never worth them."""
ROUGH_ITERATIONS = 15
"""Quick iterations before a trust region takes over."""
POLISH_PERIOD = 15
"""Iterations between two searches for better plans."""
NEAR = 0.05
"""Distance from a whole number up to which a number of stations counts as whole."""


@dataclass(frozen=True)
class Side:
    """The plans with so many stations.

    Parameters
    ----------
    stations
        Least and most stations.
    elsewhere
        A lower bound on the cost of all other plans.
    """

    stations: tuple[float, float]
    elsewhere: float


class CuttingPlane:
    """Solves the relaxation of the master of ``steps``, as far as that pays.

    Quick cuts come first, then exact ones, then flow covers, and with these the relaxation on
    either side of a broken number of stations.
    """

    def __init__(self, steps: BendersSolver) -> None:
        self.steps = steps
        self.recourse = steps.engine.recourse

    def run(self) -> None:
        """Solve the relaxation; bounds, plans and cuts are taken as they come."""
        steps = self.steps
        if trust_region.pays(steps.engine):
            self._in_boxes()
        else:
            covers = self.recourse.strengthen(on=False)
            self._in_out(roughly=covers)
            if not steps.done() and self.recourse.be_exact():
                self._in_out(roughly=covers)
        steps.polish_now_and_then()  # a poor plan would hide what flow covers bring
        if not steps.done() and self.recourse.strengthen():
            self._in_out(while_it_pays=True)
            if not steps.done():
                self._both_sides()
            self.recourse.strengthen(on=False)

    # --- where chargers decide ---------------------------------------------------------------

    def _in_boxes(self) -> None:
        """Solve from a rough solution on by a trust region."""
        self._begin_with_few()
        self.recourse.be_exact()
        if not self.steps.done() and self.steps.core is not None:
            search = trust_region.TrustRegion(self.steps, self.steps.core)
            search.run()
            self.steps.core = search.centre

    def _begin_with_few(self) -> None:
        """Begin where the relaxation is best for few scenarios that stand for all."""
        steps, engine = self.steps, self.steps.engine
        few = representatives(engine)
        if few is None:
            self._in_out(most=ROUGH_ITERATIONS)
            return
        for prices in few.prices:
            self.recourse.add(prices)
        steps.core = few.z
        steps.learn_at(few.z, engine.plain_cuts(few.z, [few.prices[c] for c in few.assigned]))
        steps.bound_relaxation()  # so that the first plan has a gap

    # --- with fewer stations, and with more --------------------------------------------------

    def _both_sides(self) -> None:
        """Solve with fewer stations and with more, where the optimum opens a broken number.

        The lesser bound of the two sides holds for every plan, and the cuts of each everywhere.
        """
        steps = self.steps
        solution = steps.master.solve_relaxation()
        assert solution.z is not None
        opened = float(solution.z[: steps.engine.first.num_sites].sum())
        few = math.floor(opened + NEAR)
        if opened - few <= NEAR:
            return
        fewer = self._on(Side((0, few), elsewhere=steps.relaxed))
        more = self._on(Side((few + 1, np.inf), elsewhere=fewer))
        steps.bounds.raise_lower(min(fewer, more), "benders relaxation")

    def _on(self, side: Side) -> float:
        """Solve on one side; return its bound, infinite if it holds no plan."""
        steps = self.steps
        whole, steps.core = steps.relaxed, None
        self._in_out(while_it_pays=True, side=side)
        bound, steps.relaxed = steps.relaxed, whole
        optimum = self._optimum(side)
        if optimum is None:
            return np.inf
        steps.optima.append(optimum)
        return bound

    def _optimum(self, side: Side | None) -> MasterSolution | None:
        """Return the master's optimum, or None if a side holds no plan."""
        if side is None:
            return self.steps.master.solve_relaxation()
        try:
            return self.steps.master.solve_relaxation(stations=side.stations)
        except InfeasibleError:
            return None

    # --- in-out separation -------------------------------------------------------------------

    def _in_out(
        self,
        *,
        while_it_pays: bool = False,
        roughly: bool = False,
        most: float = np.inf,
        side: Side | None = None,
    ) -> None:
        """Solve by in-out separation: to the end, ``while_it_pays``, or for ``most`` iterations.

        Cuts are found at a point between the master's optimum and a core point, which damps the
        jumps of the cutting plane (Ben-Ameur and Neto 2007), and nearer to the optimum as that
        brings less. With ``roughly`` small rises count as none, since flow covers follow. On one
        ``side`` it ends once no plan there can improve on the best.
        """
        steps = self.steps
        most += steps.iteration
        tolerance = max(min(steps.gap / 10, 1e-4), 1e-7)
        little = tolerance if roughly else max(LITTLE * steps.gap, LEAST)
        elsewhere = np.inf if side is None else side.elsewhere
        stalls = 0
        bounds = [steps.relaxed]
        while (
            not steps.done()
            and stalls <= MAX_STALLS
            and steps.iteration < most
            and (not while_it_pays or self._pays(bounds))
        ):
            steps.count()
            solution = self._optimum(side)
            if solution is None:
                return
            rise = steps.take_bound(solution, elsewhere)
            if side and steps.relaxed >= (1 - steps.gap) * steps.bounds.upper:
                return
            bounds.append(steps.relaxed)
            weight = min(1.0, IN_OUT * 2.0**stalls)
            added = self._cut_near(solution, weight, tolerance)
            if side is None:  # what is idle on one side may be tight on the other
                assert steps.core is not None
                steps.points.append(steps.core)
                steps.master.drop_stale()
            if not added and weight == 1.0:
                return
            if steps.iteration % POLISH_PERIOD == 0:
                steps.polish_now_and_then()
            stalls = stalls + 1 if rise <= little * abs(steps.relaxed) or not added else 0

    def _cut_near(self, solution: MasterSolution, weight: float, tolerance: float) -> bool:
        """Move the core point towards the optimum and cut there; return whether that cuts it off.

        The new core point lies at the share ``weight`` of the way.
        """
        steps = self.steps
        assert solution.z is not None
        core = solution.z if steps.core is None else steps.core
        point = weight * solution.z + (1 - weight) * core
        cuts = steps.engine.separate(point, tolerance=tolerance, max_exact=MAX_EXACT)
        steps.round(point)
        steps.core = point
        return steps.add_violated(cuts, solution)

    def _pays(self, bounds: list[float]) -> bool:
        """Return whether the latest iterations closed enough of the gap to go on."""
        if len(bounds) <= WORTH_WINDOW:
            return True
        before = bounds[-1 - WORTH_WINDOW]
        worth = COVERS_WORTH * (self.steps.bounds.upper - before)
        return bounds[-1] - before >= max(worth, RELAXED * abs(before))
