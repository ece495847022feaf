"""Rows of tables, and quantiles of weighted values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from robustev.core.arrays import FloatArray


def records(frame: pd.DataFrame) -> Iterator[Any]:
    """Return the rows, whose columns are attributes."""
    return iter(frame.itertuples())


def weighted_quantile(values: FloatArray, weight: FloatArray, level: float) -> float:
    """Return the smallest value that at least the share ``level`` of the weight does not exceed.

    >>> weighted_quantile(np.array([3.0, 1.0, 2.0]), np.array([0.5, 0.25, 0.25]), 0.5)
    2.0
    """
    order = np.argsort(values)
    reached = np.cumsum(weight[order]) >= level * weight.sum() * (1 - 1e-12)
    return float(values[order][int(np.argmax(reached))])
