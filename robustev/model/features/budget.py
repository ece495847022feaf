"""Spending on new stations and chargers stays within a budget."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from robustev.data.plan import Plan
from robustev.model.features.base import Feature, Sweep
from robustev.model.instance import Instance
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

        Openings that must stay are free.
        """
        sites, cost = instance.region.sites, instance.region.charger_cost
        opening = np.where(instance.min_open, 0.0, sites.opening_cost)
        chargers = np.tile(cost, instance.num_sites)
        if not opening.any() and not chargers.any():
            return Rows.none()
        standing = float((instance.min_chargers @ cost).sum())
        return Rows.of(
            [self.text()],
            upper=self.limit + standing,
            open=opening[None],
            chargers=chargers[None],
        )

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        """Return by how much the plan costs more than the budget."""
        sites, spent = instance.region.sites, 0.0
        for i in range(len(sites)):
            if plan.open[i] and not instance.min_open[i]:
                spent += float(sites.opening_cost[i])
            for r, kind in enumerate(instance.region.kinds):
                spent += kind.cost * float(plan.chargers[i, r] - instance.min_chargers[i, r])
        if spent <= self.limit + ROUNDING * max(1.0, self.limit):
            return []
        return [f"{spent:,.10g} spent, {spent - self.limit:,.10g} more than {self.limit:,.10g}"]
