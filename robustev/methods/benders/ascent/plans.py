"""Plans near the relaxation that an ascent has come to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import BoolArray
from robustev.data.plan import Plan
from robustev.methods.benders.ascent.iterate import Ascent, Means
from robustev.recourse.arc_passes import Single

WHOLE = 0.02
"""Distance from 0 or 1 up to which a relaxed opening counts as whole."""
OPEN = 0.5
"""Relaxed opening from which on a site is opened."""
SETTLING, SETTLED = 40, 20
"""Steps with openings fixed: until capacities have followed, and over which they are averaged."""


DIVE_STEPS = 20
"""Steps after some openings are fixed, in which the others adapt."""
FEW_FREE = 5
"""Free openings that are rounded at once."""


@dataclass(frozen=True, eq=False)
class PricedPlan:
    """A plan, and prices of capacity, shape (sites, scenarios), near those that serve it best."""

    plan: Plan
    price: Single


def plan_near(ascent: Ascent, means: Means, name: str) -> PricedPlan:
    """Return whole numbers near relaxed openings and capacities.

    Where some openings are fractional, they are rounded, and capacities follow in an ascent of
    their own, which leaves the given one as it is.
    """
    opened = (means.x > OPEN) | (ascent.designs.must > 0)
    if (np.minimum(means.x, 1.0 - means.x) > WHOLE).any():
        return plan_of(ascent, opened, name)
    return PricedPlan(_sized(ascent, opened, means, name), means.price)


def plan_of(ascent: Ascent, opened: BoolArray, name: str) -> PricedPlan:
    """Return the plan of given openings, shape (sites,), with capacities and prices of its own."""
    openings = opened.astype(float)
    fixed = ascent.within(openings, openings)
    fixed.run(SETTLING)
    fixed.clear()
    fixed.run(SETTLED)
    means = fixed.means()
    return PricedPlan(_sized(ascent, opened, means, name), means.price)


def dive(
    ascent: Ascent, means: Means, share: float, interrupted: Callable[[], bool]
) -> BoolArray | None:
    """Return whole openings (sites,), fixing a ``share`` of the fractional ones at a time.

    Those nearest to a whole number are fixed first; prices and the other openings then follow for
    some steps (diving, with Lagrangian prices in the place of linear programs). None when
    interrupted.
    """
    least, most = (np.array(bound) for bound in ascent.bounds)
    x = means.x
    while True:
        free = np.flatnonzero(least < most)
        if len(free) <= FEW_FREE:
            least[free] = most[free] = x[free] > OPEN
            return least > OPEN
        if interrupted():
            return None
        order = np.argsort(np.minimum(x[free], 1.0 - x[free]), kind="stable")
        fixed = free[order[: int(np.ceil(share * len(free)))]]
        least[fixed] = most[fixed] = x[fixed] > OPEN
        ascent = ascent.within(least.copy(), most.copy())
        ascent.run(DIVE_STEPS)
        x = ascent.means().x


def _sized(ascent: Ascent, opened: BoolArray, means: Means, name: str) -> Plan:
    return Plan(name, opened, ascent.designs.chargers(means.capacity, opened.astype(float)))
