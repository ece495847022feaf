"""Arcs along shortest paths of a road network, by searches that stop where no more is wanted.

Rows of the searches are taken some at a time, so that no matrix of all pairs is ever held. The
nearest sites of a zone are found by searches up to a length that doubles: a zone is done as soon
as enough sites cost no more than that length, since whatever costs no more has been seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from robustev.core.arrays import FloatArray, IntArray
from robustev.data.arcs import Arcs
from robustev.data.reach import Reach

MAX_CELLS = 8_000_000
"""Cells of a block of search results: 64 MB."""
PROBES = 8
"""Zones whose nearest sites are searched for without a limit, to begin with a length that serves
about half of all zones."""

Triples = tuple[IntArray, IntArray, FloatArray]
"""Sites, zones and costs of arcs, each of shape (arcs,)."""


@dataclass(frozen=True, eq=False)
class Attachment:
    """Where places meet the network: ``node`` (an index) and ``distance``, shape (places,)."""

    node: IntArray
    distance: FloatArray

    @classmethod
    def at(cls, node: IntArray) -> Attachment:
        """Return places that stand on nodes."""
        return cls(node, np.zeros(len(node)))


@dataclass(frozen=True, eq=False)
class ShortestPaths:
    """Shortest ways from zones to sites.

    Parameters
    ----------
    graph
        Shape (nodes, nodes): length of the road from the row's node to the column's.
    sites, zones
        Where they meet the network; both distances are added to the way.
    """

    graph: csr_array
    sites: Attachment
    zones: Attachment

    def arcs(self, reach: Reach) -> Arcs:
        """Return the arcs within ``reach``."""
        every_zone = np.arange(len(self.zones.node))
        if reach.nearest is not None and reach.nearest < len(self.sites.node):
            parts = list(self._nearest(reach.nearest, every_zone, reach.most))
        else:
            parts = list(self._from_sites(every_zone, reach.most))
        site, zone, cost = (np.concatenate(values) for values in zip(*parts, strict=True))
        sizes = (len(self.sites.node), len(self.zones.node))
        return reach.of(Arcs.of_pairs(*sizes, zone, site, cost))

    def _nearest(self, count: int, zones: IntArray, most: float) -> Iterator[Triples]:
        """Yield the arcs of at least the ``count`` nearest sites of each zone, up to ``most``."""
        length = self._typical(count)
        while len(zones):
            limit = length if length < most else math.inf
            found = [_cheapest(part, count) for part in self._search(zones, min(limit, most))]
            site, zone, cost = (np.concatenate(values) for values in zip(*found, strict=True))
            within = np.bincount(zone[cost <= limit], minlength=len(self.zones.node))
            done = (within >= count) | (limit == math.inf)
            yield site[done[zone]], zone[done[zone]], cost[done[zone]]
            zones = zones[~done[zones]]
            length *= 2.0

    def _typical(self, count: int) -> float:
        """Return the median cost of the last of the ``count`` nearest sites, over some zones."""
        spread = np.linspace(0, len(self.zones.node) - 1, PROBES).astype(np.int64)
        last = []
        for zone in np.unique(spread):
            costs = np.concatenate([part[2] for part in self._from_zones(np.array([zone]), np.inf)])
            if len(costs) >= count:
                last.append(float(np.partition(costs, count - 1)[count - 1]))
        middle = float(np.median(last)) if last else math.inf
        return middle if middle > 0 else math.inf

    def _search(self, zones: IntArray, most: float) -> Iterator[Triples]:
        """Yield the arcs that cost no more than ``most``, by searches from the fewer ends."""
        fewer_zones = len(np.unique(self.zones.node[zones])) < len(self._targets[0])
        yield from (self._from_zones if fewer_zones else self._from_sites)(zones, most)

    def _from_sites(self, zones: IntArray, most: float) -> Iterator[Triples]:
        nodes, position = self._targets
        for block in self._blocks(len(nodes)):
            length = dijkstra(self._backwards, indices=nodes[block], limit=most)
            sites = np.flatnonzero((position >= block[0]) & (position <= block[-1]))
            yield self._priced(length[:, self.zones.node[zones]][position[sites] - block[0]],
                               sites, zones, most)  # fmt: skip

    def _from_zones(self, zones: IntArray, most: float) -> Iterator[Triples]:
        nodes, position = np.unique(self.zones.node[zones], return_inverse=True)
        sites = np.arange(len(self.sites.node))
        for block in self._blocks(len(nodes)):
            length = dijkstra(self.graph, indices=nodes[block], limit=most)
            here = np.flatnonzero((position >= block[0]) & (position <= block[-1]))
            yield self._priced(length[:, self.sites.node].T[:, position[here] - block[0]],
                               sites, zones[here], most)  # fmt: skip

    def _priced(self, length: FloatArray, sites: IntArray, zones: IntArray, most: float) -> Triples:
        """Return the arcs of a block of ways, shape (sites, zones), with the ends' distances."""
        access = self.sites.distance[sites][:, None] + self.zones.distance[zones][None, :]
        cost = length + access
        i, j = np.nonzero(np.isfinite(cost) & (cost <= most))
        return sites[i], zones[j], cost[i, j]

    @cached_property
    def _backwards(self) -> csr_array:
        return csr_array(self.graph.T)

    @cached_property
    def _targets(self) -> tuple[IntArray, IntArray]:
        """The sites' different nodes, and where each site's node stands among them."""
        nodes, position = np.unique(self.sites.node, return_inverse=True)
        return nodes, position

    def _blocks(self, rows: int) -> list[IntArray]:
        """Return the rows in blocks of consecutive ones, few enough to hold their results."""
        width = max(self.graph.shape[0], len(self.sites.node), len(self.zones.node), 1)
        count = min(rows, math.ceil(rows * width / MAX_CELLS))
        return np.array_split(np.arange(rows), count)


def _cheapest(arcs: Triples, count: int) -> Triples:
    """Return each zone's ``count`` cheapest arcs of a block, with those that cost the same."""
    site, zone, cost = arcs
    order = np.lexsort((cost, zone))
    site, zone, cost = site[order], zone[order], cost[order]
    start = np.searchsorted(zone, zone)
    last = np.minimum(start + count - 1, np.searchsorted(zone, zone, side="right") - 1)
    kept = cost <= cost[last]
    return site[kept], zone[kept], cost[kept]
