"""Money spent at each site on what is new and on what goes: what a budget limits.

For a site ``i`` where ``e_ir`` chargers of kind r stand, with the columns ``w`` of rules whose
costs are spent at sites (removal, designs),

    o_i x_i (where no station stands)  +  sum_r c_r (n_ir - e_ir)  +  a_i w.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, diags_array, kron

from robustev.core.arrays import FloatArray
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.model.features.base import active_features
from robustev.model.instance import Instance
from robustev.model.layout import CHARGERS, OPEN
from robustev.model.options import ModelOptions


@dataclass(frozen=True, eq=False)
class Outlay:
    """Spending at each site as a sum over columns: ``sum_b columns_b @ z_b - there``.

    Parameters
    ----------
    columns
        For each block, shape (sites, columns of the block), sparse.
    there
        Shape (sites,): what the chargers that stand would cost.
    """

    columns: Mapping[str, csr_array]
    there: FloatArray

    @property
    def is_free(self) -> bool:
        """Whether nothing costs anything."""
        return not any(np.any(part.data) for part in self.columns.values())


def outlay(instance: Instance) -> Outlay:
    """Return what each column of the first stage spends at each site."""
    sites, cost, there = instance.region.sites, instance.region.charger_cost, instance.standing
    opening = np.where(there.open, 0.0, sites.opening_cost)
    columns = {
        OPEN: csr_array(diags_array(opening)),
        CHARGERS: csr_array(kron(diags_array(np.ones(len(sites))), cost[None])),
    }
    for rule in active_features(instance.model):
        columns |= rule.site_columns(instance)
    return Outlay(columns, np.asarray(there.chargers @ cost, dtype=np.float64))


def spent_at_sites(plan: Plan, region: Region, model: ModelOptions) -> FloatArray:
    """Return what a plan spends at each site, in money; ``region`` is the model's planning region.

    What stands is free where the model takes it as standing, and bought anew where it does not.
    """
    there = model.standing(region)
    new = np.where(plan.open & ~there.open, region.sites.opening_cost, 0.0)
    spent = new + (plan.chargers - there.chargers) @ region.charger_cost
    for part in model.parts:
        spent = spent + part.site_cost(plan, region, there)
    return np.asarray(spent, dtype=np.float64)
