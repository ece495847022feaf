"""What the prices of a pool prove for each scenario, as functions of openings and capacity.

The functions are affine, so reading all of them at a point is one matrix product. Only prices that
were lately the best for some scenario stay.
"""

from __future__ import annotations

import numpy as np

from robustev.core.arrays import FloatArray, IntArray

MAX_BYTES = 400_000_000
"""Most memory of one table."""
MAX_PRICES = 1000
"""Most prices in a table."""
MIN_PRICES = 64
"""Prices that a table must be able to hold to be of use."""


class CutTable:
    """Cuts ``constant + slope @ x - rent @ C`` of prices (rows) and scenarios.

    Parameters
    ----------
    num_scenarios, num_sites
        Its size.
    """

    def __init__(self, num_scenarios: int, num_sites: int) -> None:
        self.capacity = capacity_of(num_scenarios, num_sites)
        self.constant = np.zeros((0, num_scenarios))
        self.slope = np.zeros((0, num_scenarios, num_sites))
        self.rent = np.zeros((0, num_sites))
        self.price = np.zeros(0, dtype=np.int64)
        self.used = np.zeros(0, dtype=np.int64)
        self.count = 0
        self.clock = 0

    def put(self, price: int, constant: FloatArray, slope: FloatArray, rent: FloatArray) -> None:
        """Add the cuts of a price: shapes (scenarios,), (scenarios, sites) and (sites,)."""
        if self.count == len(self.price):
            self._make_room()
        row = self.count
        self.constant[row], self.slope[row], self.rent[row] = constant, slope, rent
        self.price[row], self.used[row] = price, self.clock
        self.count += 1

    def _make_room(self) -> None:
        """Grow, or drop the half of the prices that were of no use for longest."""
        if self.count < self.capacity:
            size = min(self.capacity, max(2 * self.count, 32))
            for name in ("constant", "slope", "rent", "price", "used"):
                old = getattr(self, name)
                new = np.zeros((size, *old.shape[1:]), dtype=old.dtype)
                new[: len(old)] = old
                setattr(self, name, new)
            return
        keep = np.sort(np.argsort(-self.used, kind="stable")[: self.count // 2])
        for name in ("constant", "slope", "rent", "price", "used"):
            column = getattr(self, name)
            column[: len(keep)] = column[keep]
        self.count = len(keep)

    def values(
        self, x: FloatArray, capacity: FloatArray, first: int = 0
    ) -> tuple[IntArray, FloatArray]:
        """Return the prices kept, from price ``first`` on, and what they prove at ``(x, C)``.

        Shapes (prices,) and (prices, scenarios).
        """
        start = int(np.searchsorted(self.price[: self.count], first))
        rows = slice(start, self.count)
        proven = self.slope[rows] @ x
        proven += self.constant[rows]
        proven -= (self.rent[rows] @ capacity)[:, None]
        if len(proven):
            self.clock += 1
            self.used[start + np.unique(np.argmax(proven, axis=0))] = self.clock
        return self.price[rows], proven


def capacity_of(num_scenarios: int, num_sites: int) -> int:
    """Return how many prices a table may hold, 0 where it would be too few."""
    fits = MAX_BYTES // (8 * max(1, num_scenarios * num_sites))
    return 0 if fits < MIN_PRICES else int(min(MAX_PRICES, fits))
