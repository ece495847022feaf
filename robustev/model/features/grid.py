"""The power of all chargers stays within what the grid gives, which upgrades raise at a price.

For a group ``g`` of sites behind one connection, with whole numbers ``u_g`` of upgrades,

    sum_{i in g} sum_r kW_r n_ir  <=  G_g + s_g u_g,        0 <= u_g <= U_g,

and ``u_g`` costs ``p_g`` each, which counts as infrastructure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import numpy as np
from pydantic import Field, model_validator
from scipy.sparse import csr_array, diags_array, kron

from robustev.core.arrays import FloatArray
from robustev.core.errors import FaultCollector
from robustev.core.settings import Amount, Label, Settings
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.model.features.base import Feature, Sweep
from robustev.model.instance import Instance
from robustev.model.layout import Block
from robustev.model.rows import Rows

BLOCK = "upgrades"
ROUNDING = 1e-9
"""Share of a limit by which power may exceed it through rounding."""


class Upgrades(Settings):
    """Upgrades of a grid connection that may be bought."""

    kw: float = Field(gt=0)
    """Power that one upgrade adds, in kW (``s_g``)."""
    cost: float = Field(ge=0)
    """Cost of one upgrade, in the experiment's money unit (``p_g``)."""
    most: int = Field(1, ge=0)
    """Most upgrades of one group (``U_g``)."""


class Grid(Feature):
    """Limits on the power of all chargers behind each grid connection, with priced upgrades."""

    key = "grid"
    title = "grid limits"
    frontier = Sweep("limit", title="kW of a grid connection", loosens=True)
    example = {
        "by": "area",
        "limit": 20.0,
        "power": {"kind0": 30.0},
        "upgrades": {"kw": 25.0, "cost": 4.0},
    }

    by: str
    """Attribute of the sites whose values are the groups, such as a substation."""
    limit: Amount | dict[Label, Amount]
    """Power in kW that is there (``G_g``): one number for every group, or by group; no limit in a
    group left out."""
    power: dict[str, Amount] = Field(default_factory=dict)
    """Power of one charger in kW by kind; the region's ``power_kw`` for a kind left out."""
    upgrades: Upgrades | dict[Label, Upgrades] | None = None
    """Upgrades that may be bought: the same for every group, or by group; none where left out."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if isinstance(self.limit, dict) and isinstance(self.upgrades, dict):
            for group in self.upgrades:
                if group not in self.limit:
                    raise ValueError(f"upgrades of {group}, which has no limit")
        return self

    def text(self) -> str:
        """Return the limits in words."""
        upgraded = " and upgrades" if self.upgrades else ""
        if not isinstance(self.limit, dict):
            return f"at most {self.limit:,.10g} kW{upgraded} in each {self.by}"
        parts = [f"{limit:,.10g} in {group}" for group, limit in self.limit.items()]
        return f"at most so many kW{upgraded} by {self.by}: {', '.join(parts) or 'no limit'}"

    def check(self, region: Region, faults: FaultCollector) -> None:
        """Note unknown attributes, groups and kinds, and kinds of which nobody says the power."""
        kinds = [kind.name for kind in region.kinds]
        if kinds:
            faults.add_unknown("model.grid.power", self.power, kinds)
        for kind in region.kinds:
            if kind.name not in self.power and kind.power_kw is None:
                faults.add(f"model.grid.power: nothing says how many kW a {kind.name} charger has")
        labels = region.sites.groups.get(self.by)
        if labels is None:
            known = list(region.sites.groups)
            faults.add_unknown("model.grid.by", [self.by], known or ["(no attribute)"])
            return
        for option, given in (("limit", self.limit), ("upgrades", self.upgrades)):
            if isinstance(given, dict):
                faults.add_unknown(f"model.grid.{option}", given, sorted(set(labels)))

    def columns(self, instance: Instance) -> tuple[Block, ...]:
        """Return a column for the upgrades of each group that has a limit."""
        groups = self._limits(instance.region)
        if not groups or not self.upgrades:
            return ()
        offers = [self._offer(group) for group in groups]
        weight = instance.model.infrastructure_weight
        most = np.array([float(offer.most) for offer in offers])
        cost = np.array([weight * offer.cost for offer in offers])
        return (Block(BLOCK, np.zeros(len(offers)), most, cost),)

    def complete(self, plan: Plan, instance: Instance) -> Mapping[str, FloatArray]:
        """Return the fewest upgrades of each group."""
        needed = self._needed(plan, instance.region)
        return {BLOCK: np.array(list(needed.values()), dtype=np.float64)}

    def further_cost(self, plan: Plan, region: Region) -> float:
        """Return what the fewest upgrades cost, in money."""
        if not self.upgrades:
            return 0.0
        needed = self._needed(plan, region)
        return float(sum(self._offer(group).cost * steps for group, steps in needed.items()))

    def rows(self, instance: Instance) -> Rows:
        """Return one row for each group that has a limit."""
        limits = self._limits(instance.region)
        if not limits or not instance.num_kinds:
            return Rows.none()
        labels = np.array(instance.region.sites.groups[self.by])
        members = np.array([labels == group for group in limits], dtype=float)
        drawn = kron(csr_array(members), self._power(instance.region)[None])
        parts = {"chargers": csr_array(drawn)}
        if self.upgrades:
            added = diags_array([-self._offer(group).kw for group in limits])
            parts[BLOCK] = csr_array(added)
        return Rows.of(
            [self._asked(group, limit) for group, limit in limits.items()],
            upper=[limit + _slack(limit) for limit in limits.values()],
            **parts,
        )

    def _asked(self, group: str, limit: float) -> str:
        offer = self._offer(group)
        more = f" and {offer.most} upgrades of {offer.kw:g} kW" if offer.most else ""
        return f"at most {limit:,.10g} kW{more} in {self.by} {group}"

    def _limits(self, region: Region) -> dict[str, float]:
        """Return the limit of each group that has one."""
        if isinstance(self.limit, dict):
            return dict(sorted(self.limit.items()))
        return dict.fromkeys(sorted(set(region.sites.groups[self.by])), self.limit)

    def _offer(self, group: str) -> Upgrades:
        """Return the upgrades of a group; none of them where it has none."""
        found = self.upgrades.get(group) if isinstance(self.upgrades, dict) else self.upgrades
        return found or Upgrades(kw=1.0, cost=0.0, most=0)

    def _power(self, region: Region) -> FloatArray:
        """Return the power of one charger of each kind in kW, shape (kinds,)."""
        return np.array([self.power.get(kind.name, kind.power_kw or 0.0) for kind in region.kinds])

    def _needed(self, plan: Plan, region: Region) -> dict[str, float]:
        """Return the fewest upgrades of each group with a limit, more than there are if need be."""
        drawn, labels = plan.chargers @ self._power(region), np.array(region.sites.groups[self.by])
        needed = {}
        for group, limit in self._limits(region).items():
            above = float(drawn[labels == group].sum()) - limit - _slack(limit)
            needed[group] = max(0.0, float(np.ceil(above / self._offer(group).kw)))
        return needed

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        """Return the groups with more power than the grid and all its upgrades give."""
        region, drawn = instance.region, dict[str, float]()
        for i, group in enumerate(region.sites.groups[self.by]):
            drawn.setdefault(group, 0.0)
            for r, kind in enumerate(region.kinds):
                each = self.power.get(kind.name, kind.power_kw)
                drawn[group] += float(each or 0.0) * float(plan.chargers[i, r])
        found = []
        for group, total in sorted(drawn.items()):
            limit = self.limit.get(group, np.inf) if isinstance(self.limit, dict) else self.limit
            offer = self.upgrades.get(group) if isinstance(self.upgrades, dict) else self.upgrades
            there = limit + (offer.most * offer.kw if offer else 0.0)
            if total > there + ROUNDING * max(1.0, limit):
                found.append(
                    f"{total:,.10g} kW in {self.by} {group},"
                    f" {total - there:,.10g} more than {there:,.10g} with every upgrade"
                )
        return found


def _slack(limit: float) -> float:
    return ROUNDING * max(1.0, limit)
