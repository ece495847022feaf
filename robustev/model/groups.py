"""Zones by a group that they name, such as a district or an income class."""

from __future__ import annotations

from typing import Any

import numpy as np

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.data.region import Region
from robustev.model.instance import Instance


def group_of_zones(region: Region, by: str) -> IntArray:
    """Return the number of each zone's group, shape (zones,), groups in the order of their names.

    ``by`` is the attribute of the zones that names their group.
    """
    return np.unique(region.zones.groups[by], return_inverse=True)[1]


def zones_of_groups(region: Region, by: str) -> BoolArray:
    """Return which zones each group has, shape (groups, zones)."""
    group = group_of_zones(region, by)
    return np.asarray(np.arange(group.max(initial=-1) + 1)[:, None] == group)


def unserved_by_group(
    m: Any, instance: Instance, scenario: int, by: str
) -> list[tuple[list[tuple[float, Any]], float]]:
    """Return, for each group with demand, what it may leave unserved in a model, and all of it.

    The first are pairs of units and the variable that says which share of them is unserved.
    """
    demand: FloatArray = instance.demand[scenario]
    if instance.model.split == "shared":
        demand = demand.sum(axis=1, keepdims=True)
    found = []
    for zones in zones_of_groups(instance.region, by):
        terms = [(float(demand[j, k]), m.unserved[j, k]) for j, k in m.demands if zones[j]]
        if terms:
            found.append((terms, float(sum(units for units, _ in terms))))
    return found
