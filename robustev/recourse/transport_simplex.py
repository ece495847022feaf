"""Exact second-stage cost of one scenario and type: a transportation problem with its duals.

Network simplex (POT) on the few arcs that prices of a neighbouring problem call cheap; the duals
are then checked on *all* arcs, and arcs that were missed are added until primal and dual agree.
Zones to which a single arc is left use it, where its site has room for all of those, and are no
part of the network problem: near the optimum only the zones between two sites are.
Nothing here grows with the number of zone-site pairs that are no arcs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import ot
from scipy.sparse import coo_array

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.core.errors import SolverError
from robustev.recourse.dual import DualPoint
from robustev.recourse.networks.base import Network

OPTIMALITY = 1e-9
"""Largest difference of primal and dual value that counts as agreement, relative to what the dual
value sums."""
ROUNDING = 1e-13
"""Share of all demand that rounding may leave unserved, at the ceiling's cost."""
DENSE_ARCS = 4000
"""Problems with no more zone-site pairs than this are solved on all arcs at once."""
FEW_ARCS = 12
"""Arcs per zone up to which more rounds would take longer than all arcs at once."""
NUM_NEAREST = 6
"""Arcs per zone in the first round of a larger problem without prices to start from."""
NUM_CONTESTED = 0.4
"""Arcs per zone, beside the cheapest, in the first round of one with prices."""
SHARE_ADDED = 0.25
"""Arcs that are added lie so near to a zone's least reduced cost, as a share of how far above it
the zone is served."""
MAX_ROUNDS = 60
MASS = 10
"""All demand is scaled to lie between this power of two and the next: the solver takes masses off
by 1e-8 for an error, whatever their unit."""


@dataclass(frozen=True, eq=False)
class Flow:
    """An optimal assignment of one type's demand in one scenario.

    Parameters
    ----------
    value
        Cost: travel plus penalty of the unserved.
    site, zone, amount
        Shape (arcs,): the arcs that carry demand, and how many units.
    unserved
        Shape (zones,): units left unserved.
    dual
        Optimal duals.
    """

    value: float
    site: IntArray
    zone: IntArray
    amount: FloatArray
    unserved: FloatArray
    dual: DualPoint


def solve_transport(
    network: Network,
    demand: FloatArray,
    capacity: FloatArray,
    start: FloatArray | None = None,
) -> Flow:
    """Return the cheapest assignment of ``demand`` to sites within ``capacity``.

    Parameters
    ----------
    demand, capacity
        Shapes (zones,) and (sites,), in demand units; closed sites have capacity 0, uncapacitated
        ones infinity.
    start
        Shape (sites,): prices of a similar problem, to choose the arcs to begin with.

    Raises
    ------
    SolverError
        If the network simplex stops without an optimum.
    """
    demand = np.asarray(demand, dtype=np.float64)
    sites = np.flatnonzero(capacity > 0)
    limit = np.minimum(capacity[sites], 2.0 * demand.sum())  # never binding, and finite
    part = network.part(sites, np.arange(len(demand)))
    flow = _nearest(part, demand, limit)
    if flow is None:
        u = None if start is None else np.maximum(start[sites], 0.0)
        flow = _restricted(part, demand, limit, u)
    return _embed(flow, network, sites)


def _nearest(network: Network, demand: FloatArray, capacity: FloatArray) -> Flow | None:
    """Serve every zone from its nearest site, if capacities allow it (prices are then 0)."""
    sites, zones = network.shape
    nearest, cost = network.nearest()
    served = cost < network.ceiling
    if (np.bincount(nearest[served], demand[served], minlength=sites) > capacity).any():
        return None
    value = np.minimum(cost, network.ceiling)
    return Flow(
        value=float(demand @ value),
        site=nearest[served],
        zone=np.arange(zones)[served],
        amount=demand[served],
        unserved=np.where(served, 0.0, demand),
        dual=DualPoint(np.zeros(sites), value),
    )


def _restricted(
    network: Network, demand: FloatArray, capacity: FloatArray, start: FloatArray | None
) -> Flow:
    arcs, free = _first_arcs(network, demand, capacity, start)
    for _ in range(MAX_ROUNDS):
        flow = _on_arcs(network, demand, capacity, arcs, free)
        u = flow.dual.site
        v = np.minimum(network.reduced_minimum(u), network.ceiling)
        served, rent = float(demand @ v), float(capacity @ u)
        dual = served - rent
        if agree(flow.value, served, rent, float(demand @ network.ceilings)):
            point = DualPoint(u, v)
            return Flow(flow.value, flow.site, flow.zone, flow.amount, flow.unserved, point)
        above = np.maximum(flow.dual.zone - v, 0.0)
        missed = network.below(u, v + SHARE_ADDED * above) & ~arcs
        better_unserved = ~free & (flow.dual.zone > network.ceiling)
        if not missed.any() and not better_unserved.any():
            break
        arcs, free = arcs | missed, free | better_unserved
    raise SolverError(
        f"network simplex: primal {flow.value!r} and dual {dual!r} of a transportation problem "
        f"with {network.shape[0]} sites and {network.shape[1]} zones do not agree"
    )


def agree(primal: float, served: float, rent: float, most: float) -> bool:
    """Return whether a cost and the dual value ``served - rent`` are equal up to rounding.

    ``most`` is the cost of leaving all demand unserved.
    """
    return primal - (served - rent) <= OPTIMALITY * (served + rent) + ROUNDING * most


def needs_start(network: Network) -> bool:
    """Return whether a problem on this network is large enough that prices to start from pay."""
    sites, zones = network.shape
    if sites * zones <= DENSE_ARCS:
        return False
    return bool(np.count_nonzero(network.usable()) > FEW_ARCS * zones)


def _first_arcs(
    network: Network, demand: FloatArray, capacity: FloatArray, start: FloatArray | None
) -> tuple[BoolArray, BoolArray]:
    """Return the arcs to begin with, and the zones that may stay unserved in part."""
    sites, zones = network.shape
    everyone = np.ones(zones, dtype=bool)
    if not needs_start(network):
        return network.usable(), everyone
    if start is None:
        return network.cheapest(np.zeros(sites), NUM_NEAREST), everyone
    near = network.within(start, network.margin_of(start, NUM_CONTESTED))
    site, zone, _ = network.ends(near)
    alone = (np.bincount(zone, minlength=zones) == 1)[zone]
    load = np.bincount(site[alone], demand[zone[alone]], minlength=sites)
    if (load > capacity).any():  # the prices are far from the optimum
        return network.cheapest(start, NUM_NEAREST), everyone
    return near, ~everyone


def _on_arcs(
    network: Network,
    demand: FloatArray,
    capacity: FloatArray,
    arcs: BoolArray,
    free: BoolArray,
) -> Flow:
    """Solve on ``arcs``: zones without a choice at once, the others by the network simplex.

    Zones that are not ``free`` have no choice if they have a single arc.
    """
    sites, zones = network.shape
    i, j, cost = network.ends(arcs)
    alone = ((np.bincount(j, minlength=zones) == 1) & ~free)[j]
    load = np.bincount(i[alone], demand[j[alone]], minlength=sites)
    settled = alone & (load <= capacity)[i]
    site, zone = i[settled], j[settled]
    contested = demand > 0
    contested[zone] = False
    others = np.flatnonzero(contested)
    number = np.cumsum(contested) - 1
    left = contested[j]
    room = capacity - np.bincount(site, demand[zone], minlength=sites)
    flow = simplex(
        Graph(sites, i[left], number[j[left]], cost[left], network.ceilings[others]),
        demand[others], room,
    )  # fmt: skip
    unserved, value = np.zeros(zones), np.full(zones, -np.inf)  # nobody waits where none is
    unserved[others], value[others] = flow.unserved, flow.dual.zone
    value[zone] = cost[settled] + flow.dual.site[site]
    of_others = float(flow.amount @ network.costs_of(flow.site, others[flow.zone]))
    of_others += float(flow.unserved @ network.ceilings[others])
    return Flow(
        value=of_others + float(demand[zone] @ cost[settled]),
        site=np.concatenate([site, flow.site]),
        zone=np.concatenate([zone, others[flow.zone]]),
        amount=np.concatenate([demand[zone], flow.amount]),
        unserved=unserved,
        dual=DualPoint(flow.dual.site, value),
    )


@dataclass(frozen=True, eq=False)
class Graph:
    """The arcs of a network problem: sites, zones and costs, shape (arcs,), and each ceiling."""

    num_sites: int
    site: IntArray
    zone: IntArray
    cost: FloatArray
    ceiling: FloatArray


def simplex(graph: Graph, demand: FloatArray, capacity: FloatArray) -> Flow:
    """Solve with a dummy site for the unserved and a dummy zone for spare capacity."""
    sites, zones = graph.num_sites, len(demand)
    if not zones:
        nothing = np.zeros(0, dtype=np.int64)
        dual = DualPoint(np.zeros(sites), np.zeros(0))
        return Flow(0.0, nothing, nothing, np.zeros(0), np.zeros(0), dual)
    every_site, every_zone = np.arange(sites), np.arange(zones)
    source = np.concatenate([graph.site, every_site, np.full(zones + 1, sites)])
    target = np.concatenate([graph.zone, np.full(sites, zones), every_zone, [zones]])
    cost = np.concatenate([graph.cost, np.zeros(sites), graph.ceiling, [0.0]])
    scale = 2.0 ** (MASS - np.floor(np.log2(demand.sum())))  # a power of two rounds nothing
    supply = np.append(capacity, demand.sum()) * scale
    needed = np.append(demand, capacity.sum()) * scale
    matrix = coo_array((cost, (source, target)), shape=(sites + 1, zones + 1))
    plan, log = ot.emd(supply, needed, matrix, numItermax=10_000_000, log=True, center_dual=False)
    if log["warning"] is not None:
        raise SolverError(f"network simplex: {log['warning']}")
    plan = plan.tocoo()
    units = plan.data / scale
    real = (plan.row < sites) & (plan.col < zones) & (units > 0)
    left = (plan.row == sites) & (plan.col < zones)
    unserved = np.zeros(zones)
    unserved[plan.col[left]] = units[left]
    site, zone = plan.row[real].astype(np.int64), plan.col[real].astype(np.int64)
    idle = float(log["v"][zones])
    return Flow(
        value=float(log["cost"]) / scale,
        site=site,
        zone=zone,
        amount=units[real],
        unserved=unserved,
        dual=DualPoint(
            np.maximum(-(log["u"][:sites] + idle), 0.0),
            np.minimum(np.asarray(log["v"][:zones]) - idle, graph.ceiling),
        ),
    )


def _embed(flow: Flow, network: Network, sites: IntArray) -> Flow:
    """Express a flow on some sites in the numbering of the whole network."""
    u = np.zeros(network.shape[0])
    u[sites] = flow.dual.site
    used = flow.amount > 0
    return Flow(
        flow.value, sites[flow.site[used]], flow.zone[used], flow.amount[used], flow.unserved,
        DualPoint(u, flow.dual.zone),
    )  # fmt: skip
