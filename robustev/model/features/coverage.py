"""A share of demand or of the population is within reach of open stations.

For a radius ``R``, a number of stations ``k``, a share ``alpha`` and every group ``g`` of zones

    k cover_j  <=  sum_{i: t_ij <= R} x_i,     sum_{j in g} w_j cover_j  >=  alpha sum_{j in g} w_j,

with ``cover_j`` in {0, 1} (Church and ReVelle 1974). Zones that are near the same sites are covered
together, so that they share one column. The second row is divided by the group's total, so that it
binds whatever unit ``w_j`` has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import Field
from scipy.sparse import csr_array, diags_array, vstack

from robustev.core.arrays import FloatArray, IntArray
from robustev.core.errors import FaultCollector
from robustev.data.plan import Plan
from robustev.data.reach import Reach
from robustev.data.region import Region
from robustev.model.features.base import Feature, Sweep
from robustev.model.instance import Instance
from robustev.model.layout import Block
from robustev.model.rows import Rows

BLOCK = "covered"
ROUNDING = 1e-9
"""Share of a group by which coverage may be short through rounding."""


class Coverage(Feature):
    """A share of demand or of the population is within reach of open stations."""

    key = "coverage"
    title = "coverage"
    frontier = Sweep("share", title="covered share")
    example = {"radius": 4.0, "share": 0.6, "by": "district"}

    radius: float = Field(ge=0)
    """Largest travel cost from a zone to a station that covers it, before weights."""
    share: float = Field(ge=0, le=1)
    """Share that must be covered, of the whole or of every group."""
    stations: int = Field(1, ge=1)
    """How many open stations must be within the radius of a zone that counts as covered."""
    of: Literal["demand", "population"] = "demand"
    """What is counted: the region's reference demand of all types, or the zones' population."""
    by: str | None = None
    """Attribute of the zones each of whose groups must be covered; absent for the whole alone."""

    def text(self) -> str:
        """Return the promise in words."""
        near = "an open station" if self.stations == 1 else f"{self.stations} open stations"
        where = f" in every {self.by}" if self.by else ""
        return f"at least {self.share:.4g} of {self.of} within {self.radius:g} of {near}{where}"

    def check(self, region: Region, faults: FaultCollector) -> None:
        """Note that zones have no such attribute or population, or that arcs are missing."""
        if self.by is not None:
            faults.add_unknown("model.coverage.by", [self.by], list(region.zones.groups))
        people = region.zones.population
        if self.of == "population" and (people is None or not np.isfinite(people).all()):
            faults.add("model.coverage.of: the zones have no population, or not all of them")
        unsure = zones_with_sites_left_out(region, self.radius)
        if unsure:
            faults.add(
                f"model.coverage.radius: {unsure} of {region.num_zones} zones may have sites within"
                f" {self.radius:g} that the region was read without",
                found=str(region.reach),
                expected="a smaller radius, or a reach that goes as far",
            )

    def columns(self, instance: Instance) -> tuple[Block, ...]:
        """Return a column for each neighbourhood that has enough sites."""
        count = self._neighbourhoods(instance).sites.shape[0]
        return (Block(BLOCK, np.zeros(count), np.ones(count), np.zeros(count)),) if count else ()

    def complete(self, plan: Plan, instance: Instance) -> Mapping[str, FloatArray]:
        """Return which neighbourhoods have enough open stations."""
        near = self._neighbourhoods(instance).sites @ plan.open.astype(float)
        return {BLOCK: (near >= self.stations).astype(float)}

    def rows(self, instance: Instance) -> Rows:
        """Return a row for each neighbourhood, and one for each group."""
        found = self._neighbourhoods(instance)
        count, groups = found.sites.shape[0], len(found.groups)
        meaning = [f"zones like {zone} count only if they are covered" for zone in found.like]
        meaning += [f"{self.text()}{f': {name}' if name else ''}" for name in found.groups]
        most = np.concatenate([np.zeros(count), np.full(groups, np.inf)])
        asked = np.where(found.total > 0, self.share - ROUNDING, 0.0)
        least = np.concatenate([np.full(count, -np.inf), asked])
        if not count:
            return Rows.of(meaning, lower=least, upper=most)
        needs = diags_array(np.full(count, float(self.stations)))
        return Rows.of(
            meaning,
            lower=least,
            upper=most,
            open=vstack([-found.sites, csr_array((groups, instance.num_sites))]),
            **{BLOCK: vstack([needs, found.part])},
        )

    def _neighbourhoods(self, instance: Instance) -> _Neighbourhoods:
        """Return the neighbourhoods of a region, made once."""
        known = instance.made.get(__name__)
        if known is None or known[0] is not instance.region or known[1] != self:
            known = (instance.region, self, _neighbourhoods(instance.region, self))
            instance.made[__name__] = known
        found: _Neighbourhoods = known[2]
        return found

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        """Return the groups of which too little is covered, with what is short."""
        region, found = instance.region, []
        near = (region.arcs.cost <= self.radius) & plan.open[region.arcs.site]
        stations = np.bincount(region.arcs.zone[near], minlength=region.num_zones)
        weight = _weights(region, self.of)
        labels = np.array(region.zones.groups[self.by] if self.by else [""] * region.num_zones)
        for label in sorted(set(labels.tolist())):
            mine = labels == label
            total, covered = weight[mine].sum(), weight[mine & (stations >= self.stations)].sum()
            if covered < (self.share - ROUNDING) * total:
                where = f" in {self.by} {label}" if self.by else ""
                short = self.share * total - covered
                found.append(
                    f"{covered / total:.4g} of {self.of} covered{where}, not {self.share:.4g}"
                    f" ({short:,.6g} short of {self.text()})"
                )
        return found


@dataclass(frozen=True, eq=False)
class _Neighbourhoods:
    """Sets of zones that are near the same sites, with at least as many sites as are needed.

    ``sites`` has shape (neighbourhoods, sites), ``part`` (groups, neighbourhoods): which part of a
    group is in each, ``total`` (groups,); ``like`` names a zone of each neighbourhood.
    """

    sites: csr_array
    part: csr_array
    total: FloatArray
    like: tuple[str, ...]
    groups: tuple[str, ...]


def _neighbourhoods(region: Region, rule: Coverage) -> _Neighbourhoods:
    near = region.arcs.within(rule.radius)
    place: dict[tuple[int, ...], int] = {}
    like, of_zone = [], np.full(region.num_zones, -1)
    for j in range(region.num_zones):
        sites = tuple(near.site[near.zone_start[j] : near.zone_start[j + 1]].tolist())
        if len(sites) >= rule.stations:
            if sites not in place:
                like.append(region.zones.ids[j])
            of_zone[j] = place.setdefault(sites, len(place))
    labels = region.zones.groups[rule.by] if rule.by else ("",) * region.num_zones
    groups, group = np.unique(np.array(labels), return_inverse=True)
    weight, some = _weights(region, rule.of), np.flatnonzero(of_zone >= 0)
    total = np.asarray(np.bincount(group, weight, len(groups)), dtype=np.float64)
    part = weight / np.where(total > 0, total, 1.0)[group]
    entries = (part[some], (group[some], of_zone[some]))
    return _Neighbourhoods(
        sites=_indicators(list(place), region.num_sites),
        part=csr_array(entries, shape=(len(groups), len(place))),
        total=total,
        like=tuple(like),
        groups=tuple(groups.tolist()),
    )


def _indicators(sets: list[tuple[int, ...]], width: int) -> csr_array:
    """Return a row of zeros and ones for each set of columns."""
    start = np.cumsum([0, *map(len, sets)])
    column: IntArray = np.array([i for members in sets for i in members], dtype=np.int64)
    return csr_array((np.ones(len(column)), column, start), shape=(len(sets), width))


def _weights(region: Region, of: str) -> FloatArray:
    """Return what each zone counts, shape (zones,)."""
    if of == "demand":
        return np.asarray(region.demand.sum(axis=1))
    assert region.zones.population is not None
    return region.zones.population


def zones_with_sites_left_out(region: Region, radius: float) -> int:
    """Return how many zones may have a site within a radius that is no arc of the region."""
    reach, arcs = region.reach.among(region.num_sites), region.arcs
    if reach.holds(Reach(radius)):
        return 0
    if reach.nearest is None or reach.most < radius:
        return region.num_zones
    count = np.diff(arcs.zone_start)
    farthest = -arcs.zone_minimum(-arcs.cost)
    cut = (count >= reach.nearest) & (count < region.num_sites) & (farthest < radius)
    return int(cut.sum())
