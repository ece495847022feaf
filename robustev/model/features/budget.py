"""Spending on new stations and chargers stays within a budget."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from robustev.core.arrays import FloatArray
from robustev.data.plan import Plan
from robustev.model.features.base import Feature, Sweep
from robustev.model.instance import Instance
from robustev.model.outlay import outlay
from robustev.model.rows import Rows

ROUNDING = 1e-9
"""Share of a budget by which spending may exceed it through rounding."""


class Budget(Feature):
    """A limit on the cost of what is built: openings and chargers beyond the existing ones."""

    key = "budget"
    title = "budget"
    frontier = Sweep(
        "limit",
        title="budget",
        figures=("mean_cost", "travel_total", "fractional_margin", "unserved_share"),
        loosens=True,
    )
    example = {"limit": 30.0}

    limit: float = Field(ge=0)
    """Most money that may be spent."""

    def text(self) -> str:
        """Return the limit in words."""
        return f"a budget of {self.limit:,.10g}"

    def rows(self, instance: Instance) -> Rows:
        """Return ``sum_i o_i x_i + sum_ir c_r (n_ir - e_ir) <= limit`` where anything costs.

        What stands is free; what rules such as removal spend at sites is added.
        """
        spent = outlay(instance)
        if spent.is_free:
            return Rows.none()
        every = np.ones((1, instance.num_sites))
        return Rows.of(
            [self.text()],
            upper=self.limit + float(spent.there.sum()),
            **{name: every @ part for name, part in spent.columns.items()},
        )

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        """Return by how much the plan costs more than the budget."""
        spent = float(money_at_sites(plan, instance).sum())
        if spent <= self.limit + ROUNDING * max(1.0, self.limit):
            return []
        return [f"{spent:,.10g} spent, {spent - self.limit:,.10g} more than {self.limit:,.10g}"]


def money_at_sites(plan: Plan, instance: Instance) -> FloatArray:
    """Return what a plan spends at each site, counted one by one, for checks."""
    sites, there = instance.region.sites, instance.standing
    spent = np.zeros(len(sites))
    for i in range(len(sites)):
        if plan.open[i] and not there.open[i]:
            spent[i] += float(sites.opening_cost[i])
        for r, kind in enumerate(instance.region.kinds):
            spent[i] += kind.cost * float(plan.chargers[i, r] - there.chargers[i, r])
    for part in instance.model.parts:
        spent += part.site_cost(plan, instance.region, there)
    return spent
