"""A share of every group's demand is served in every scenario.

For a group ``g`` of zones and a share ``beta`` the second stage of each scenario has the row

    sum_{j in g} sum_k D_jk b_jk  <=  (1 - beta) sum_{j in g} sum_k D_jk.

A plan that cannot keep it in some scenario is no plan, whatever unserved demand costs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import Field
from scipy.optimize import linprog

from robustev.core.arrays import FloatArray
from robustev.core.errors import FaultCollector
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.model.features.base import Feature, Sweep, UnservedLimits, UnservedTerms
from robustev.model.groups import group_of_zones, unserved_by_group, zones_of_groups
from robustev.model.instance import Instance

SHORT = 1e-6
"""Share of a group's demand that may be short through rounding."""


class GroupService(Feature):
    """A share of every group's demand is served in every scenario."""

    key = "group_service"
    title = "service of every group"
    frontier = Sweep("share", title="served share of every group")
    example = {"by": "district", "share": 0.8}

    by: str
    """Attribute of the zones whose values are the groups, such as a district or an income class."""
    share: float = Field(ge=0, le=1)
    """Share of each group's demand (``beta``) that must be served."""

    def text(self) -> str:
        """Return the promise in words."""
        return f"at least {self.share:.4g} of demand served in every {self.by}"

    def check(self, region: Region, faults: FaultCollector) -> None:
        """Note that zones have no such attribute."""
        faults.add_unknown("model.group_service.by", [self.by], list(region.zones.groups))

    def add(self, m: Any, instance: Instance, scenario: int) -> Any:
        """Add one row for each group with demand."""
        import pyomo.environ as pyo  # noqa: PLC0415 - a schema must not load a modelling language

        m.group_service = pyo.ConstraintList()
        for terms, total in unserved_by_group(m, instance, scenario, self.by):
            short = pyo.quicksum(units * share for units, share in terms)
            m.group_service.add((None, short, (1 - self.share) * total))
        return 0.0

    def unserved_limits(self, instance: Instance) -> UnservedLimits:
        """Return the groups, each with the share ``1 - beta`` that it may leave unserved."""
        group = group_of_zones(instance.region, self.by)
        return UnservedLimits(group, np.full(int(group.max()) + 1, 1 - self.share))

    def restated(self, instance: Instance, demand: FloatArray) -> UnservedTerms:
        """Return a row for each group: what it leaves unserved, at most ``1 - beta`` of its own."""
        member = zones_of_groups(instance.region, self.by).astype(float)
        limit = (1 - self.share) * (member @ demand.sum(axis=1))
        unserved = np.repeat(member[:, :, None], demand.shape[1], axis=2)
        nothing = np.zeros(0)
        return UnservedTerms(unserved, np.zeros((len(member), 0)), limit, nothing, nothing)

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        """Return the scenarios in which no assignment serves every group, with what is short."""
        found = []
        for name, demand in zip(instance.scenarios.names, instance.demand, strict=True):
            units = self._shortfall(plan, instance, demand)
            if units > SHORT * max(1.0, float(demand.sum())):
                found.append(f"{units:.6g} units short of {self.text()} in scenario {name}")
        return found

    def _shortfall(self, plan: Plan, instance: Instance, demand: FloatArray) -> float:
        """Return the least units by which groups are short, by a linear program in units served."""
        capacity = np.where(plan.open[:, None], instance.region.sites.fixed_capacity, 0.0)
        capacity = instance.model.utilisation * capacity + instance.capacity_of(plan.chargers)
        if not instance.model.capacitated:
            capacity = np.where(plan.open[:, None], np.inf, 0.0)
        site, zone = instance.arcs.site, instance.arcs.zone
        used = plan.open[site]
        site, zone = site[used], zone[used]
        types = np.arange(instance.num_types)
        shared = instance.model.split == "shared"
        mixes = [demand] if shared else [demand * (types == k) for k in types]
        group = group_of_zones(instance.region, self.by)
        groups = int(group.max()) + 1
        arcs, width = len(site), len(site) * len(mixes) + groups
        rows, limits = [], []
        for number, mix in enumerate(mixes):
            columns = number * arcs + np.arange(arcs)
            for j in range(instance.num_zones):
                row = np.zeros(width)
                row[columns[zone == j]] = 1.0
                rows.append(row)
                limits.append(1.0)
            for i, k in np.argwhere(np.isfinite(capacity)):
                row = np.zeros(width)
                row[columns[site == i]] = mix[zone[site == i], k]
                rows.append(row)
                limits.append(capacity[i, k])
        for g in range(groups):
            row = np.zeros(width)
            for number, mix in enumerate(mixes):
                row[number * arcs : (number + 1) * arcs] = -mix.sum(axis=1)[zone] * (
                    group[zone] == g
                )
            row[len(mixes) * arcs + g] = -1.0
            rows.append(row)
            limits.append(-self.share * float(demand[group == g].sum()))
        cost = np.append(np.zeros(arcs * len(mixes)), np.ones(groups))
        done: Any = linprog(cost, A_ub=np.array(rows), b_ub=np.array(limits), method="highs")
        return float(done.fun)
