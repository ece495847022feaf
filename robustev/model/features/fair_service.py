"""The worst-served group counts: a priced form of max-min service between groups.

In each scenario ``z_s`` is the largest unserved share of any group ``g`` of zones with demand,

    sum_{j in g} sum_k D_jks b_jks  <=  z_s sum_{j in g} sum_k D_jks,        0 <= z_s <= 1,

and costs ``weight * z_s * sum_jk q_k D_jks``: with ``weight`` 1 as much as if the whole region were
served as badly as that group. As ``weight`` grows, the least served share of any group becomes as
large as can be (max-min service; Rawls's criterion), whatever else that costs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import Field

from robustev.core.arrays import FloatArray
from robustev.core.errors import FaultCollector
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.model.features.base import Feature, Sweep, UnservedTerms
from robustev.model.groups import unserved_by_group, zones_of_groups
from robustev.model.instance import Instance


class FairService(Feature):
    """What the worst-served group lacks counts as if the whole region lacked it."""

    key = "fair_service"
    title = "service of the worst-served group"
    frontier = Sweep("weight", title="weight of the worst-served group")
    example = {"by": "district", "weight": 0.5}

    by: str
    """Attribute of the zones whose values are the groups, such as a district or an income class."""
    weight: float = Field(1.0, ge=0)
    """How much the unserved share of the worst-served group counts: 1 as if the whole region were
    served as badly, beside what unserved demand costs anyway."""

    def text(self) -> str:
        """Return what is asked, in words."""
        return f"the worst-served {self.by} counts, with weight {self.weight:.4g}"

    def check(self, region: Region, faults: FaultCollector) -> None:
        """Note that zones have no such attribute."""
        faults.add_unknown("model.fair_service.by", [self.by], list(region.zones.groups))

    def add(self, m: Any, instance: Instance, scenario: int) -> Any:
        """Add the largest unserved share of a group, and return what it costs."""
        import pyomo.environ as pyo  # noqa: PLC0415 - a schema must not load a modelling language

        demand = instance.demand[scenario]
        price = np.where(np.isfinite(instance.unserved_price), instance.unserved_price, 0.0)
        full = float((demand * price).sum())
        m.worst_served = pyo.Var(bounds=(0, 1))
        m.fair_service = pyo.ConstraintList()
        for terms, total in unserved_by_group(m, instance, scenario, self.by):
            short = pyo.quicksum(units / total * share for units, share in terms)
            m.fair_service.add((None, short - m.worst_served, 0.0))
        return self.weight * full * m.worst_served

    def restated(self, instance: Instance, demand: FloatArray) -> UnservedTerms:
        """Return a row for each group with demand: what it lacks, at most the worst share of it."""
        member = zones_of_groups(instance.region, self.by).astype(float)
        total = member @ demand.sum(axis=1)
        member, total = member[total > 0], total[total > 0]
        price = instance.unserved_price
        dear = self.weight * float(
            (demand[:, np.isfinite(price)] @ price[np.isfinite(price)]).sum()
        )
        return UnservedTerms(
            unserved=np.repeat(member[:, :, None], demand.shape[1], axis=2),
            own=-total[:, None],
            limit=np.zeros(len(total)),
            cost=np.array([dear]),
            upper=np.ones(1),
        )

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        """Return nothing: it counts what a plan does, and forbids no plan."""
        return []
