"""Access to stations once more: zone by zone, and the Gini index from its mean difference."""

from __future__ import annotations

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.model.instance import Instance
from robustev.results.schema import AccessDocument
from robustev.verify.finding import Finding, Verdict, close


def access_findings(
    document: AccessDocument | None, plan: Plan, region: Region, instance: Instance
) -> list[Finding]:
    """Return whether the stored access of a plan is what its stations give.

    ``region`` has all arcs, ``instance`` the capacities; ``plan`` is what stands after the first
    decision.
    """
    name = plan.name
    stored = None if document is None else document.plans.get(name)
    if document is None or stored is None:
        return []
    people = region.demand.sum(axis=1)
    if document.of == "population":
        if region.zones.population is None:
            return [Finding(name, Verdict.WRONG, "access of a population that is not there")]
        people = region.zones.population
    supply = {
        "capacity": instance.capacity(plan).sum(axis=1),
        "chargers": plan.chargers.sum(axis=1).astype(float),
        "stations": plan.open.astype(float),
    }[stored.unit]
    access = _by_zone(region, np.where(plan.open, supply, 0.0), people, document.catchment)
    found = {"mean": _mean(access, people), "gini": _gini(access, people)}
    found["without"] = _mean((access <= 0).astype(float), people)
    wrong = []
    for field, value in found.items():
        told = getattr(stored, field)
        if (told is None) != (value is None) or (
            told is not None and value is not None and not close(told, value)
        ):
            wrong.append(f"{field} of its access is {told!r}, but its stations give {value!r}")
    if wrong:
        return [Finding(name, Verdict.WRONG, text) for text in wrong]
    return [Finding(name, Verdict.PROVED, "its access is what its stations give")]


def _by_zone(
    region: Region, supply: FloatArray, people: FloatArray, catchment: float
) -> FloatArray:
    """Return the access of each zone, pair by pair."""
    arcs = region.arcs
    pairs = [
        (i, j)
        for i, j, cost in zip(arcs.site.tolist(), arcs.zone.tolist(), arcs.cost, strict=True)
        if cost <= catchment
    ]
    reached = np.zeros(len(supply))
    for i, j in pairs:
        reached[i] += people[j]
    access = np.zeros(len(people))
    for i, j in pairs:
        access[j] += supply[i] / reached[i] if reached[i] > 0 else 0.0
    return access


def _mean(value: FloatArray, people: FloatArray) -> float | None:
    return float(value @ people / people.sum()) if people.sum() > 0 else None


def _gini(value: FloatArray, people: FloatArray) -> float | None:
    """Return twice the covariance of access and rank, over the mean (Lerman and Yitzhaki 1989)."""
    mean = _mean(value, people)
    if not mean:
        return None
    order = np.argsort(value, kind="stable")
    share = people[order] / people.sum()
    rank = np.cumsum(share) - share / 2
    return float(2 * (share * value[order] * (rank - 0.5)).sum() / mean)
