"""What a plan is, whatever the scenarios: money spent, and spare capacity."""

from __future__ import annotations

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.data.plan import Plan
from robustev.model.instance import Instance
from robustev.model.outlay import spent_at_sites


def spend(plan: Plan, instance: Instance) -> float:
    """Return the money for what is new and for what goes, without weights.

    This is what a budget limits. Existing assets count as bought where the model ignores them.
    """
    return float(spent_at_sites(plan, instance.region, instance.model).sum())


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
