"""Building blocks of benchmark regions: numbered places, and sites without chargers."""

from __future__ import annotations

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.data.region import Sites


def numbered(count: int) -> tuple[str, ...]:
    """Return the ids '1' to 'count'.

    >>> numbered(3)
    ('1', '2', '3')
    """
    return tuple(str(number) for number in range(1, count + 1))


def plain_sites(
    fixed_capacity: FloatArray,
    opening_cost: FloatArray,
    *,
    x: FloatArray | None = None,
    y: FloatArray | None = None,
) -> Sites:
    """Return numbered sites that hold no chargers: capacity (sites, types) comes with opening."""
    count = len(opening_cost)
    return Sites(
        ids=numbered(count),
        slots=np.zeros(count, dtype=np.int64),
        existing=np.zeros((count, 0), dtype=np.int64),
        existing_open=np.zeros(count, dtype=np.bool_),
        opening_cost=opening_cost,
        fixed_capacity=fixed_capacity,
        x=x,
        y=y,
    )
