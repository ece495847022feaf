"""Exact second-stage cost of one scenario and type: a transportation problem with its duals.

Network simplex (POT) on the few arcs that prices of a neighbouring problem call cheap; the duals
are then checked on *all* arcs, and arcs that were missed are added until primal and dual agree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import ot
from scipy.sparse import coo_array

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.core.errors import SolverError
from robustev.recourse.dual import Network, Price

OPTIMALITY = 1e-9
"""Largest relative difference of primal and dual value that counts as agreement."""
DENSE_ARCS = 4000
"""Problems with no more arcs than this are solved on all of them at once."""
NUM_NEAREST = 6
"""Arcs per zone in the first round of a larger problem."""
MAX_ROUNDS = 30


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
    price
        Optimal duals.
    """

    value: float
    site: IntArray
    zone: IntArray
    amount: FloatArray
    unserved: FloatArray
    price: Price


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
    sites = np.flatnonzero(capacity > 0)
    zones = np.flatnonzero(demand > 0)
    limit = np.minimum(capacity[sites], 2.0 * demand.sum())  # never binding, and finite
    part = Network(network.travel[np.ix_(sites, zones)], network.ceiling)
    u = np.zeros(len(sites)) if start is None else np.maximum(start[sites], 0.0)
    flow = _nearest(part, demand[zones], limit)
    if flow is None:
        flow = _restricted(part, demand[zones], limit, u)
    return _embed(flow, network, sites, zones)


def _nearest(network: Network, demand: FloatArray, capacity: FloatArray) -> Flow | None:
    """Serve every zone from its nearest site, if capacities allow it (prices are then 0)."""
    sites, zones = network.shape
    everywhere = np.arange(zones)
    if not sites or not zones:
        nearest, cost = np.zeros(zones, dtype=np.int64), np.full(zones, np.inf)
    else:
        nearest = np.argmin(network.travel, axis=0)
        cost = network.travel[nearest, everywhere]
    served = cost < network.ceiling
    if (np.bincount(nearest[served], demand[served], minlength=sites) > capacity).any():
        return None
    value = np.minimum(cost, network.ceiling)
    return Flow(
        value=float(demand @ value),
        site=nearest[served],
        zone=everywhere[served],
        amount=demand[served],
        unserved=np.where(served, 0.0, demand),
        price=Price(np.zeros(sites), value),
    )


def _restricted(network: Network, demand: FloatArray, capacity: FloatArray, u: FloatArray) -> Flow:
    arcs = _first_arcs(network, u)
    for _ in range(MAX_ROUNDS):
        flow = _simplex(network, demand, capacity, arcs)
        reduced = network.travel + flow.price.site[:, None]
        v = np.minimum(reduced.min(axis=0), network.ceiling)
        dual = float(demand @ v - capacity @ flow.price.site)
        if flow.value - dual <= OPTIMALITY * max(1.0, abs(flow.value)):
            price = Price(flow.price.site, v)
            return Flow(flow.value, flow.site, flow.zone, flow.amount, flow.unserved, price)
        missed = (reduced < flow.price.zone - 1e-12 * np.abs(flow.price.zone)) & ~arcs
        if not missed.any():
            break
        arcs |= missed
    raise SolverError(
        f"network simplex: primal {flow.value!r} and dual {dual!r} of a transportation problem "
        f"with {network.shape[0]} sites and {network.shape[1]} zones do not agree"
    )


def _first_arcs(network: Network, u: FloatArray) -> BoolArray:
    usable = network.travel < network.ceiling
    sites, zones = network.shape
    if sites * zones <= DENSE_ARCS or sites <= NUM_NEAREST:
        return usable
    cheapest = np.argpartition(network.travel + u[:, None], NUM_NEAREST, axis=0)[:NUM_NEAREST]
    arcs = np.zeros(network.shape, dtype=bool)
    arcs[cheapest, np.arange(zones)] = True
    return arcs & usable


def _simplex(network: Network, demand: FloatArray, capacity: FloatArray, arcs: BoolArray) -> Flow:
    """Solve on ``arcs``, with a dummy site for the unserved and a dummy zone for spare capacity."""
    sites, zones = network.shape
    i, j = np.nonzero(arcs)
    every_site, every_zone = np.arange(sites), np.arange(zones)
    source = np.concatenate([i, every_site, np.full(zones + 1, sites)])
    target = np.concatenate([j, np.full(sites, zones), every_zone, [zones]])
    cost = np.concatenate(
        [network.travel[i, j], np.zeros(sites), np.full(zones, network.ceiling), [0.0]]
    )
    supply = np.append(capacity, demand.sum())
    needed = np.append(demand, capacity.sum())
    graph = coo_array((cost, (source, target)), shape=(sites + 1, zones + 1))
    plan, log = ot.emd(supply, needed, graph, numItermax=10_000_000, log=True, center_dual=False)
    if log["warning"] is not None:
        raise SolverError(f"network simplex: {log['warning']}")
    plan = plan.tocoo()
    real = (plan.row < sites) & (plan.col < zones) & (plan.data > 0)
    left = (plan.row == sites) & (plan.col < zones)
    unserved = np.zeros(zones)
    unserved[plan.col[left]] = plan.data[left]
    site, zone, amount = plan.row[real], plan.col[real], plan.data[real]
    idle = float(log["v"][zones])
    return Flow(
        value=float(amount @ network.travel[site, zone] + network.ceiling * unserved.sum()),
        site=site.astype(np.int64),
        zone=zone.astype(np.int64),
        amount=amount,
        unserved=unserved,
        price=Price(
            np.maximum(-(log["u"][:sites] + idle), 0.0),
            np.minimum(np.asarray(log["v"][:zones]) - idle, network.ceiling),
        ),
    )


def _embed(flow: Flow, network: Network, sites: IntArray, zones: IntArray) -> Flow:
    """Express a flow on some sites and zones in the numbering of the whole network."""
    u = np.zeros(network.shape[0])
    u[sites] = flow.price.site
    unserved = np.zeros(network.shape[1])
    unserved[zones] = flow.unserved
    opened = network.travel[sites] + flow.price.site[:, None]
    v = np.minimum(opened.min(axis=0, initial=np.inf), network.ceiling)
    price = Price(u, np.asarray(v))
    return Flow(flow.value, sites[flow.site], zones[flow.zone], flow.amount, unserved, price)
