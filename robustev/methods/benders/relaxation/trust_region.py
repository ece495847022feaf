"""The linear relaxation where capacities decide: a trust region, and every scenario at each point.

Second-stage cost bends in the capacity of every site, so cuts found far from the optimum say little
about it, and those of a few scenarios little about the others. Each point therefore stays in a box
around the best one so far, and is asked of all scenarios (Linderoth and Wright 2003).
"""

from __future__ import annotations

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.methods.benders.decomposition import Decomposition
from robustev.methods.benders.engine import CutEngine
from robustev.methods.benders.representatives import MAX_FLOWS
from robustev.methods.benders.state import Step, Steps

SOURCE = "benders relaxation"

MAX_ARCS = 2_000_000
"""Arcs of all types and scenarios up to which solving all of them at each point pays."""
MIN_SCENARIOS = 8
"""Scenarios from which a point brings enough cuts, wherever the search begins."""
RADIUS = 0.2
"""Half the width of the first box, as a share of each column's size."""
MIN_SIZE = 5.0
"""Chargers that a column's size is at least, so that it can move from nought."""
ACHIEVED, WIDER = 0.5, 1.6
"""Share of the promised saving from which a success widens the box, and by how much."""
WORSE, NARROWER, MUCH_NARROWER = -0.5, 1.2, 1.6
"""How much a point without success narrows it: more if it is worse by this share or beyond."""
BOUND_PERIOD = 5
"""Iterations between two solves of the master without the box, where nothing asks for more."""
SOLVED = 0.1
"""Share of the gap aimed at to which the relaxation is solved."""
FINEST = 1e-7
"""Relative accuracy beyond which it is not."""
BALANCE = 0.5
"""Share of what is left between cost and bound that the box must promise; if it promises less,
cuts are sought outside."""
NEAR = 0.03
"""Share of the cost that may be left between it and the bound where a centre is rounded."""
IN_OUT = 0.3
"""Weight of the master's optimum against the centre where cuts are sought outside the box."""
LITTLE = 0.1
"""Rise of the bound, as a share of the accuracy, that counts as none."""
MAX_STALLS = 6
"""Times in a row that the bound may not rise."""


def pays(engine: CutEngine) -> bool:
    """Return whether chargers decide, and all scenarios may be solved at each point."""
    instance, count = engine.instance, engine.recourse.num_scenarios
    kernels = engine.recourse.kernels
    flows = len(instance.arcs) * len(kernels)
    cheap = flows * count <= MAX_ARCS and all(len(kernel.types) == 1 for kernel in kernels)
    telling = count >= MIN_SCENARIOS or flows <= MAX_FLOWS
    return bool(cheap and telling and (instance.max_chargers > instance.min_chargers).any())


class TrustRegion:
    """Minimises the relaxation from a point on, by cuts in a box around the best point so far.

    Parameters
    ----------
    centre
        Shape (columns,): first-stage point to begin at; it keeps the limits on plans.
    """

    def __init__(self, of: Decomposition, centre: FloatArray) -> None:
        self.of = of
        self.centre = centre
        self.cost = np.inf
        self.radius = RADIUS
        self.stalls = 0
        self.tolerance = max(SOLVED * of.gap, FINEST)
        first = of.engine.first
        self.size = np.minimum(first.upper - first.lower, np.maximum(centre, MIN_SIZE))
        self.exact = of.engine.recourse.num_scenarios

    def run(self) -> Steps[None]:
        """Move until the relaxation is solved to a share of the gap, or the solve is over."""
        of = self.of
        yield from self._ask_and_move(self.centre)
        while not of.done() and not self._solved():
            solution = of.master.solve_relaxation(within=self._box())
            assert solution.z is not None
            promised = self.cost - solution.bound
            little = promised <= BALANCE * (self.cost - of.state.relaxed)
            if little or self._near(solution.bound) or of.state.iteration % BOUND_PERIOD == 0:
                optimum = yield from self._bound()
                if of.done() or self._solved():
                    return
                if promised <= BALANCE * (self.cost - of.state.relaxed):
                    yield from self._look_towards(optimum)
                    continue
            yield from self._try(solution.z, promised)

    def _near(self, promise: float) -> bool:
        """Return whether the bound without the box, which is no higher, may reach the gap."""
        upper = self.of.bounds.upper
        return upper - promise <= self.of.gap * abs(upper)

    def _solved(self) -> bool:
        if self.stalls > MAX_STALLS:
            return True
        rest = self.cost - self.of.state.relaxed
        return bool(np.isfinite(rest) and rest <= self.tolerance * abs(self.cost))

    def _bound(self) -> Steps[FloatArray]:
        """Solve the master without the box, take its bound, and return its optimum."""
        state = self.of.state
        before = state.relaxed
        solution = self.of.master.solve_relaxation()
        assert solution.z is not None
        yield Step(SOURCE, bound=solution.bound, relaxed=solution.bound, drops=True)
        rise = state.relaxed - before
        self.stalls = self.stalls + 1 if rise <= LITTLE * self.tolerance * abs(before) else 0
        return solution.z

    def _look_towards(self, optimum: FloatArray) -> Steps[None]:
        """Seek cuts between the centre and the master's optimum; nearer to it after stalls."""
        weight = min(1.0, IN_OUT * 2.0**self.stalls)
        yield from self._ask_and_move(weight * optimum + (1 - weight) * self.centre)

    def _box(self) -> tuple[FloatArray, FloatArray]:
        first, reach = self.of.engine.first, self.radius * self.size
        if not np.isfinite(self.cost):  # near a point short of capacity there may be no plan
            return first.lower, first.upper
        return (
            np.maximum(first.lower, self.centre - reach),
            np.minimum(first.upper, self.centre + reach),
        )

    def _try(self, z: FloatArray, promised: float) -> Steps[None]:
        """Move to ``z`` if the cost is less there, and set the radius."""
        before = self.cost
        cost = yield from self._ask_and_move(z)
        if not np.isfinite(before):
            return
        achieved = (before - cost) / promised
        if achieved >= ACHIEVED:
            self.radius *= WIDER
        elif achieved <= 0:
            self.radius /= MUCH_NARROWER if achieved < WORSE else NARROWER

    def _ask_and_move(self, z: FloatArray) -> Steps[float]:
        """Return the exact cost at ``z``, after moving there if it is less."""
        of = self.of
        cost = yield from self._ask(z)
        if cost < self.cost:
            self.centre, self.cost = z, cost
            near = cost - of.state.relaxed <= NEAR * abs(cost)
            if near or not np.isfinite(of.bounds.upper):
                yield from of.rounded_to_nearest(z)
        return cost

    def _ask(self, z: FloatArray) -> Steps[float]:
        """Return the exact cost at ``z``, infinite if demand is short; its cuts join the master."""
        engine = self.of.engine
        cuts = engine.separate(z, tolerance=0.0, max_exact=self.exact, patience=self.exact + 1)
        yield Step(counts=True, cuts=cuts, point=z)
        x, capacity = engine.split(z)
        if any(group is None for _, group in cuts):
            return np.inf
        return engine.first.infrastructure_cost(z) + sum(cut.at(x, capacity) for cut, _ in cuts)
