"""How unlike scenarios are where it matters: in what they cost a few plans.

Two demand maps that cost every plan the same are the same to the planner, however unlike they look.
The plans that measure this are made by rule, without a solver, so that every rank finds the same.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.data.plan import Plan
from robustev.data.reduction import cost_distance
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.evaluate.evaluation import evaluate
from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from robustev.model.risk import Expected

MARGINS = (0.8, 1.1, 1.5)
"""Capacity of the rule's plans over mean demand."""
ROUNDING = 1e-9
SHARES = (1.0, 0.6)
"""Their stations over the most that there may be."""


def cost_space(region: Region, model: Model) -> Callable[[ScenarioSet], FloatArray]:
    """Return what measures distances of scenarios by the costs of rule-made plans of ``model``.

    The result maps a scenario set to distances, shape (scenarios, scenarios): the largest
    difference in cost over the plans. Where demand must be served, a unit left unserved counts
    twice the longest trip.
    """

    def distance(scenarios: ScenarioSet) -> FloatArray:
        """Return the largest difference in cost over the plans, shape (scenarios, scenarios)."""
        instance = _finite_problem(region, scenarios, model)
        found = evaluate(instance, rule_plans(instance))
        return cost_distance(np.column_stack([one.cost for one in found]))

    return distance


def rule_plans(instance: Instance) -> list[Plan]:
    """Return plans of some sizes and numbers of stations, for the scenarios' mean demand.

    They need not keep to the budget: they only tell scenarios apart.
    """
    mean = np.tensordot(instance.probability, instance.demand, axes=1)
    most = first_stage(instance).most_stations
    plans = []
    for share in SHARES:
        is_open = _busiest(instance, mean, max(1, round(share * most)))
        load = _nearest_load(instance, mean, is_open)
        for margin in MARGINS if instance.num_kinds else MARGINS[:1]:
            chargers = _chargers(instance, margin * load, is_open)
            plans.append(Plan(f"{share:g} of stations, {margin:g} of demand", is_open, chargers))
    return plans


def _finite_problem(region: Region, scenarios: ScenarioSet, model: Model) -> Instance:
    """Return the problem with a finite penalty where unserved demand is forbidden."""
    judged = model.model_copy(update={"objective": Expected()})
    instance = build_instance(region, scenarios, judged)
    if np.isfinite(instance.unserved_price).all():
        return instance
    longest = float(instance.arcs.cost.max(initial=0.0))
    given = zip(instance.region.types, instance.unserved_price, strict=True)
    penalty = {k: float(q) if np.isfinite(q) else 2 * longest or 1.0 for k, q in given}
    return build_instance(
        region, scenarios, judged.model_copy(update={"unserved_penalty": penalty})
    )


def _busiest(instance: Instance, mean: FloatArray, count: int) -> BoolArray:
    """Return the sites that must be open and, up to ``count``, those nearest to most demand."""
    load = _nearest_load(instance, mean, np.ones(instance.num_sites, dtype=bool)).sum(axis=1)
    order = np.lexsort((np.arange(len(load)), -load, ~instance.min_open))
    is_open = instance.min_open.copy()
    is_open[order[:count]] = True
    return is_open


def _nearest_load(instance: Instance, mean: FloatArray, is_open: BoolArray) -> FloatArray:
    """Return demand by nearest open site, shape (sites, types)."""
    arcs = instance.arcs.take(is_open[instance.arcs.site])
    cheapest = np.flatnonzero(arcs.cost == arcs.zone_minimum(arcs.cost)[arcs.zone])
    served, first = np.unique(arcs.zone[cheapest], return_index=True)
    load = np.zeros((instance.num_sites, instance.num_types))
    np.add.at(load, arcs.site[cheapest[first]], mean[served])
    return load


def _chargers(instance: Instance, load: FloatArray, is_open: BoolArray) -> IntArray:
    """Return existing chargers, and more for the load as far as there are slots.

    Those more are of each type's cheapest kind.
    """
    wanted = np.zeros(instance.max_chargers.shape)
    for k in range(instance.num_types if instance.num_kinds else 0):
        capacity = instance.charger_capacity[:, k]
        price = np.where(capacity > 0, instance.charger_cost / np.maximum(capacity, 1e-300), np.inf)
        if capacity.max() > 0:
            kind = int(np.lexsort((-capacity, price))[0])
            missing = np.maximum(load[:, k] - instance.fixed_capacity[:, k], 0.0)
            wanted[:, kind] += instance.fewest(missing, kind, k)
    kept = instance.min_chargers
    extra = np.maximum(wanted - kept, 0.0)
    free = instance.region.sites.slots - kept.sum(axis=1)
    fit = np.minimum(1.0, free / np.maximum(extra.sum(axis=1), 1.0))
    chargers = kept + np.floor(extra * fit[:, None] + ROUNDING)
    return np.where(is_open[:, None], chargers, 0).astype(np.int64)
