"""A station is built to one of a few designs, each with its own cost and chargers by kind.

For a site ``i`` with designs ``d``, each with ``N_idr`` chargers of kind r at the cost ``C_id`` in
all, and whole ``y_id``,

    sum_d y_id = x_i,        n_ir = sum_d N_idr y_id,        cost  sum_d C_id y_id.

The region's prices of single chargers do not count. What stands is a design of its own, which costs
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from pydantic import Field, NonNegativeInt
from scipy.sparse import csr_array

from robustev.core.arrays import FloatArray, IntArray
from robustev.core.errors import FaultCollector
from robustev.core.settings import Amount, Label, Settings
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.model.features.base import Feature
from robustev.model.instance import Instance
from robustev.model.layout import Block
from robustev.model.options import ModelOptions, Standing
from robustev.model.rows import Limits, Rows

BLOCK = "design"
AS_IT_STANDS = "as it stands"
"""What the design of a site is called that keeps what is there."""


class Design(Settings):
    """One way to build a station."""

    cost: Amount
    """What its chargers cost in all, in the experiment's money unit (``C_id``); the station's
    opening cost comes on top."""
    chargers: dict[Label, NonNegativeInt] = Field(default_factory=dict)
    """Chargers of each kind (``N_idr``); none of a kind left out."""


@dataclass(frozen=True, eq=False)
class Offers:
    """All designs of all sites, site by site.

    Parameters
    ----------
    site, cost
        Shape (designs,).
    chargers
        Shape (designs, kinds).
    name
        For each design, what it is called.
    """

    site: IntArray
    cost: FloatArray
    chargers: IntArray
    name: tuple[str, ...]


class Designs(Feature):
    """Stations are built to one of a few designs, each with its own cost and chargers by kind."""

    key = "designs"
    title = "designs of a station"
    example = {
        "every": {
            "small": {"cost": 3.0, "chargers": {"kind0": 1}},
            "none yet": {"cost": 0.0},
        },
        "sites": {"i1": {"small": {"cost": 2.0, "chargers": {"kind0": 1}}}},
    }

    every: dict[Label, Design] = Field(default_factory=dict)
    """Designs by name, at every site that has no table of its own."""
    sites: dict[Label, dict[Label, Design]] = Field(default_factory=dict)
    """For ids of sites, designs of their own in the place of ``every``; an empty table for a site
    where nothing can be built."""

    def text(self) -> str:
        """Return the designs in words."""
        own = f", and {len(self.sites)} sites with their own" if self.sites else ""
        return f"stations to one of {len(self.every)} designs{own}"

    def check(self, region: Region, faults: FaultCollector) -> None:
        """Note unknown sites and kinds, and designs that do not fit into a site's slots."""
        kinds, ids = [kind.name for kind in region.kinds], list(region.sites.ids)
        if not kinds:
            faults.add("model.designs: the region has no charger kinds")
            return
        faults.add_unknown("model.designs.sites", self.sites, ids)
        for name, design in self.every.items():
            faults.add_unknown(f"model.designs.every.{name}.chargers", design.chargers, kinds)
        for site, table in self.sites.items():
            for name, design in table.items():
                where = f"model.designs.sites.{site}.{name}"
                faults.add_unknown(f"{where}.chargers", design.chargers, kinds)
                count, room = sum(design.chargers.values()), region.sites.slots
                if site in ids and count > room[ids.index(site)]:
                    faults.add(
                        f"{where} does not fit into the site",
                        found=f"{count} chargers",
                        expected=f"at most {room[ids.index(site)]} slots",
                    )

    def conflicts(self, model: ModelOptions, faults: FaultCollector) -> None:
        """Note that levels and phases have other steps of capacity."""
        if getattr(model, "levels", None) is not None:
            faults.add(
                "model.designs: capacity comes in designs or in levels",
                expected="model.designs or model.levels, not both",
            )
        if model.phases is not None:
            faults.add(
                "model.designs: with model.phases things only grow, and a design that is built "
                "could not become a larger one",
                expected="model.designs or model.phases, not both",
            )

    def in_region(self, region: Region) -> Region:
        """Return the region with chargers that cost nothing beyond their design."""
        return replace(region, kinds=tuple(replace(kind, cost=0.0) for kind in region.kinds))

    def offers(self, region: Region, standing: Standing) -> Offers:
        """Return the designs of every site, those that do not fit left out."""
        kinds = {kind.name: r for r, kind in enumerate(region.kinds)}
        site, cost, chargers, names = [], [], [], []
        for i, name in enumerate(region.sites.ids):
            if standing.open[i]:
                site.append(i)
                cost.append(0.0)
                chargers.append(standing.chargers[i])
                names.append(AS_IT_STANDS)
            for title, design in self.sites.get(name, self.every).items():
                count = np.zeros(len(kinds), dtype=np.int64)
                for kind, number in design.chargers.items():
                    count[kinds[kind]] = number
                if count.sum() <= region.sites.slots[i]:
                    site.append(i)
                    cost.append(float(design.cost))
                    chargers.append(count)
                    names.append(title)
        return Offers(
            np.array(site, dtype=np.int64),
            np.array(cost),
            np.array(chargers, dtype=np.int64).reshape(len(site), len(kinds)),
            tuple(names),
        )

    def columns(self, instance: Instance) -> tuple[Block, ...]:
        """Return a column for each design of each site."""
        cost = self.offers(instance.region, instance.standing).cost
        weight = instance.model.infrastructure_weight
        return (Block(BLOCK, np.zeros(len(cost)), np.ones(len(cost)), weight * cost),)

    def complete(self, plan: Plan, instance: Instance) -> Mapping[str, FloatArray]:
        """Return the cheapest design of each station that has just its chargers, if any has."""
        offers = self.offers(instance.region, instance.standing)
        made = np.zeros(len(offers.site))
        made[[d for d in self._chosen(plan, offers) if d is not None]] = 1.0
        return {BLOCK: made}

    def limits(self, instance: Instance) -> Limits:
        """Return the most chargers of each kind in any design of a site."""
        offers = self.offers(instance.region, instance.standing)
        most = np.zeros((instance.num_sites, instance.num_kinds))
        np.maximum.at(most, offers.site, offers.chargers.astype(np.float64))
        return Limits({}, {"chargers": most})

    def rows(self, instance: Instance) -> Rows:
        """Return the rows that give an open station one design, and it its chargers."""
        region = instance.region
        offers = self.offers(region, instance.standing)
        count, sites, kinds = len(offers.site), instance.num_sites, instance.num_kinds
        place = np.arange(count)
        of_site = csr_array((np.ones(count), (offers.site, place)), shape=(sites, count))
        design, kind = np.nonzero(offers.chargers)
        holds = csr_array(
            (
                offers.chargers[design, kind].astype(float),
                (offers.site[design] * kinds + kind, design),
            ),
            shape=(sites * kinds, count),
        )
        one = Rows.of(
            [f"one design at {site} if it is open" for site in region.sites.ids],
            lower=0.0,
            upper=0.0,
            open=-np.eye(sites),
            **{BLOCK: of_site},
        )
        chargers = Rows.of(
            [f"{k.name} chargers at {site} as designed" for site in region.sites.ids
             for k in region.kinds],
            lower=0.0,
            upper=0.0,
            chargers=-np.eye(sites * kinds),
            **{BLOCK: holds},
        )  # fmt: skip
        return one.followed_by(chargers)

    def site_columns(self, instance: Instance) -> Mapping[str, Any]:
        """Return what each design costs at its site."""
        offers = self.offers(instance.region, instance.standing)
        place = np.arange(len(offers.site))
        shape = (instance.num_sites, len(place))
        return {BLOCK: csr_array((offers.cost, (offers.site, place)), shape=shape)}

    def site_cost(self, plan: Plan, region: Region, standing: Standing) -> FloatArray:
        """Return what the design of each station costs; nothing where it has none."""
        offers = self.offers(region, standing)
        cost = np.zeros(region.num_sites)
        for i, d in enumerate(self._chosen(plan, offers)):
            cost[i] = 0.0 if d is None else offers.cost[d]
        return cost

    def cost_of(self, plan: Plan, region: Region, standing: Standing) -> float:
        """Return what all designs of a plan cost, in money."""
        return float(self.site_cost(plan, region, standing).sum())

    def _chosen(self, plan: Plan, offers: Offers) -> list[int | None]:
        """Return for each site the cheapest design that has just the plan's chargers."""
        found: list[int | None] = []
        for i in range(len(plan.open)):
            same = (offers.site == i) & (offers.chargers == plan.chargers[i]).all(axis=1)
            mine = np.flatnonzero(same) if plan.open[i] else np.zeros(0, dtype=np.int64)
            found.append(int(mine[np.argmin(offers.cost[mine])]) if len(mine) else None)
        return found

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        """Return the stations that are none of their designs."""
        region, found = instance.region, []
        kinds = [kind.name for kind in region.kinds]
        for i, site in enumerate(region.sites.ids):
            here = {k: int(n) for k, n in zip(kinds, plan.chargers[i], strict=True) if n}
            if not plan.open[i]:
                found += [f"chargers at {site}, which is closed"] if here else []
                continue
            known = [
                {k: n for k, n in design.chargers.items() if n}
                for design in self.sites.get(site, self.every).values()
                if sum(design.chargers.values()) <= region.sites.slots[i]
            ]
            if instance.standing.open[i]:
                there = zip(kinds, instance.standing.chargers[i], strict=True)
                known.append({k: int(n) for k, n in there if n})
            if here not in known:
                words = ", ".join(f"{n} {k}" for k, n in here.items()) or "no chargers"
                found.append(f"{words} at {site}, which is none of its designs")
        return found
