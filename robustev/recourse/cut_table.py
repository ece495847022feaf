"""What the dual points of a pool prove for each scenario, as functions of openings and capacity.

The functions are affine, so reading all of them at a point is one matrix product. Only points that
were lately the best for some scenario stay.
"""

from __future__ import annotations

import numpy as np

from robustev.core.arrays import FloatArray, IntArray

MAX_BYTES = 400_000_000
"""Most memory of one table."""
MAX_POINTS = 1000
"""Most dual points in a table."""
MIN_POINTS = 64
"""Dual points that a table must be able to hold to be of use."""


class CutTable:
    """Cuts ``constant + slope @ x - rent @ C`` of dual points (rows) and scenarios.

    Parameters
    ----------
    num_scenarios, num_sites
        Its size.
    """

    def __init__(self, num_scenarios: int, num_sites: int) -> None:
        self.capacity = table_size(num_scenarios, num_sites)
        self.constant = np.zeros((0, num_scenarios))
        self.slope = np.zeros((0, num_scenarios, num_sites))
        self.rent = np.zeros((0, num_sites))
        self.place = np.zeros(0, dtype=np.int64)
        self.used = np.zeros(0, dtype=np.int64)
        self.count = 0
        self.clock = 0

    def put(self, place: int, constant: FloatArray, slope: FloatArray, rent: FloatArray) -> None:
        """Add the cuts of the dual point at a place of the pool.

        Shapes (scenarios,), (scenarios, sites) and (sites,).
        """
        if self.count == len(self.place):
            self._make_room()
        row = self.count
        self.constant[row], self.slope[row], self.rent[row] = constant, slope, rent
        self.place[row], self.used[row] = place, self.clock
        self.count += 1

    def _make_room(self) -> None:
        """Grow, or drop the half of the points that were of no use for longest."""
        if self.count < self.capacity:
            size = min(self.capacity, max(2 * self.count, 32))
            for name in ("constant", "slope", "rent", "place", "used"):
                old = getattr(self, name)
                new = np.zeros((size, *old.shape[1:]), dtype=old.dtype)
                new[: len(old)] = old
                setattr(self, name, new)
            return
        keep = np.sort(np.argsort(-self.used, kind="stable")[: self.count // 2])
        for name in ("constant", "slope", "rent", "place", "used"):
            column = getattr(self, name)
            column[: len(keep)] = column[keep]
        self.count = len(keep)

    def values(
        self, x: FloatArray, capacity: FloatArray, first: int = 0
    ) -> tuple[IntArray, FloatArray]:
        """Return the places kept, from ``first`` on, and what they prove at ``(x, C)``.

        Shapes (points,) and (points, scenarios).
        """
        start = int(np.searchsorted(self.place[: self.count], first))
        rows = slice(start, self.count)
        proven = self.slope[rows] @ x
        proven += self.constant[rows]
        proven -= (self.rent[rows] @ capacity)[:, None]
        if len(proven):
            self.clock += 1
            self.used[start + np.unique(np.argmax(proven, axis=0))] = self.clock
        return self.place[rows], proven


def table_size(num_scenarios: int, num_sites: int) -> int:
    """Return how many dual points a table may hold, 0 where it would be too few."""
    fits = MAX_BYTES // (8 * max(1, num_scenarios * num_sites))
    return 0 if fits < MIN_POINTS else int(min(MAX_POINTS, fits))
