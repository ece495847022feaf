"""Stations keep a distance from each other: ``x_i + x_h <= 1`` for sites closer than a limit.

Sites all of which are too close to each other form a clique, of which one at most is open:
``sum_{i in Q} x_i <= 1`` implies the row of each of its pairs and is a tighter relaxation
(Padberg 1973). Cliques are grown greedily until every pair is in one.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field
from scipy.sparse import csr_array
from scipy.spatial import KDTree

from robustev.core.arrays import FloatArray
from robustev.core.errors import FaultCollector
from robustev.data.plan import Plan
from robustev.data.region import Region, Sites
from robustev.data.travel import EARTH_RADIUS_KM, on_sphere
from robustev.model.features.base import Feature, Sweep
from robustev.model.instance import Instance
from robustev.model.rows import Rows

ROUNDING = 1e-9
"""Share of the limit by which two stations may be closer through rounding."""


class Spacing(Feature):
    """Stations keep a distance from each other."""

    key = "spacing"
    title = "minimum spacing"
    frontier = Sweep("least", title="minimum spacing")
    example = {"least": 6.0}

    least: float = Field(gt=0)
    """Least distance between two open stations, in km or the unit of the coordinates."""

    def text(self) -> str:
        """Return the limit in words."""
        return f"stations at least {self.least:g} apart"

    def check(self, region: Region, faults: FaultCollector) -> None:
        """Note that sites have no coordinates."""
        if region.sites.x is None or region.sites.y is None:
            faults.add("model.spacing: the sites have no coordinates")

    def rows(self, instance: Instance) -> Rows:
        """Return one row for each clique of sites that are too close to each other."""
        region = instance.region
        points, radius = _as_points(region, self.least * (1 - ROUNDING))
        cliques = _cliques(KDTree(points).query_pairs(radius), instance.num_sites)
        members = np.concatenate([np.zeros(0, dtype=np.int64), *map(np.asarray, cliques)])
        row = np.repeat(np.arange(len(cliques)), [len(clique) for clique in cliques])
        shape = (len(cliques), instance.num_sites)
        return Rows.of(
            [f"at most one of {', '.join(region.sites.ids[i] for i in q)}" for q in cliques],
            upper=1.0,
            open=csr_array((np.ones(len(row)), (row, members)), shape=shape),
        )

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        """Return the pairs of open stations that are too close, with their distance."""
        sites, found = instance.region.sites, []
        for i in np.flatnonzero(plan.open):
            apart = _distances(sites, int(i), geographic=instance.region.geographic)
            close = plan.open & (apart < self.least * (1 - ROUNDING))
            found += [
                f"{sites.ids[i]} and {sites.ids[h]} are {apart[h]:.6g} apart, not {self.least:g}"
                for h in np.flatnonzero(close)
                if h > i
            ]
        return found


def _as_points(region: Region, least: float) -> tuple[FloatArray, float]:
    """Return points in which sites closer than ``least`` are closer than the radius beside them.

    Longitudes and latitudes become points on the unit sphere, where a great circle of angle ``a``
    has the chord ``2 sin(a / 2)``.
    """
    assert region.sites.x is not None
    assert region.sites.y is not None
    if not region.geographic:
        return np.column_stack([region.sites.x, region.sites.y]), float(np.nextafter(least, 0.0))
    points = on_sphere(region.sites.x, region.sites.y)
    half = min(least / EARTH_RADIUS_KM, np.pi) / 2
    return points, float(np.nextafter(2 * np.sin(half), 0.0))


def _cliques(pairs: set[tuple[int, int]], count: int) -> list[list[int]]:
    """Return cliques of the graph of ``pairs`` that together hold every pair."""
    near: list[set[int]] = [set() for _ in range(count)]
    for i, h in pairs:
        near[i].add(h)
        near[h].add(i)
    cliques, open_pairs = [], set(pairs)
    for pair in sorted(pairs):
        if pair not in open_pairs:
            continue
        clique, common = list(pair), near[pair[0]] & near[pair[1]]
        while common:
            clique.append(min(common))
            common &= near[clique[-1]]
        clique.sort()
        open_pairs -= {(i, h) for i in clique for h in clique if i < h}
        cliques.append(clique)
    return cliques


def _distances(sites: Sites, i: int, *, geographic: bool) -> FloatArray:
    """Return the distance of every site from site ``i``, by the haversine formula on a sphere."""
    assert sites.x is not None
    assert sites.y is not None
    if not geographic:
        return np.asarray(np.hypot(sites.x - sites.x[i], sites.y - sites.y[i]))
    along, up = np.radians(sites.x), np.radians(sites.y)
    half = np.sin((up - up[i]) / 2) ** 2
    half = half + np.cos(up) * np.cos(up[i]) * np.sin((along - along[i]) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0))))
