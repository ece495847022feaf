"""Spending in each area stays within a budget of its own.

For an area ``g``, a value of an attribute of the sites such as a district,

    sum_{i in g} o_i x_i + sum_{i in g} sum_r c_r (n_ir - e_ir)  <=  B_g.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from robustev.core.errors import FaultCollector
from robustev.core.settings import Amount, Label
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.model.features.base import Feature, Sweep
from robustev.model.features.budget import money_at_sites
from robustev.model.instance import Instance
from robustev.model.outlay import outlay
from robustev.model.rows import Rows

ROUNDING = 1e-9
"""Share of a budget by which spending may exceed it through rounding."""


class BudgetByArea(Feature):
    """A limit on the cost of what is built in each area, counted as in the budget."""

    key = "budget_by_area"
    title = "budget by area"
    frontier = Sweep("limit", title="budget of an area", loosens=True)
    example = {"by": "area", "limit": {"a": 22.0}}

    by: str
    """Attribute of the sites whose values are the areas, such as a district."""
    limit: Amount | dict[Label, Amount]
    """Most money that may be spent: one number for every area, or by area; no limit in an area
    left out."""

    def text(self) -> str:
        """Return the limits in words."""
        if not isinstance(self.limit, dict):
            return f"a budget of {self.limit:,.10g} in each {self.by}"
        parts = [f"{limit:,.10g} in {area}" for area, limit in self.limit.items()]
        return f"budgets by {self.by}: {', '.join(parts) or 'none'}"

    def check(self, region: Region, faults: FaultCollector) -> None:
        """Note an attribute that sites lack, and areas that are none of its values."""
        labels = region.sites.groups.get(self.by)
        if labels is None:
            known = list(region.sites.groups)
            faults.add_unknown("model.budget_by_area.by", [self.by], known or ["(no attribute)"])
        elif isinstance(self.limit, dict):
            faults.add_unknown("model.budget_by_area.limit", self.limit, sorted(set(labels)))

    def rows(self, instance: Instance) -> Rows:
        """Return one row for each area that has a budget.

        What stands is free; what rules such as removal spend at sites is added.
        """
        labels = np.array(instance.region.sites.groups[self.by])
        limits = self._limits(instance)
        if not limits:
            return Rows.none()
        members = np.array([labels == area for area in limits], dtype=float)
        spent = outlay(instance)
        budgets = np.array(list(limits.values()))
        return Rows.of(
            [f"a budget of {most:,.10g} in {self.by} {area}" for area, most in limits.items()],
            upper=budgets + members @ spent.there,
            **{name: csr_array(members) @ part for name, part in spent.columns.items()},
        )

    def _limits(self, instance: Instance) -> dict[str, float]:
        """Return the budget of each area that has one."""
        if isinstance(self.limit, dict):
            return dict(sorted(self.limit.items()))
        return dict.fromkeys(sorted(set(instance.region.sites.groups[self.by])), self.limit)

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        """Return by how much the plan costs more than the budget of each area."""
        areas = instance.region.sites.groups[self.by]
        spent = dict.fromkeys(areas, 0.0)
        for area, amount in zip(areas, money_at_sites(plan, instance), strict=True):
            spent[area] += float(amount)
        found = []
        for area, amount in sorted(spent.items()):
            limit = self.limit.get(area, np.inf) if isinstance(self.limit, dict) else self.limit
            if amount > limit + ROUNDING * max(1.0, limit):
                found.append(
                    f"{amount:,.10g} spent in {self.by} {area},"
                    f" {amount - limit:,.10g} more than {limit:,.10g}"
                )
        return found
