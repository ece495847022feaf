"""Which instances the dual ascent is for."""

from __future__ import annotations

import numpy as np

from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance

FEWEST_SITES = 400
"""Sites from which on prices are found by ascent: a master of cuts then needs hundreds of rounds,
each slower than the last."""
FEWEST_ARCS = 2_000_000
"""Arcs times scenarios from which on it pays."""
SLOTS = "slots"
"""The one rule whose rows the closed form of a site's design knows."""


def suits(instance: Instance) -> bool:
    """Return whether an instance is for the ascent: many sites, charger counts, slots alone."""
    first, types = first_stage(instance), instance.num_types
    return (
        instance.num_sites >= FEWEST_SITES
        and len(instance.arcs) * len(instance.scenarios) >= FEWEST_ARCS
        and types == 1
        and len(instance.blocks) == 1
        and instance.serves_any_plan
        and bool(np.isfinite(instance.fixed_capacity).all())
        and bool((instance.charger_capacity > 0).any())
        and set(first.rules) <= {SLOTS}
        and first.num_columns == instance.num_sites * (1 + instance.num_kinds)
    )


def has_dear_openings(instance: Instance) -> bool:
    """Return whether opening a site costs more, on average, than filling its slots.

    Which sites to open then decides: the relaxation opens parts of most.
    """
    dearest = float(instance.charger_cost.max(initial=0.0))
    slots = instance.region.sites.slots
    return bool(instance.opening_cost.mean() > dearest * float(np.median(slots)))
