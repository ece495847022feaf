"""Readers of OR-Library's facility location and p-median instances (Beasley 1988, 1990)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from robustev.core.arrays import FloatArray
from robustev.core.errors import FaultCollector, collecting
from robustev.data.arcs import Arcs
from robustev.data.region import Region, Zones
from robustev.readers.plain import numbered, plain_sites
from robustev.readers.text import Tokens, read_text

TYPE = "demand"
SOURCE = "OR-Library (Beasley 1988, 1990)"


def read_orlib_cap(path: Path, *, capacity: float | None = None, name: str | None = None) -> Region:
    """Return a capacitated facility location instance; sites and customers are numbered from 1.

    The file gives the cost of serving a customer's *whole* demand; it is divided by the demand
    to give the travel cost of one unit.

    Parameters
    ----------
    path
        ``m n``; per site capacity and fixed cost; per customer its demand and m costs.
    capacity
        What the word ``capacity`` stands for, in the files that have it (capa, capb, capc).

    Raises
    ------
    InputError
        With every fault found.
    """
    with collecting(str(path)) as faults:
        text = read_text(path, faults)
        faults.raise_if_any()
        words = {"capacity": capacity} if capacity is not None else None
        tokens = Tokens(text or "", faults, words)
        m, n = tokens.count("number of sites"), tokens.count("number of customers")
        sites = tokens.take(2 * m, "the capacities and fixed costs of sites").reshape(m, 2)
        rows = tokens.take(n * (m + 1), "the demands and costs of customers").reshape(n, m + 1)
        tokens.finish()
        demand, travel = rows[:, 0], _per_unit(rows[:, 1:], rows[:, 0], faults)
    return Region(
        name=name or path.stem, zones=Zones(numbered(n)),
        sites=plain_sites(fixed_capacity=sites[:, :1], opening_cost=sites[:, 1]),
        kinds=(), types=(TYPE,), demand=demand[:, None],
        arcs=Arcs.of_matrix(travel.T), source=SOURCE,
    )  # fmt: skip


def read_orlib_pmed(path: Path, *, name: str | None = None) -> Region:
    """Return a p-median instance: every node is a customer of demand 1 and an uncapacitated site.

    Travel is the shortest path. Of a repeated edge the last one counts. The number of medians
    in the file is not part of the region: give it as ``stations: {exactly: p}``.

    Parameters
    ----------
    path
        ``n edges p``, then one undirected edge ``u v length`` per line, nodes numbered from 1.

    Raises
    ------
    InputError
        With every fault found.
    """
    with collecting(str(path)) as faults:
        text = read_text(path, faults)
        faults.raise_if_any()
        tokens = Tokens(text or "", faults)
        n, count = tokens.count("number of nodes"), tokens.count("number of edges")
        tokens.count("number of medians")
        edges = tokens.take(3 * count, "the edges").reshape(count, 3)
        tokens.finish()
        for number, node in enumerate(edges[:, :2].ravel()):
            if node not in range(1, n + 1):
                faults.add("edge of an unknown node", row=f"edge {number // 2 + 1}",
                           found=float(node), expected=f"a node from 1 to {n}")  # fmt: skip
    return Region(
        name=name or path.stem, zones=Zones(numbered(n)),
        sites=plain_sites(fixed_capacity=np.full((n, 1), np.inf), opening_cost=np.zeros(n)),
        kinds=(), types=(TYPE,), demand=np.ones((n, 1)),
        arcs=Arcs.of_matrix(_shortest_paths(n, edges)), source=SOURCE,
    )  # fmt: skip


def _per_unit(costs: FloatArray, demand: FloatArray, faults: FaultCollector) -> FloatArray:
    """Return costs per demand unit, shape (customers, sites)."""
    idle = demand == 0
    for j in np.flatnonzero(idle & (costs > 0).any(axis=1)):
        faults.add(
            f"customer {j + 1} has costs but no demand",
            expected="a positive demand: a cost per unit cannot be formed",
        )
    return np.asarray(costs / np.where(idle, 1.0, demand)[:, None])


def _shortest_paths(n: int, edges: FloatArray) -> FloatArray:
    last = {tuple(sorted((int(u), int(v)))): length for u, v, length in edges}
    ends = np.array(list(last), dtype=np.int64) - 1
    graph = csr_array((list(last.values()), (ends[:, 0], ends[:, 1])), shape=(n, n))
    return np.asarray(dijkstra(graph, directed=False))
