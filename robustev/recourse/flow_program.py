"""The second stage of one demand type as flows on arcs, for whoever writes it into a program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.recourse.dual import DualPoint
from robustev.recourse.networks.base import Network


def _as_it_is(dual: DualPoint) -> DualPoint:
    return dual


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
    scenario
        The one of these that is asked for.
    first_site
        Where its sites begin among those of the first stage.
    kept
        How the kernel's pool keeps a dual point.
    """

    type: int
    site: IntArray
    zone: IntArray
    cost: FloatArray
    ceiling: FloatArray
    unlimited: BoolArray
    demand: FloatArray
    scenario: int = 0
    first_site: int = 0
    kept: Callable[[DualPoint], Any] = _as_it_is

    @classmethod
    def of(
        cls,
        network: Network,
        type_index: int,
        unlimited: BoolArray,
        demand: FloatArray,
        scenario: int,
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
            scenario,
        )

    def limits(self) -> tuple[IntArray, FloatArray]:
        """Return a group of each zone, and the units that each group may leave unserved: none."""
        return np.zeros(0, dtype=np.int64), np.zeros(0)

    def dual_point(self, duals: FloatArray) -> Any:
        """Return the dual point in the duals of a scenario's rows, as the kernel's pool keeps it.

        The rows are those of zones, then sites, then more.
        """
        return self.kept(self.plain_dual(duals))

    def plain_dual(self, duals: FloatArray) -> DualPoint:
        """Return the dual point itself."""
        zones, sites = len(self.ceiling), len(self.unlimited)
        price = np.maximum(-duals[zones : zones + sites], 0.0)
        return DualPoint(price, np.minimum(duals[:zones], self.ceiling))


@dataclass(frozen=True, eq=False, kw_only=True)
class LimitedFlowProgram(FlowProgram):
    """The same with rows ``sum_{j in g} b_j <= allowed_gs`` for groups of zones, as the last rows.

    Parameters
    ----------
    group
        Shape (zones,): the group of each zone.
    allowed
        Shape (scenarios, groups): units that each may leave unserved.
    """

    group: IntArray
    allowed: FloatArray

    def limits(self) -> tuple[IntArray, FloatArray]:
        """Return the groups, shape (zones,), and the units that they may leave unserved."""
        return self.group, self.allowed[self.scenario]

    def plain_dual(self, duals: FloatArray) -> DualPoint:
        """Return the dual point, with the prices of the limits behind those of the sites."""
        first = len(self.ceiling) + len(self.unlimited) + len(self.site)
        price = np.maximum(-duals[first : first + self.allowed.shape[1]], 0.0)
        raised = self.ceiling + price[self.group]
        plain = super().plain_dual(duals)
        zone = np.minimum(duals[: len(raised)], raised)
        return DualPoint(np.append(plain.site, price), zone)
