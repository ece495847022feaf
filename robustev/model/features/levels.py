"""Capacity in whole levels of one size instead of chargers."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from robustev.data.plan import Plan
from robustev.data.region import ChargerKind, Region
from robustev.model.features.base import Feature
from robustev.model.instance import Instance


class Levels(Feature):
    """Capacity in whole levels instead of chargers: each site has 0 to ``maximum`` levels."""

    key = "levels"
    title = "capacity levels"
    example = {"maximum": 2, "unit": 5.0}

    maximum: int = Field(ge=1)
    """Most levels at one site."""
    unit: Literal["mean_demand"] | Annotated[float, Field(gt=0)] = "mean_demand"
    """Capacity of one level, in demand units; ``mean_demand`` is each type's mean over zones."""
    cost: float = Field(1.0, ge=0)
    """Cost of one level."""

    def text(self) -> str:
        """Return the levels in words."""
        size = "the mean demand" if self.unit == "mean_demand" else f"{self.unit:g}"
        return f"at most {self.maximum} capacity levels of {size} at a site"

    def in_region(self, region: Region) -> Region:
        """Return the region with one kind of charger, a level, and a slot for each level."""
        sites = region.sites
        unit = {
            k: float(region.demand[:, index].mean()) if self.unit == "mean_demand" else self.unit
            for index, k in enumerate(region.types)
        }
        level_sites = replace(
            sites,
            slots=np.full(len(sites), self.maximum),
            existing=np.zeros((len(sites), 1), dtype=np.int64),
            fixed_capacity=np.zeros_like(sites.fixed_capacity),
        )
        return replace(region, kinds=(ChargerKind("level", unit, self.cost),), sites=level_sites)

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        """Return which sites have too many levels."""
        ids, count = instance.region.sites.ids, plan.chargers.sum(axis=1)
        return [
            f"{count[i]} levels at {ids[i]}, {count[i] - self.maximum} more than {self.maximum}"
            for i in range(len(ids))
            if count[i] > self.maximum
        ]
