"""Existing stations and chargers stay, and count in the cost or not: ``n_ir >= e_ir``."""

from __future__ import annotations

from typing import Literal

import numpy as np

from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.model.features.base import Feature
from robustev.model.instance import Instance
from robustev.model.options import Standing
from robustev.model.rows import Limits


class Existing(Feature):
    """What becomes of the stations and chargers that stand already."""

    key = "existing"
    title = "existing stations and chargers"
    flat = True

    keep_existing: bool = True
    """Whether existing stations and chargers are there, and must stay (``n_ir >= e_ir``) unless
    ``removal`` lets them go; if not, they are ignored."""
    existing_cost: Literal["sunk", "counted"] = "sunk"
    """Whether existing chargers and stations count in the infrastructure cost."""

    def text(self) -> str:
        """Return the rule in words."""
        return f"existing stations and chargers {'stay' if self.keep_existing else 'are ignored'}"

    def standing(self, region: Region) -> Standing:
        """Return the existing chargers and the stations they need."""
        return Standing.of(region) if self.keep_existing else Standing.nothing(region)

    def counts_standing(self) -> bool:
        """Return whether existing assets count in the cost."""
        return self.existing_cost == "counted"

    def limits(self, instance: Instance) -> Limits:
        """Return what must stay as lower bounds."""
        lower = {"open": instance.min_open, "chargers": instance.min_chargers}
        return Limits({name: np.asarray(part, dtype=float) for name, part in lower.items()})

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        """Return which existing stations and chargers are gone."""
        if not self.keep_existing or any(part.lets_go for part in instance.model.parts):
            return []
        sites, found = instance.region.sites, []
        for i, name in enumerate(sites.ids):
            if sites.existing_open[i] and not plan.open[i]:
                found.append(f"the existing station at {name} is gone")
            for r, kind in enumerate(instance.region.kinds):
                missing = int(sites.existing[i, r] - plan.chargers[i, r])
                if missing > 0:
                    found.append(f"{missing} existing {kind.name} chargers at {name} are gone")
        return found
