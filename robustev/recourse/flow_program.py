"""The second stage of one demand type as flows on arcs, for whoever writes it into a program."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.recourse.dual import DualPoint
from robustev.recourse.networks.base import Network


@dataclass(frozen=True, eq=False)
class FlowProgram:
    """Rows ``sum_i y_ij + b_j = D_j``, ``sum_j y_ij <= C_i`` and ``y_ij <= D_j x_i``.

    Parameters
    ----------
    type
        The demand type.
    site, zone, cost
        Shape (arcs,): the arcs worth using, site by site, and their costs per unit.
    ceiling
        Shape (zones,): cost of one unserved unit.
    unlimited
        Shape (sites,): True where capacity is no limit.
    demand
        Shape (scenarios, zones).
    """

    type: int
    site: IntArray
    zone: IntArray
    cost: FloatArray
    ceiling: FloatArray
    unlimited: BoolArray
    demand: FloatArray

    @classmethod
    def of(
        cls, network: Network, type_index: int, unlimited: BoolArray, demand: FloatArray
    ) -> FlowProgram:
        """Return the flows on the arcs of a network that cost less than the ceiling."""
        arcs = network.arcs.take(network.arcs.cost < network.ceilings[network.arcs.zone])
        order = arcs.by_site
        return cls(
            type_index,
            arcs.site[order],
            arcs.zone[order],
            arcs.cost[order],
            network.ceilings,
            unlimited,
            demand,
        )

    def dual_point(self, duals: FloatArray) -> DualPoint:
        """Return the dual point in the duals of a scenario's rows: zones, then sites, then more."""
        zones, sites = len(self.ceiling), len(self.unlimited)
        price = np.maximum(-duals[zones : zones + sites], 0.0)
        return DualPoint(price, np.minimum(duals[:zones], self.ceiling))
