"""What it costs to serve units of demand from sites that are open, or open in part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import FloatArray, IntArray

NOTHING = 1e-9
"""Opening below which a site counts as closed."""


@dataclass(frozen=True, eq=False)
class Tariff:
    """Costs of serving a unit of each zone, rent of capacity included.

    Parameters
    ----------
    site, zone
        Shape (arcs,): the ends of each arc, zones in ascending order.
    cost
        Shape (arcs,): cost of a unit.
    ceiling
        Shape (zones,): cost of leaving a unit unserved.
    """

    site: IntArray
    zone: IntArray
    cost: FloatArray
    ceiling: FloatArray

    def zone_value(self, x: FloatArray) -> FloatArray:
        """Return the ``v`` that is best at openings ``x``: the cost of each unit's last part.

        A unit fills its cheapest sites up to ``x`` until it is served whole; what would cost more
        than the ceiling is left unserved.
        """
        usable = np.flatnonzero((x > NOTHING)[self.site])
        zone, share = self.zone[usable], x[self.site[usable]]
        cost = np.minimum(self.cost[usable], self.ceiling[zone])
        if not len(usable):
            return self.ceiling.copy()
        if (share >= 1.0 - NOTHING).all():
            begin = _begins(zone)
            value = self.ceiling.copy()
            value[zone[begin]] = np.minimum.reduceat(cost, begin)
            return value
        order = np.lexsort((cost, zone))
        zone, share, cost = zone[order], share[order], cost[order]
        begin = _begins(zone)
        before = np.cumsum(share) - share
        before -= np.repeat(before[begin], np.diff(np.append(begin, len(zone))))
        last = np.full(len(self.ceiling), -np.inf)
        needed = np.where(before < 1.0 - NOTHING, cost, -np.inf)
        last[zone[begin]] = np.maximum.reduceat(needed, begin)
        whole = np.bincount(zone, share, len(self.ceiling)) >= 1.0 - NOTHING
        return np.where(whole, last, self.ceiling)

    def unit_cost(self, x: FloatArray, v: FloatArray) -> FloatArray:
        """Return ``v - sum_i x_i (v - c_i)^+``, shape (zones,): never above the least cost."""
        gain = x[self.site] * np.maximum(v[self.zone] - self.cost, 0.0)
        return np.asarray(v - np.bincount(self.zone, gain, len(v)))

    def gains(self, units: FloatArray, v: FloatArray, num_sites: int) -> FloatArray:
        """Return ``sum_j units_j (v_j - c_ij)^+``, shape (sites,): what opening a site may save."""
        gain = units[self.zone] * np.maximum(v[self.zone] - self.cost, 0.0)
        return np.asarray(np.bincount(self.site, gain, num_sites), dtype=np.float64)


def _begins(zone: IntArray) -> IntArray:
    """Return where each zone's arcs begin, of those that have any."""
    return np.flatnonzero(np.diff(zone, prepend=-1))
