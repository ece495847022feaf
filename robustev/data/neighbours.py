"""Sites within reach of each zone by a spatial index, never through a matrix of all pairs.

Places are points in which straight-line distance ``d`` bounds the true cost ``c`` of an arc from
below: ``d <= bound(c)``, with ``bound`` increasing. So the sites that cost no more than ``c`` are
among those within the distance ``bound(c)``, and exact costs are needed for those alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.spatial import KDTree

from robustev.core.arrays import FloatArray, IntArray
from robustev.data.arcs import Arcs
from robustev.data.reach import Reach

SPARE = 4
"""Candidates beyond the nearest ones that are looked at first: few zones need a second look."""
MAX_CANDIDATES = 2_000_000
"""Zone-site pairs looked at together: some hundred megabytes."""


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """Zones and sites as points, with the true cost of a pair.

    Parameters
    ----------
    sites, zones
        Shapes (sites, dimensions) and (zones, dimensions).
    cost
        From sites and zones, both of shape (pairs,), to their travel costs, shape (pairs,).
    bound
        From travel costs to the largest straight-line distance of any pair that costs no more.
    """

    sites: FloatArray
    zones: FloatArray
    cost: Callable[[IntArray, IntArray], FloatArray]
    bound: Callable[[FloatArray], FloatArray]

    def arcs(self, reach: Reach) -> Arcs:
        """Return the arcs within ``reach``, which limits the travel cost or the number of sites."""
        if reach.nearest is not None and reach.nearest < len(self.sites):
            site, zone, cost = self._nearest(reach.nearest)
        else:
            site, zone, cost = self._within(reach.most)
        return reach.of(Arcs.of_pairs(len(self.sites), len(self.zones), zone, site, cost))

    def _within(self, most: float) -> tuple[IntArray, IntArray, FloatArray]:
        radius = float(self.bound(np.array([most]))[0])
        near = KDTree(self.sites).sparse_distance_matrix(
            KDTree(self.zones), radius, output_type="ndarray"
        )
        site, zone = np.asarray(near["i"]), np.asarray(near["j"])
        return site, zone, self.cost(site, zone)

    def _nearest(self, count: int) -> tuple[IntArray, IntArray, FloatArray]:
        """Return each zone's ``count`` cheapest sites with all ties, each part found at once."""
        tree, parts = KDTree(self.sites), []
        chunks = 1 + len(self.zones) * (count + SPARE) // MAX_CANDIDATES
        for zones in np.array_split(np.arange(len(self.zones)), chunks):
            looked_at = min(count + SPARE, len(self.sites))
            while len(zones):
                found, zones = self._look(tree, zones, count, looked_at)
                parts.append(found)
                looked_at = min(2 * looked_at, len(self.sites))
        site, zone, cost = zip(*parts, strict=True)
        return np.concatenate(site), np.concatenate(zone), np.concatenate(cost)

    def _look(
        self, tree: KDTree, zones: IntArray, count: int, looked_at: int
    ) -> tuple[tuple[IntArray, IntArray, FloatArray], IntArray]:
        """Return the arcs of the zones that need no more candidates, and the other zones.

        A zone needs no more where the last candidate is further than any site could be that costs
        no more than the last of the ``count`` cheapest candidates.
        """
        distance, site = (
            np.reshape(found, (len(zones), looked_at))
            for found in tree.query(self.zones[zones], looked_at)
        )
        zone = np.repeat(zones, looked_at)
        cost = self.cost(site.ravel(), zone).reshape(site.shape)
        limit = np.partition(cost, count - 1, axis=1)[:, count - 1]
        done = (distance[:, -1] > self.bound(limit)) | (looked_at == len(self.sites))
        taken = done[:, None] & (cost <= limit[:, None])
        found = site[taken], zone.reshape(site.shape)[taken], cost[taken]
        return found, zones[~done]
