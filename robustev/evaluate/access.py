"""Access to stations by two-step floating catchment areas, and how unequal it is.

For a plan with supply ``S_i`` at site ``i``, people ``P_j`` in zone ``j`` and a catchment ``d``:

    R_i = S_i / sum_{j: t_ij <= d} P_j        what a station has for each of those who can reach it
    A_j = sum_{i: t_ij <= d} R_i              what all stations in reach have for each resident

(Luo and Wang 2003, Environment and Planning B 30, 865-884). Where every station reaches somebody,
the mean of ``A`` over people is all supply over all people. The Lorenz curve is the share of access
that the worst-off share of people has; the Gini index is twice the area between it and the
diagonal: 0 where all have the same, near 1 where few have everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.model.catchment import AccessOptions
from robustev.model.instance import usable_capacity, with_levels
from robustev.model.options import ModelOptions

POINTS = 101
"""Points of a Lorenz curve that are kept: every hundredth of the people."""


@dataclass(frozen=True, eq=False)
class Access:
    """How well the zones of a region reach a plan's stations.

    Parameters
    ----------
    access
        Shape (zones,): supply for each of the people there.
    weight
        Shape (zones,): people.
    unit
        What supply is counted in: ``capacity``, ``chargers`` or ``stations``.
    """

    access: FloatArray
    weight: FloatArray
    unit: Literal["capacity", "chargers", "stations"]

    @property
    def mean(self) -> float | None:
        """Mean access of a person; None without people."""
        return _mean(self.access, self.weight)

    @property
    def without(self) -> float | None:
        """Share of people with no station in reach."""
        return _mean((self.access <= 0).astype(float), self.weight)

    @property
    def gini(self) -> float | None:
        """Gini index; None where nobody has access."""
        return gini(self.access, self.weight)

    def lorenz(self) -> FloatArray:
        """Return the share of access of every hundredth of the people, shape (101, 2)."""
        people, share = lorenz(self.access, self.weight)
        at = np.linspace(0.0, 1.0, POINTS)
        return np.column_stack([at, np.interp(at, people, share)])

    def by_group(self, groups: Mapping[str, tuple[str, ...]]) -> dict[str, dict[str, float | None]]:
        """Return the mean access of every group, by attribute of the zones."""
        found = {}
        for attribute, labels in groups.items():
            label = np.array(labels)
            found[attribute] = {
                name: _mean(self.access[label == name], self.weight[label == name])
                for name in sorted(set(labels))
            }
        return found


def access_of(plan: Plan, region: Region, model: ModelOptions, options: AccessOptions) -> Access:
    """Return the access that a plan gives, made by ``model`` in ``region``.

    Supply is the usable capacity of all types; where that has no limit, chargers are counted, and
    where a plan has none, stations.
    """
    capacity = usable_capacity(plan, with_levels(region, model), model).sum(axis=1)
    supply = capacity
    unit: Literal["capacity", "chargers", "stations"] = "capacity"
    if not np.isfinite(capacity[plan.open]).all():
        supply, unit = plan.chargers.sum(axis=1).astype(float), "chargers"
        if not plan.chargers.any():
            supply, unit = plan.open.astype(float), "stations"
    weight = options.weights(region)
    near = region.arcs.within(options.catchment)
    access = two_step(near.site, near.zone, np.where(plan.open, supply, 0.0), weight)
    return Access(access, weight, unit)


def two_step(site: IntArray, zone: IntArray, supply: FloatArray, people: FloatArray) -> FloatArray:
    """Return the access of every zone; ``site`` and ``zone`` name the pairs within the catchment.

    Two stations with two chargers each; the first reaches zones of 100 and 300, the second the
    second zone alone.

    >>> two_step(np.array([0, 0, 1]), np.array([0, 1, 1]), np.array([2.0, 2.0]),
    ...          np.array([100.0, 300.0])).round(6).tolist()
    [0.005, 0.011667]
    """
    reached = np.bincount(site, people[zone], minlength=len(supply))
    ratio = np.divide(supply, reached, out=np.zeros(len(supply)), where=reached > 0)
    return np.asarray(np.bincount(zone, ratio[site], minlength=len(people)), dtype=np.float64)


def lorenz(value: FloatArray, weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the Lorenz curve: shares of people, worst-off first, and their shares of the total.

    Both begin with 0 and end with 1; where nobody has anything, all have the same.

    >>> [part.tolist() for part in lorenz(np.array([3.0, 1.0]), np.array([1.0, 1.0]))]
    [[0.0, 0.5, 1.0], [0.0, 0.25, 1.0]]
    """
    order = np.argsort(value, kind="stable")
    people = np.concatenate([[0.0], np.cumsum(weight[order])])
    total = np.concatenate([[0.0], np.cumsum((weight * value)[order])])
    if not people[-1] > 0 or not total[-1] > 0:
        return np.array([0.0, 1.0]), np.array([0.0, 1.0])
    return people / people[-1], total / total[-1]


def gini(value: FloatArray, weight: FloatArray) -> float | None:
    """Return the Gini index of values that are not negative; None where all are 0.

    >>> round(gini(np.array([1.0, 2.0, 3.0, 4.0]), np.ones(4)), 6)
    0.25
    """
    if not (weight @ value) > 0:
        return None
    people, share = lorenz(value, weight)
    area = float((np.diff(people) * (share[1:] + share[:-1])).sum()) / 2
    return max(0.0, 1.0 - 2.0 * area)


def _mean(value: FloatArray, weight: FloatArray) -> float | None:
    total = float(weight.sum())
    return float(weight @ value) / total if total > 0 else None
