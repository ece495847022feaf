"""Constraints, one function per family. First stage first, then the second stage."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr.numvalue import is_potentially_variable

from robustev.model.instance import Instance
from robustev.model.objective import spending


def add_slots(m: pyo.ConcreteModel, instance: Instance) -> None:
    """Chargers fit into the slots of an open site: ``sum_r n_ir <= P_i x_i``."""
    if not instance.num_kinds:
        return
    slots = instance.region.sites.slots

    def rule(m: pyo.ConcreteModel, i: int) -> object:
        return sum(m.chargers[i, r] for r in range(instance.num_kinds)) <= int(slots[i]) * m.open[i]

    m.slots = pyo.Constraint(range(instance.num_sites), rule=rule)


def add_station_limits(m: pyo.ConcreteModel, instance: Instance) -> None:
    """The number of open stations ``sum_i x_i`` stays within its limits."""
    limits = instance.model.stations
    total = pyo.quicksum(m.open.values())
    if limits.exactly is not None:
        m.station_limits = pyo.Constraint(expr=total == limits.exactly)
    elif limits.minimum or limits.maximum is not None:
        m.station_limits = pyo.Constraint(expr=(limits.minimum, total, limits.maximum))


def add_budget(m: pyo.ConcreteModel, instance: Instance) -> None:
    """Spending on new stations and chargers stays within the budget."""
    if instance.model.budget is None:
        return
    spent = spending(m, instance)
    if is_potentially_variable(spent):  # else nothing is left to buy, and 0 is spent
        m.budget = pyo.Constraint(expr=(None, spent, instance.model.budget.limit))


def add_served(m: pyo.ConcreteModel, instance: Instance) -> None:
    """Every demand is served or left unserved: ``sum_i a_ijks + b_jks = 1``."""
    by_demand = defaultdict(list)
    for i, j, k in m.arcs:
        by_demand[j, k].append(m.assign[i, j, k])

    def rule(m: pyo.ConcreteModel, j: int, k: int) -> object:
        if not by_demand[j, k] and m.unserved[j, k].fixed:
            return pyo.Constraint.Infeasible
        return pyo.quicksum(by_demand[j, k]) + m.unserved[j, k] == 1

    m.served = pyo.Constraint(m.demands, rule=rule)


def add_capacity(m: pyo.ConcreteModel, instance: Instance, scenario: int) -> None:
    """No site serves more than its capacity: ``sum_j D_jks a_ijks <= C_ik``."""
    shared = instance.model.split == "shared"
    by_site = defaultdict(list)
    for i, j, k in m.arcs:
        by_site[i, k].append((j, m.assign[i, j, k]))

    def rule(m: pyo.ConcreteModel, i: int, k: int) -> object:
        fixed = instance.fixed_capacity[i, k]
        arcs = by_site[i, 0 if shared else k]
        if not arcs or np.isinf(fixed):
            return pyo.Constraint.Skip
        load = pyo.quicksum(float(instance.demand[scenario, j, k]) * a for j, a in arcs)
        chargers = pyo.quicksum(
            float(instance.charger_capacity[r, k]) * m.chargers[i, r]
            for r in range(instance.num_kinds)
        )
        return load <= float(fixed) * m.open[i] + chargers

    m.capacity = pyo.Constraint(range(instance.num_sites), range(instance.num_types), rule=rule)


def add_links(m: pyo.ConcreteModel, instance: Instance) -> None:
    """Only open sites serve: ``a_ijks <= x_i``, arc by arc (the strong form)."""

    def rule(m: pyo.ConcreteModel, i: int, j: int, k: int) -> object:
        if instance.min_open[i]:
            return pyo.Constraint.Skip
        return m.assign[i, j, k] <= m.open[i]

    m.links = pyo.Constraint(m.arcs, rule=rule)
