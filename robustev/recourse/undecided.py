"""Exact transportation problems from good prices: only zones with a close second choice are solved.

At prices near the optimal ones most zones have one site that is clearly the cheapest. They are sent
there and their demand is taken off its capacity; network simplex assigns the others, on arcs near
their cheapest. The duals are then checked on *all* arcs: zones that would go elsewhere, and arcs
that are cheaper than their zone's value, are taken in until primal and dual agree. So the answer is
exact whatever the prices were; these decide only how much is left to solve. From prices of the same
scenario, 34,838 zones x 2,600 sites with 600,000 arcs take a twentieth of a second, a fifth of what
all zones take.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.recourse.dual import DualPoint
from robustev.recourse.networks.base import NUM_DISTINCT, Network
from robustev.recourse.transport_simplex import Flow, Graph, agree, simplex

UNDECIDED = 0.15
"""Share of zones that are taken for undecided at first: those with the closest second choice."""
MAX_ROUNDS = 12
"""Rounds after which the prices are given up as a start."""
UNSERVED = -1
"""Stands for no arc where a zone is best left unserved."""


def solve_undecided(
    network: Network, demand: FloatArray, capacity: FloatArray, start: FloatArray
) -> Flow | None:
    """Return the cheapest assignment, or None where prices ``start`` tell too little.

    Parameters as in :func:`robustev.recourse.transport_simplex.solve_transport`.
    """
    problem = _Problem(network, demand, np.minimum(capacity, 2.0 * demand.sum()))
    choice = problem.choice(np.maximum(start, 0.0))
    width = float(np.quantile(choice.margin, UNDECIDED))
    wanted = demand > 0
    free, settled = wanted & (choice.margin <= width), choice.arc
    taken = problem.near(choice, 2.0 * width)
    for _ in range(MAX_ROUNDS):
        free, rest = problem.with_room(free, settled)
        part = problem.part(free, taken, rest)
        value = part.value + problem.cost(settled, ~free)
        choice = problem.choice(part.dual.site)
        served, rent = float(demand @ choice.value), float(problem.capacity @ part.dual.site)
        if agree(value, served, rent, problem.most):
            dual = DualPoint(part.dual.site, choice.value)
            return problem.whole(value, part, settled, ~free, dual)
        pays = np.where(settled == UNSERVED, problem.ceiling, choice.reduced[settled])
        leaves = pays > choice.value + NUM_DISTINCT * np.abs(choice.value)
        free |= wanted & (leaves | (choice.margin <= width / 4))
        taken |= problem.near(choice, width)
    return None


@dataclass(frozen=True, eq=False)
class _Choice:
    """What zones choose at some prices.

    Parameters
    ----------
    reduced
        Shape (arcs,): reduced costs, infinite at closed sites.
    arc
        Shape (zones,): the cheapest arc, or UNSERVED.
    value, margin
        Shape (zones,): cost of a unit by the first choice, and how much more the second costs.
    """

    reduced: FloatArray
    arc: IntArray
    value: FloatArray
    margin: FloatArray


class _Problem:
    """One transportation problem; *settled* zones use one arc each, the *free* ones are solved."""

    def __init__(self, network: Network, demand: FloatArray, capacity: FloatArray) -> None:
        self.arcs, self.demand, self.capacity = network.arcs, demand, capacity
        self.ceiling = network.ceilings
        self.closed = np.where(capacity > 0, 0.0, np.inf)
        self.most = float(demand @ self.ceiling)

    def choice(self, price: FloatArray) -> _Choice:
        """Return what zones choose at ``price``, shape (sites,)."""
        arcs = self.arcs
        reduced = arcs.cost + (price + self.closed)[arcs.site]
        best = arcs.zone_minimum(reduced)
        cheapest = np.flatnonzero(reduced == best[arcs.zone])
        arc = np.full(arcs.num_zones, UNSERVED)
        arc[arcs.zone[cheapest[::-1]]] = cheapest[::-1]  # of equal ones the first
        others = reduced.copy()
        others[arc[arc != UNSERVED]] = np.inf
        second = np.minimum(arcs.zone_minimum(others), np.maximum(best, self.ceiling))
        arc[best >= self.ceiling] = UNSERVED
        first = np.minimum(best, self.ceiling)
        other = np.where(best < self.ceiling, np.minimum(second, self.ceiling), best)
        return _Choice(reduced, arc, first, other - first)

    def near(self, choice: _Choice, width: float) -> BoolArray:
        """Return the arcs within ``width`` of the first choice, and of the second; (arcs,)."""
        limit = choice.value + np.maximum(choice.margin, width)
        return np.asarray(np.isfinite(choice.reduced) & (choice.reduced <= limit[self.arcs.zone]))

    def with_room(self, free: BoolArray, settled: IntArray) -> tuple[BoolArray, FloatArray]:
        """Return which zones are free, and what settled ones leave of each site's capacity.

        Where they would leave nothing, they are free.
        """
        used = np.flatnonzero(~free & (settled != UNSERVED))
        site = self.arcs.site[settled[used]]
        load = np.bincount(site, self.demand[used], len(self.capacity))
        full = (load > 0) & (load >= self.capacity)
        freed = free.copy()
        freed[used[full[site] & (self.demand[used] > 0)]] = True
        return freed, self.capacity - np.where(full, 0.0, load)

    def part(self, free: BoolArray, taken: BoolArray, rest: FloatArray) -> Flow:
        """Return the cheapest flow of free zones on the arcs taken, in whole numbering."""
        arcs, zones = self.arcs, np.flatnonzero(free)
        chosen = np.flatnonzero(taken & free[arcs.zone])
        sites = np.unique(arcs.site[chosen])
        if not len(zones):
            nothing = np.zeros(0, dtype=np.int64)
            dual = DualPoint(np.zeros(arcs.num_sites), np.zeros(arcs.num_zones))
            return Flow(0.0, nothing, nothing, np.zeros(0), np.zeros(arcs.num_zones), dual)
        number = np.searchsorted(zones, arcs.zone[chosen])
        graph = Graph(
            len(sites), np.searchsorted(sites, arcs.site[chosen]), number, arcs.cost[chosen],
            self.ceiling[zones],
        )  # fmt: skip
        flow = simplex(graph, self.demand[zones], rest[sites])
        price, unserved = np.zeros(arcs.num_sites), np.zeros(arcs.num_zones)
        price[sites], unserved[zones] = flow.dual.site, flow.unserved
        dual = DualPoint(price, np.zeros(arcs.num_zones))
        site, zone = sites[flow.site], zones[flow.zone]
        travel = float(flow.amount @ arcs.cost[arcs.index(zone, site)])
        value = travel + float(unserved @ self.ceiling)
        return Flow(value, site, zone, flow.amount, unserved, dual)

    def cost(self, settled: IntArray, of: BoolArray) -> float:
        """Return what settled zones cost."""
        each = np.where(settled == UNSERVED, self.ceiling, self.arcs.cost[settled])
        return float(self.demand[of] @ each[of])

    def whole(
        self, value: float, part: Flow, settled: IntArray, of: BoolArray, dual: DualPoint
    ) -> Flow:
        """Return the flow of all zones: of settled ones, and of the part that was solved."""
        gone = of & (settled == UNSERVED)
        used = np.flatnonzero(of & (settled != UNSERVED) & (self.demand > 0))
        return Flow(
            value=value,
            site=np.concatenate([self.arcs.site[settled[used]], part.site]),
            zone=np.concatenate([used, part.zone]),
            amount=np.concatenate([self.demand[used], part.amount]),
            unserved=part.unserved + np.where(gone, self.demand, 0.0),
            dual=dual,
        )
