"""The split on the number of stations, where the relaxation opens a fractional number of them."""

from __future__ import annotations

import math

import numpy as np

from robustev.methods.benders.decomposition import Decomposition
from robustev.methods.benders.integer_search import Polish
from robustev.methods.benders.relaxation.in_out import SOURCE, InOut, Side
from robustev.methods.benders.state import Step, Steps
from robustev.recourse.kernels.base import WITH_COVERS

NEAR = 0.05
"""Distance from a whole number up to which a number of stations counts as whole."""


def split_stations(of: Decomposition, polish: Polish) -> Steps[None]:
    """Bound "at most floor(k) stations" and "at least ceil(k)", for a fractional number k.

    The smaller bound of the two sides holds for all plans, and the cuts of each everywhere.
    """
    solution = of.master.solve_relaxation()
    assert solution.z is not None
    opened = float(of.engine.first.openings(solution.z).sum())
    few = math.floor(opened + NEAR)
    if opened - few <= NEAR:
        return
    fewer = yield from solve_side(of, polish, Side((0, few), elsewhere=of.state.relaxed))
    more = yield from solve_side(of, polish, Side((few + 1, np.inf), elsewhere=fewer))
    yield Step(SOURCE, bound=min(fewer, more))


def solve_side(of: Decomposition, polish: Polish, side: Side) -> Steps[float]:
    """Solve the relaxation on one side; return its bound, infinite if it holds no plan."""
    search = InOut(of, polish, mode=WITH_COVERS, side=side, while_it_pays=True)
    yield from search.run()
    optimum = search.optimum()
    if optimum is None:
        return np.inf
    yield Step(optimum=optimum)
    return search.relaxed
