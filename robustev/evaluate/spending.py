"""What a plan is, whatever the scenarios: money spent, and spare capacity."""

from __future__ import annotations

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.data.plan import Plan
from robustev.model.instance import Instance


def spend(plan: Plan, instance: Instance) -> float:
    """Return the money for stations and chargers beyond those that stand, without weights.

    This is what a budget limits. Existing assets count as bought where the model need not keep
    them.
    """
    sites, kinds = instance.region.sites, instance.region.charger_cost
    new = plan.open & ~instance.min_open
    chargers = plan.chargers - instance.min_chargers
    return float(sites.opening_cost[new].sum() + (chargers @ kinds).sum())


def fractional_margin(plan: Plan, instance: Instance, demand: FloatArray) -> FloatArray:
    """Return capacity over demand, less one, by type: 0.1 is a tenth of spare capacity.

    ``demand`` has shape (zones, types). Infinite where capacity has no limit, missing (nan) for a
    type without demand.
    """
    total = demand.sum(axis=0)
    capacity = instance.capacity(plan).sum(axis=0)
    known = total > 0
    ratio = np.divide(capacity, total, out=np.full(len(total), np.nan), where=known)
    return np.asarray(ratio - 1.0)
