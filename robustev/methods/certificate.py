"""Taking the certificate of a lower bound out of the decomposition that found it."""

from __future__ import annotations

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.methods.benders.engine import CutEngine
from robustev.recourse.certificate import Certificate

MAX_POINTS = 100
"""Most points kept; the last ones lie nearest to the relaxation's optimum."""


def certificate_of(engine: CutEngine, points: list[FloatArray]) -> Certificate:
    """Return the duals behind every cut of ``engine``, and the last of the relaxation's points."""
    recourse, risk = engine.recourse, engine.risk
    return Certificate(
        points=np.array(points[-MAX_POINTS:]).reshape(-1, engine.first.num_columns),
        costs=tuple(kernel.stored() for kernel in recourse.kernels),
        shortages=tuple(kernel.stored() for kernel in recourse.shortage_kernels),
        own_optimum=None if risk.is_expectation else risk.best_cost,
    )
