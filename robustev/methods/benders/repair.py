"""From the plan for one question to a plan near it for another: where an answer begins."""

from __future__ import annotations

import numpy as np

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.data.plan import Plan
from robustev.model.first_stage import FirstStage
from robustev.model.instance import Instance

NEIGHBOURS = 5
"""Open sites that take over the chargers of one that closes."""


def adapted(plan: Plan, instance: Instance, first: FirstStage, growth: float) -> FloatArray:
    """Return first-stage columns near a plan that suit other locks, money and demand.

    Sites that must close give their chargers to their neighbours, stations that must stand open,
    new chargers grow with demand by ``growth``, and shrink until the budget suffices. The columns
    need not be whole, nor keep every rule.
    """
    low, high = (first.openings(end) > 0.5 for end in (first.lower, first.upper))
    is_open = (plan.open | low) & high
    chargers = instance.min_chargers + growth * (plan.chargers - instance.min_chargers)
    lost = np.where(is_open[:, None], 0.0, chargers)
    chargers = np.where(is_open[:, None], chargers, 0.0)
    for i in np.flatnonzero(lost.any(axis=1)):
        near = _nearest(instance, int(i), is_open)
        if len(near):
            chargers[near] += lost[i] / len(near)
    chargers *= _fitting(chargers, instance)[:, None]
    return _within_budget(is_open, chargers, instance, first)


def _nearest(instance: Instance, site: int, is_open: BoolArray) -> IntArray:
    """Return open sites near one: by coordinates, else those that most zones can use as well."""
    sites, others = instance.region.sites, np.flatnonzero(is_open)
    if sites.x is not None and sites.y is not None:
        distance = np.hypot(sites.x[others] - sites.x[site], sites.y[others] - sites.y[site])
        return np.asarray(others[np.argsort(distance, kind="stable")[:NEIGHBOURS]])
    arcs = instance.arcs
    zones = arcs.zone[arcs.site == site]
    shared = np.bincount(arcs.site[np.isin(arcs.zone, zones)], minlength=len(sites))
    return np.asarray(others[np.argsort(-shared[others], kind="stable")[:NEIGHBOURS]])


def _fitting(chargers: FloatArray, instance: Instance) -> FloatArray:
    total = chargers.sum(axis=1)
    slots = instance.region.sites.slots
    return np.asarray(np.where(total > slots, slots / np.maximum(total, 1e-9), 1.0))


def _within_budget(
    is_open: BoolArray,
    chargers: FloatArray,
    instance: Instance,
    first: FirstStage,
) -> FloatArray:
    rule = getattr(instance.model, "budget", None)
    least = np.where(is_open[:, None], instance.min_chargers, 0.0)
    share = 1.0
    if rule is not None:
        money = instance.region.charger_cost
        new = is_open & ~instance.min_open
        fixed = float(instance.region.sites.opening_cost[new].sum())
        added = float(((chargers - least) @ money).sum())
        if added > 0 and fixed + added > rule.limit:
            share = max(0.0, (rule.limit - fixed) / added)
    mixed = least + share * (chargers - least)
    columns = np.clip(first.lower.copy(), 0.0, None)
    first.openings(columns)[:] = is_open
    first.chargers(columns)[:] = mixed
    return np.clip(columns, first.lower, first.upper)
