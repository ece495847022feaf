"""Sites and chargers that are decided already: ``x_i = 1``, ``x_i = 0`` or ``n_ir = m``."""

from __future__ import annotations

import numpy as np
from pydantic import Field, NonNegativeInt

from robustev.core.errors import FaultCollector
from robustev.core.settings import Label
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.model.features.base import Feature
from robustev.model.instance import Instance
from robustev.model.rows import Limits


class Locks(Feature):
    """Sites and chargers that are locked in or out, whatever would be best."""

    key = "locks"
    title = "locked sites and chargers"
    example = {"open": ["i1"], "chargers": {"i0": {"kind0": 1}}}

    open: tuple[Label, ...] = ()
    """Ids of sites that have a station."""
    closed: tuple[Label, ...] = ()
    """Ids of sites that have none."""
    chargers: dict[Label, dict[Label, NonNegativeInt]] = Field(default_factory=dict)
    """For ids of sites, how many chargers of which kinds there are; other kinds are free."""

    def text(self) -> str:
        """Return what is locked in words."""
        parts = [f"{', '.join(self.open)} open"] if self.open else []
        parts += [f"{', '.join(self.closed)} closed"] if self.closed else []
        parts += [
            f"{', '.join(f'{count} {kind}' for kind, count in counts.items())} at {site}"
            for site, counts in self.chargers.items()
        ]
        return " and ".join(parts) or "nothing locked"

    def check(self, region: Region, faults: FaultCollector) -> None:
        """Note unknown sites and kinds, and sites that are locked in and out."""
        sites, kinds = region.sites.ids, [kind.name for kind in region.kinds]
        faults.add_unknown("model.locks.open", self.open, sites)
        faults.add_unknown("model.locks.closed", self.closed, sites)
        faults.add_unknown("model.locks.chargers", self.chargers, sites)
        for site, counts in self.chargers.items():
            faults.add_unknown(f"model.locks.chargers.{site}", counts, kinds)
        for site in sorted({*self.open} & {*self.closed}):
            faults.add(f"model.locks: {site} is both open and closed")

    def limits(self, instance: Instance) -> Limits:
        """Return the locked values as lower and upper bounds of their columns."""
        sites = {site: i for i, site in enumerate(instance.region.sites.ids)}
        kinds = {kind.name: r for r, kind in enumerate(instance.region.kinds)}
        least, most = np.zeros(instance.num_sites), np.ones(instance.num_sites)
        least[[sites[site] for site in self.open]] = 1.0
        most[[sites[site] for site in self.closed]] = 0.0
        fewest = np.zeros(instance.max_chargers.shape)
        highest = np.full(instance.max_chargers.shape, np.inf)
        for site, counts in self.chargers.items():
            for kind, count in counts.items():
                fewest[sites[site], kinds[kind]] = highest[sites[site], kinds[kind]] = count
        return Limits({"open": least, "chargers": fewest}, {"open": most, "chargers": highest})

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        """Return which locked sites and chargers the plan has otherwise."""
        found = []
        for i, site in enumerate(instance.region.sites.ids):
            if site in self.open and not plan.open[i]:
                found.append(f"{site} is closed, but locked open")
            if site in self.closed and plan.open[i]:
                found.append(f"{site} is open, but locked closed")
            for r, kind in enumerate(instance.region.kinds):
                locked = self.chargers.get(site, {}).get(kind.name)
                if locked is not None and plan.chargers[i, r] != locked:
                    found.append(f"{plan.chargers[i, r]} {kind.name} at {site}, not {locked}")
        return found
