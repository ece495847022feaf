"""Chargers fit into the slots of an open site: ``sum_r n_ir <= P_i x_i``."""

from __future__ import annotations

import numpy as np
from scipy.sparse import diags_array, eye_array, kron

from robustev.data.plan import Plan
from robustev.model.features.base import Feature
from robustev.model.instance import Instance
from robustev.model.rows import Rows


class Slots(Feature):
    """Chargers stand at open sites only, in the slots that there are."""

    key = "slots"
    title = "slots of each site"
    flat = True

    def rows(self, instance: Instance) -> Rows:
        """Return ``sum_r n_ir - P_i x_i <= 0`` for each site."""
        if not instance.num_kinds:
            return Rows.none()
        sites = instance.region.sites
        return Rows.of(
            [f"chargers at {i} fit into the slots of an open site" for i in sites.ids],
            upper=0.0,
            chargers=kron(eye_array(len(sites)), np.ones((1, instance.num_kinds))),
            open=diags_array(-sites.slots.astype(float)),
        )

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        """Return the sites with more chargers than slots, or with chargers but no station."""
        sites, count = instance.region.sites, plan.chargers.sum(axis=1)
        return [
            f"{count[i]} chargers at {sites.ids[i]}, which "
            + (f"has {sites.slots[i]} slots" if plan.open[i] else "is not open")
            for i in range(len(sites))
            if count[i] > (sites.slots[i] if plan.open[i] else 0)
        ]
