"""Sums over the demand of many scenarios: in double precision, whatever demand is kept in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from robustev.core.arrays import FloatArray

BLOCK_BYTES = 8_000_000
"""Demand that is widened to double precision at a time."""


def demand_product(demand: NDArray[np.floating], values: FloatArray) -> FloatArray:
    """Return ``demand @ values`` in double precision.

    ``demand`` has shape (scenarios, zones), in single or double precision, ``values`` has shape
    (zones,) or (zones, n). Single precision is widened some scenarios at a time, never as a whole.
    """
    if demand.dtype == np.float64:
        return np.asarray(demand @ values)
    rows = max(1, BLOCK_BYTES // (8 * demand.shape[1]))
    found = np.empty((len(demand), *values.shape[1:]))
    for start in range(0, len(demand), rows):
        found[start : start + rows] = demand[start : start + rows].astype(np.float64) @ values
    return found
