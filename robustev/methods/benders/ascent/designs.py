"""What capacity costs at each site, and the best design of a site at given prices, closed form.

Slots are filled with the kinds on the lower convex hull of (capacity, cost), cheapest capacity
first: all slots with one kind before the next takes their place. Capacity ``C_i`` then costs a
convex, piecewise linear ``phi_i(C_i)``; whole numbers of chargers lie on it, but for the last one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.model.instance import Instance


@dataclass(frozen=True, eq=False)
class Designs:
    """Capacity and cost of what may be built at each site.

    Parameters
    ----------
    base_capacity, base_cost
        Shape (sites,): what an open site has before any charger is added.
    free
        Shape (sites,): slots that may be filled.
    kinds
        The kinds of the hull, least capacity first.
    width, slope
        Shape (segments,): capacity that a slot gains from one kind of the hull to the next, and
        what a unit of it costs.
    fixed
        Shape (sites,): cost of opening.
    must
        Shape (sites,): 1.0 where a station must stand, else 0.0.
    standing
        Shape (sites, kinds): chargers that must stay.
    """

    base_capacity: FloatArray
    base_cost: FloatArray
    free: FloatArray
    kinds: IntArray
    width: FloatArray
    slope: FloatArray
    fixed: FloatArray
    must: FloatArray
    standing: IntArray

    @classmethod
    def of(cls, instance: Instance) -> Designs:
        """Return the designs of an instance with one demand type and limited capacity."""
        kinds, width, slope = _hull(instance.charger_capacity[:, 0], instance.charger_cost)
        standing = instance.min_chargers
        used = standing.sum(axis=1)
        given = standing @ instance.charger_capacity[:, 0]
        return cls(
            base_capacity=instance.fixed_capacity[:, 0] + given,
            base_cost=standing @ instance.charger_cost,
            free=np.maximum(instance.region.sites.slots - used, 0).astype(float),
            kinds=kinds, width=width, slope=slope,
            fixed=instance.opening_cost,
            must=(instance.min_open | (used > 0)).astype(float),
            standing=standing,
        )  # fmt: skip

    def rent(self, price: FloatArray) -> FloatArray:
        """Return what an open site earns at prices of capacity, less what it costs to fit out."""
        gain = np.maximum(price[:, None] - self.slope, 0.0) @ self.width
        return np.asarray(price * self.base_capacity - self.base_cost + self.free * gain)

    def least(self, price: FloatArray, toll: FloatArray) -> float:
        """Return the least cost of all sites at prices of capacity and takings from tolls.

        Both of shape (sites,); a lower bound on the cost of any plan, less what it earns.
        """
        opened = self.fixed - toll - self.rent(price)
        return float(np.where(self.must > 0, opened, np.minimum(opened, 0.0)).sum())

    def cost(self, x: FloatArray, capacity: FloatArray) -> float:
        """Return the cost of openings ``x`` and capacities within ``most(x)``."""
        total = float(((self.fixed + self.base_cost) * x).sum())
        rest = np.maximum(capacity - self.base_capacity * x, 0.0)
        for width, slope in zip(self.width, self.slope, strict=True):
            part = np.minimum(rest, width * self.free * x)
            total += slope * float(part.sum())
            rest = rest - part
        return total

    def most(self, x: FloatArray) -> FloatArray:
        """Return the largest capacities at openings ``x``."""
        return np.asarray(x * (self.base_capacity + self.free * self.width.sum()))

    def nearest(
        self, capacity: FloatArray, price: FloatArray, step: FloatArray, x: FloatArray
    ) -> FloatArray:
        """Return ``argmin phi(C) - price C + (C - capacity)^2 / (2 step)`` at openings ``x``."""
        low = self.base_capacity * x
        found = low
        for width, slope in zip(self.width, self.slope, strict=True):
            high = low + width * self.free * x
            wanted = capacity + step * (price - slope)
            found = np.where(wanted > low, np.clip(wanted, low, high), found)
            low = high
        return found

    def chargers(self, capacity: FloatArray, x: FloatArray) -> IntArray:
        """Return whole numbers of chargers, (sites, kinds), nearest to ``capacity`` where open."""
        n = self.standing.copy()
        rest = np.maximum(capacity - self.base_capacity, 0.0)
        before = None
        for kind, width in zip(self.kinds, self.width, strict=True):
            count = np.minimum(np.rint(rest / width), self.free).astype(np.int64) * (x > 0.5)
            n[:, kind] += count
            if before is not None:
                n[:, before] -= count
            rest = np.where(count >= self.free, np.maximum(rest - width * self.free, 0.0), 0.0)
            before = kind
        return n


def _hull(capacity: FloatArray, cost: FloatArray) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return the kinds on the lower convex hull from the origin on, and its segments."""
    kinds: list[int] = []
    here = (0.0, 0.0)
    while True:
        ahead = [r for r in range(len(cost)) if capacity[r] > here[0]]
        if not ahead:
            break
        slopes = [(cost[r] - here[1]) / (capacity[r] - here[0]) for r in ahead]
        best = min(zip(slopes, [-capacity[r] for r in ahead], ahead, strict=True))[2]
        kinds.append(best)
        here = (float(capacity[best]), float(cost[best]))
    chosen = np.array(kinds, dtype=np.int64)
    width = np.diff(np.append(0.0, capacity[chosen]))
    return chosen, width, np.diff(np.append(0.0, cost[chosen])) / width
