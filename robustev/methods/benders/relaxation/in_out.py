"""In-out separation: cuts between the relaxation's optimum and a core point.

This damps the jumps of the cutting plane (Ben-Ameur and Neto 2007).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.core.errors import InfeasibleError
from robustev.methods.benders.decomposition import Decomposition
from robustev.methods.benders.integer_search import Polish
from robustev.methods.benders.master import MasterSolution
from robustev.methods.benders.state import Step, Steps
from robustev.recourse.kernels.base import EXACT, SeparationMode

SOURCE = "benders relaxation"
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
POLISH_PERIOD = 15
"""Iterations between two searches for better plans."""


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


class InOut:
    """Solves the master's linear relaxation by in-out separation, for all plans or on one side.

    Cuts are sought nearer to the master's optimum as iterations bring less. On a side the search
    ends once no plan there can improve on the best.

    Parameters
    ----------
    mode
        How scenarios are solved.
    while_it_pays
        Whether to end as soon as iterations close little of the gap.
    roughly
        Whether small rises of the bound count as none, since flow covers follow.
    """

    def __init__(
        self,
        of: Decomposition,
        polish: Polish,
        *,
        mode: SeparationMode = EXACT,
        side: Side | None = None,
        while_it_pays: bool = False,
        roughly: bool = False,
    ) -> None:
        self.of = of
        self.polish = polish
        self.mode = mode
        self.side = side
        self.while_it_pays = while_it_pays
        self.relaxed = of.state.relaxed
        self.core = of.state.core if side is None else None
        self.tolerance = max(min(of.gap / 10, 1e-4), 1e-7)
        self.little = self.tolerance if roughly else max(LITTLE * of.gap, LEAST)
        self.stalls = 0
        self.bounds = [self.relaxed]

    def run(self, most: float = np.inf) -> Steps[None]:
        """Solve to the end, or for ``most`` iterations."""
        of = self.of
        most += of.state.iteration
        while not of.done() and self.stalls <= MAX_STALLS and of.state.iteration < most:
            if self.while_it_pays and not self._pays():
                return
            solution = self.optimum()
            if solution is None:
                yield Step(counts=True)
                return
            rise = yield from self._take_bound(solution)
            if self.side and self.relaxed >= (1 - of.gap) * of.bounds.upper:
                return
            self.bounds.append(self.relaxed)
            weight = min(1.0, IN_OUT * 2.0**self.stalls)
            added = yield from self._cut_near(solution, weight)
            if not added and weight == 1.0:
                return
            if of.state.iteration % POLISH_PERIOD == 0:
                yield from self.polish.now_and_then()
            stalled = rise <= self.little * abs(self.relaxed) or not added
            self.stalls = self.stalls + 1 if stalled else 0

    def optimum(self) -> MasterSolution | None:
        """Return the master's optimum, or None if the side holds no plan."""
        if self.side is None:
            return self.of.master.solve_relaxation()
        try:
            return self.of.master.solve_relaxation(stations=self.side.stations)
        except InfeasibleError:
            return None

    def _take_bound(self, solution: MasterSolution) -> Steps[float]:
        """Take the master's bound; return by how much it rose."""
        before, self.relaxed = self.relaxed, max(self.relaxed, solution.bound)
        if self.side is None:
            yield Step(SOURCE, counts=True, bound=solution.bound, relaxed=solution.bound)
        else:
            yield Step(SOURCE, counts=True, bound=min(solution.bound, self.side.elsewhere))
        return self.relaxed - before

    def _cut_near(self, solution: MasterSolution, weight: float) -> Steps[bool]:
        """Move the core point towards the optimum and cut there; return whether that cuts it off.

        The new core point lies at the share ``weight`` of the way.
        """
        of = self.of
        assert solution.z is not None
        core = solution.z if self.core is None else self.core
        point: FloatArray = weight * solution.z + (1 - weight) * core
        cuts = of.engine.separate(
            point, tolerance=self.tolerance, max_exact=MAX_EXACT, mode=self.mode
        )
        yield from of.rounded(point)
        self.core = point
        violated = of.violated_by(solution, cuts)
        if self.side is None:
            yield Step(cuts=violated, core=point, point=point, drops=True)
        else:  # what is idle on one side may be tight on the other
            yield Step(cuts=violated, core=point)
        return bool(violated)

    def _pays(self) -> bool:
        """Return whether the latest iterations closed enough of the gap to go on."""
        if len(self.bounds) <= WORTH_WINDOW:
            return True
        before = self.bounds[-1 - WORTH_WINDOW]
        worth = COVERS_WORTH * (self.of.bounds.upper - before)
        return self.bounds[-1] - before >= max(worth, RELAXED * abs(before))
