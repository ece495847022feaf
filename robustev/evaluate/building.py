"""What a plan builds at each site, against what stands there today."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.model.options import ModelOptions
from robustev.model.outlay import spent_at_sites

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
        Shape (sites,): money for it, as a budget counts it, with what removing costs. What stands
        is free, and bought anew where the model ignores it.
    further_cost
        Money for what rules add that no single site has, such as upgrades of the grid.
    """

    change: tuple[str, ...]
    added: IntArray
    cost: FloatArray
    further_cost: float


def building(plan: Plan, region: Region, model: ModelOptions) -> Building:
    """Return what ``plan`` builds; ``region`` is the planning region of ``model``."""
    there = model.standing(region)
    further = [part for part in model.parts if not part.is_spent_at_sites]
    return Building(
        change=changes(plan, region),
        added=np.asarray(plan.chargers - region.sites.existing),
        cost=spent_at_sites(plan, region, model),
        further_cost=float(sum(part.cost_of(plan, region, there) for part in further)),
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
