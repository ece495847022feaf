"""How far demand travels: percentiles over demand, not over places."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from robustev.core.arrays import FloatArray

PERCENTILES = (0.5, 0.9, 0.95, 1.0)


def weighted_quantiles(
    values: FloatArray, weights: FloatArray, levels: Sequence[float]
) -> list[float | None]:
    """Return the smallest values that at least each level's share of the weight does not exceed.

    All None where there is no weight.

    >>> weighted_quantiles(np.array([3.0, 1.0, 2.0]), np.array([1.0, 2.0, 1.0]), [0.5, 0.9])
    [1.0, 3.0]
    """
    used = weights > 0
    if not used.any():
        return [None] * len(levels)
    order = np.argsort(values[used], kind="stable")
    value, total = values[used][order], np.cumsum(weights[used][order])
    # A share of 1e-12 is rounding: a level that the sum reaches but for that is reached.
    place = np.searchsorted(total, (np.asarray(levels) - 1e-12) * total[-1])
    return [float(value[min(int(at), len(value) - 1)]) for at in place]


def travel_quantiles(
    flow: FloatArray, travel: FloatArray, levels: Sequence[float] = PERCENTILES
) -> list[float | None]:
    """Return demand-weighted percentiles of travel; both arrays have shape (arcs,)."""
    used = np.nonzero(flow)
    return weighted_quantiles(travel[used], flow[used], levels)


def mean_travel(flow: FloatArray, travel: FloatArray) -> float | None:
    """Return the demand-weighted mean travel; None where nothing is served."""
    used = np.nonzero(flow)
    total = float(flow[used].sum())
    return float(flow[used] @ travel[used]) / total if total > 0 else None
