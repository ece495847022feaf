"""Plans near the relaxation that an ascent has come to."""

from __future__ import annotations

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.data.plan import Plan
from robustev.methods.benders.ascent.iterate import Ascent

WHOLE = 0.02
"""Distance from 0 or 1 up to which a relaxed opening counts as whole."""
OPEN = 0.5
"""Relaxed opening from which on a site is opened."""
SETTLING, SETTLED = 40, 20
"""Steps with openings fixed: until capacities have followed, and over which they are averaged."""


def plan_near(ascent: Ascent, x: FloatArray, capacity: FloatArray, name: str) -> Plan:
    """Return whole numbers near relaxed openings and capacities.

    Where some openings are fractional, they are rounded, and capacities follow in an ascent of
    their own, which leaves the given one as it is.
    """
    opened = (x > OPEN) | (ascent.designs.must > 0)
    if (np.minimum(x, 1.0 - x) > WHOLE).any():
        fixed = ascent.with_openings(opened)
        fixed.run(SETTLING)
        fixed.clear()
        fixed.run(SETTLED)
        capacity = fixed.means().capacity
    x = opened.astype(float)
    return Plan(name, opened, ascent.designs.chargers(capacity, x))
