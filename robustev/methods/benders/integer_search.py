"""Whole-number solves of the master: of all plans, and of those near the best."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.methods.benders.decomposition import Decomposition
from robustev.methods.benders.state import Step, Steps

POLISH_SHARE = 0.2
"""Share of the time so far that polishing may take in all while the relaxation is solved."""
MAX_POLISH = 8
"""Rounds of one search around the core point and the incumbent."""
NEAR = 0.05
"""Distance from a whole number up to which a core value counts as whole."""


def master_gap(of: Decomposition) -> float:
    """Return the relative gap to which whole-number masters are solved."""
    return max(min(of.gap / 4, of.bounds.gap / 8), 1e-9)


def search(of: Decomposition, seconds: float, report: Callable[[Step], None]) -> Steps[bool]:
    """Solve the master with whole numbers once, and evaluate its plan.

    ``report`` takes the bounds that HiGHS finds on the way. Returns whether anything was learnt:
    a cut, a bound or a plan.
    """
    yield Step(counts=True)

    def on_bound(bound: float) -> bool:
        report(Step("benders tree", bound=bound))
        return of.done()

    solution = of.master.solve_integer(
        gap=master_gap(of), seconds=seconds, on_bound=on_bound, start=of.state.incumbent
    )
    before = of.bounds.lower
    yield Step("benders tree", bound=solution.bound)
    moved = of.bounds.lower > before
    if solution.z is None:
        return moved
    better, added = yield from of.evaluated(solution, "benders")
    return better or added or moved


class Polish:
    """Searches for better plans near the relaxation's core point and the incumbent.

    The integer master within the box that the two span is small (as in relaxation induced
    neighbourhoods, Danna et al. 2005); its plan is evaluated and cut off until the box holds
    nothing better. A box without success makes the next one wider.
    """

    def __init__(self, of: Decomposition) -> None:
        self.of = of
        self.radius = 0
        self.seconds = 0.0

    def now_and_then(self) -> Steps[None]:
        """Search with what is left of the share of the time so far."""
        yield from self.run(max(0.5, POLISH_SHARE * self.of.bounds.seconds - self.seconds))

    def run(self, seconds: float) -> Steps[bool]:
        """Search for at most ``seconds``; return whether a better plan was found."""
        of = self.of
        if of.state.core is None or of.state.incumbent is None:
            return False
        core, improved, begun = of.state.core, False, of.bounds.seconds
        for _ in range(MAX_POLISH):
            left = begun + seconds - of.bounds.seconds
            if of.done() or left <= 0:
                break
            solution = of.master.solve_integer(
                gap=master_gap(of),
                seconds=left,
                on_bound=lambda _: of.done(),
                start=of.state.incumbent,
                within=self._box(core, of.state.incumbent),
            )
            if solution.z is None:
                break
            better, added = yield from of.evaluated(solution, "polishing")
            improved |= better
            if not added:
                break
        self.seconds += of.bounds.seconds - begun
        self.radius = self.radius if improved else self.radius + 1
        return improved

    def _box(self, core: FloatArray, incumbent: FloatArray) -> tuple[FloatArray, FloatArray]:
        first = self.of.engine.first
        low = np.minimum(np.floor(core + NEAR), incumbent) - self.radius
        high = np.maximum(np.ceil(core - NEAR), incumbent) + self.radius
        return np.maximum(low, first.lower), np.minimum(high, first.upper)
