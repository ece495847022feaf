"""What it costs to serve units of demand from sites that are open, or open in part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import FloatArray

NOTHING = 1e-9
"""Opening below which a site counts as closed."""


@dataclass(frozen=True, eq=False)
class Tariff:
    """Costs of serving a unit of each zone, rent of capacity included.

    Parameters
    ----------
    cost
        Shape (sites, zones): cost of a unit; infinite without an arc.
    ceiling
        Shape (zones,): cost of leaving a unit unserved.
    """

    cost: FloatArray
    ceiling: FloatArray

    def zone_value(self, x: FloatArray) -> FloatArray:
        """Return the ``v`` that is best at openings ``x``: the cost of each unit's last part.

        A unit fills its cheapest sites up to ``x`` until it is served whole; what would cost more
        than the ceiling is left unserved.
        """
        usable = np.flatnonzero(x > NOTHING)
        if (x[usable] >= 1.0 - NOTHING).all():
            least = self.cost[usable].min(axis=0, initial=np.inf)
            return np.asarray(np.minimum(least, self.ceiling))
        cost = np.minimum(self.cost[usable], self.ceiling)
        order = np.argsort(cost, axis=0)
        served = np.cumsum(x[usable][order], axis=0)
        before = np.vstack([np.zeros((1, cost.shape[1])), served[:-1]])
        cost = np.take_along_axis(cost, order, axis=0)
        last = np.where(before < 1.0 - NOTHING, cost, -np.inf).max(axis=0)
        return np.where(served[-1] < 1.0 - NOTHING, self.ceiling, last)

    def unit_cost(self, x: FloatArray, v: FloatArray) -> FloatArray:
        """Return ``v - sum_i x_i (v - c_i)^+``, shape (zones,): never above the least cost."""
        usable = np.flatnonzero(x > NOTHING)
        return np.asarray(v - x[usable] @ np.maximum(v - self.cost[usable], 0.0))
