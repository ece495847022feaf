"""The cost of serving one scenario where rules limit or price what is left unserved.

One linear program in shares of demand, written down from what each rule says of itself a second
time (:meth:`robustev.model.features.base.Feature.restated`), and solved by scipy.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack, vstack

from robustev.core.arrays import FloatArray, IntArray
from robustev.core.errors import SolverError
from robustev.data.plan import Plan
from robustev.model.features.base import UnservedTerms, active_features
from robustev.model.instance import Instance
from robustev.verify.service import service_types

INFEASIBLE = 2
"""How scipy calls a program without a solution."""
LARGE = 1000.0
"""About what the largest numbers of costs and of loads are brought to."""


def is_restated(instance: Instance) -> bool:
    """Return whether every rule of the second stage says a second time what it adds."""
    demand = instance.demand[0]
    return len(instance.blocks) == 1 and all(
        rule.restated(instance, demand) is not None
        for rule in active_features(instance.model)
        if rule.in_second_stage
    )


def limited_cost(instance: Instance, plan: Plan, demand: FloatArray) -> float:
    """Return second-stage cost for ``demand`` (zones, types); infinite if a rule cannot be kept.

    Raises
    ------
    SolverError
        If the program cannot be solved.
    """
    rules = [rule for rule in active_features(instance.model) if rule.in_second_stage]
    stated = [rule.restated(instance, demand) for rule in rules]
    terms = [part for part in stated if part is not None]
    total = float(demand.sum())
    if total <= 0:
        return 0.0
    groups = service_types(instance)
    zone, arcs, zones = instance.arcs.zone, len(instance.arcs), instance.num_zones
    used = plan.open[instance.arcs.site]
    travel, left, top = [], [], []
    for types in groups:
        wanted = demand[:, types]
        price = np.where(np.isinf(instance.unserved_price[types]), 0.0,
                         instance.unserved_price[types])  # fmt: skip
        must = (wanted * np.isinf(instance.unserved_price[types])).sum(axis=1) > 0
        travel.append(np.where(used, instance.arcs.cost * wanted.sum(axis=1)[zone], 0.0))
        left.append(wanted @ price)
        top += [used.astype(float), np.where(must, 0.0, 1.0)]
    own = np.concatenate([part.cost for part in terms])
    costs = [np.append(a, b) for a, b in zip(travel, left, strict=True)]
    cost = np.concatenate([*costs, own])
    rows, limits = _rows(instance, plan, demand, groups, terms)
    once = csr_array((np.ones(arcs), (zone, np.arange(arcs))), shape=(zones, arcs))
    served = hstack([once, csr_array(eye_array(zones))], format="csr")
    width = len(own)
    equal = vstack([
        hstack([served if h == g else csr_array(served.shape) for h in range(len(groups))])
        for g in range(len(groups))
    ], format="csr")  # fmt: skip
    if width:
        equal = hstack([equal, csr_array((equal.shape[0], width))], format="csr")
    upper = np.concatenate([*top, *(part.upper for part in terms)])
    money = max(float(np.abs(cost).max()) / LARGE, 1e-300)
    solver: Any = linprog
    found = solver(
        cost / money, A_ub=rows, b_ub=limits, A_eq=equal, b_eq=np.ones(equal.shape[0]),
        bounds=np.column_stack([np.zeros(len(upper)), upper]), method="highs",
    )  # fmt: skip
    if found.status == INFEASIBLE:
        return float("inf")
    if found.status != 0:
        raise SolverError(f"the check's own linear program failed: {found.message}")
    return float(found.fun) * money


def _rows(
    instance: Instance,
    plan: Plan,
    demand: FloatArray,
    groups: list[IntArray],
    terms: list[UnservedTerms],
) -> tuple[csr_array, FloatArray]:
    """Return capacity rows and those of rules, in units of a thousandth of all demand."""
    unit = float(demand.sum()) / LARGE
    zones, arcs, width = instance.num_zones, len(instance.arcs), sum(len(p.cost) for p in terms)
    capacity = instance.capacity(plan) / unit
    wide = len(groups) * (arcs + zones) + width
    rows, limits = [], []
    for g, types in enumerate(groups):
        for k in types:
            limited = np.isfinite(capacity[:, k])
            site, zone = instance.arcs.site, instance.arcs.zone
            load = np.where(limited[site], demand[zone, k] / unit, 0.0)
            column = g * (arcs + zones) + np.arange(arcs)
            shape = (instance.num_sites, wide)
            rows.append(csr_array((load, (site, column)), shape=shape))
            limits.append(np.where(limited, capacity[:, k], 0.0))
    before = 0
    for part in terms:
        parts = []
        for types in groups:
            units = (part.unserved[:, :, types] * demand[None, :, types]).sum(axis=2) / unit
            parts += [csr_array((len(part.limit), arcs)), csr_array(units)]
        own = np.zeros((len(part.limit), width))
        own[:, before : before + len(part.cost)] = part.own / unit
        before += len(part.cost)
        rows.append(hstack([*parts, csr_array(own)]) if width else hstack(parts))
        limits.append(part.limit / unit)
    return csr_array(vstack(rows, format="csr")), np.concatenate(limits)
