"""What a plan builds at each site, against what stands there today."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.model.instance import standing
from robustev.model.options import ModelOptions

NEW, ENLARGED, REDUCED, UNCHANGED, CLOSED, EMPTY = (
    "new", "enlarged", "reduced", "unchanged", "closed", "empty",
)  # fmt: skip
"""What a plan does at a site: see :func:`changes`."""


@dataclass(frozen=True, eq=False)
class Building:
    """What a plan builds, site by site.

    Parameters
    ----------
    change
        What happens at each site, as :func:`changes` says.
    added
        Shape (sites, kinds): chargers of the plan less those that stand, negative where some go.
    cost
        Shape (sites,): money for it, as a budget counts it. What stands is free where the model
        keeps it, and bought anew where it does not.
    further_cost
        Money for what rules add, such as upgrades of the grid.
    """

    change: tuple[str, ...]
    added: IntArray
    cost: FloatArray
    further_cost: float


def building(plan: Plan, region: Region, model: ModelOptions) -> Building:
    """Return what ``plan`` builds; ``region`` is the planning region of ``model``."""
    kept = standing(region, model)
    new = plan.open & ~kept.open
    chargers = ((plan.chargers - kept.chargers) @ region.charger_cost).astype(np.float64)
    return Building(
        change=changes(plan, region),
        added=np.asarray(plan.chargers - region.sites.existing),
        cost=np.asarray(np.where(new, region.sites.opening_cost, 0.0) + chargers),
        further_cost=float(sum(part.further_cost(plan, region) for part in model.parts)),
    )


def changes(plan: Plan, region: Region) -> tuple[str, ...]:
    """Return what a plan does at each site.

    ``new``: a station where none stands; ``enlarged``: more chargers of some kind at one that
    stands; ``reduced``: fewer of some kind, and more of none; ``unchanged``; ``closed``: a station
    stands, and the plan has none; ``empty``: neither.
    """
    sites = region.sites
    stands = sites.existing_open | (sites.existing.sum(axis=1) > 0)
    added = plan.chargers - sites.existing
    return tuple(
        np.select(
            [
                plan.open & ~stands,
                ~plan.open & stands,
                ~plan.open,
                (added > 0).any(axis=1),
                (added < 0).any(axis=1),
            ],
            [NEW, CLOSED, EMPTY, ENLARGED, REDUCED],
            UNCHANGED,
        ).tolist()
    )
