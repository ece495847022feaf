"""What a decomposition has learnt, as arrays, and how another one takes it up.

Kept are the dual points of every kernel and the points of the relaxation. Cuts are not: at those
points the pool gives them again, for any groups of scenarios.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from robustev.core.arrays import FloatArray
from robustev.methods.benders.decomposition import Decomposition
from robustev.methods.benders.engine import CutEngine
from robustev.methods.benders.state import Step, Steps
from robustev.methods.certificate import MAX_POINTS
from robustev.methods.checkpoint import Arrays
from robustev.recourse.recourse import Recourse

POOL = "pool"
"""Name of the part."""
MAX_BYTES = 64_000_000
"""Most memory of the dual points of one kernel, before compression."""
MAX_DUALS = 2000
"""Most dual points of one kernel, the newest ones."""


def pool_arrays(engine: CutEngine, points: Sequence[FloatArray]) -> Arrays:
    """Return the dual points of every kernel, and the points of the relaxation."""
    instance = engine.instance
    size = 4 * (instance.num_sites * instance.num_types + instance.num_zones)
    most = max(1, min(MAX_DUALS, MAX_BYTES // size))
    kept = list(points)[-MAX_POINTS:]
    found: dict[str, NDArray[Any]] = {
        "points": np.array(kept).reshape(-1, engine.first.num_columns)
    }
    for label, kernel in _labelled(engine.recourse):
        if len(kernel.pool):
            found |= {f"{label}_{name}": a for name, a in kernel.packed(most).items()}
    return found


def take_up(recourse: Recourse, kept: Arrays) -> None:
    """Put the dual points of an earlier solve of the same instance into the pools."""
    for label, kernel in _labelled(recourse):
        head = f"{label}_"
        own = {name.removeprefix(head): a for name, a in kept.items() if name.startswith(head)}
        for dual in kernel.unpacked(own) if own else ():
            kernel.add(dual)


def resumed(of: Decomposition, kept: Arrays) -> Steps[None]:
    """Take up pools and points, and cut where the earlier solve had cut."""
    if not kept:
        return
    take_up(of.engine.recourse, kept)
    for z in kept["points"]:
        known = of.engine.learn(z, tolerance=0.0, max_exact=0)
        yield Step(cuts=of.engine.cuts_from(known), point=z)
    if of.state.incumbent is not None:
        known = of.engine.learn(of.state.incumbent, tolerance=0.0, max_exact=0)
        yield Step(cuts=of.engine.cuts_from(known))


def _labelled(recourse: Recourse) -> list[tuple[str, Any]]:
    """Return all kernels with their names in the arrays."""
    labelled = [(f"costs-{g}", kernel) for g, kernel in enumerate(recourse.kernels)]
    short = enumerate(recourse.shortage_kernels)
    return labelled + [(f"shortages-{g}", kernel) for g, kernel in short]
