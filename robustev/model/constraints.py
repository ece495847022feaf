"""Constraints: the rows of the first stage's rules, then one function per family."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr.numeric_expr import LinearExpression

from robustev.model.first_stage import FirstStage, first_stage
from robustev.model.instance import Instance
from robustev.model.variables import first_stage_columns


def add_rules(m: pyo.ConcreteModel, first: FirstStage) -> None:
    """Add the rows of the first stage, those of each rule under its key."""
    columns = first_stage_columns(m)
    place: dict[str, int] = defaultdict(int)
    for key in dict.fromkeys(first.rules):
        m.add_component(key, pyo.Constraint(range(first.rules.count(key))))
    parts = zip(first.matrix.indptr[:-1], first.matrix.indptr[1:], strict=True)
    for r, (begin, end) in enumerate(parts):
        terms = LinearExpression(
            linear_coefs=first.matrix.data[begin:end].tolist(),
            linear_vars=[columns[c] for c in first.matrix.indices[begin:end]],
        )
        lower, upper = float(first.row_lower[r]), float(first.row_upper[r])
        key = first.rules[r]
        m.component(key).add(place[key], _between(lower, terms, upper))
        place[key] += 1


def _between(lower: float, terms: LinearExpression, upper: float) -> object:
    """Return ``lower <= terms <= upper`` as Pyomo takes it."""
    if lower == upper:
        return terms == lower
    return (lower if np.isfinite(lower) else None, terms, upper if np.isfinite(upper) else None)


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
        return load <= site_capacity(m, instance, i, k)

    m.capacity = pyo.Constraint(range(instance.num_sites), range(instance.num_types), rule=rule)


def site_capacity(m: pyo.ConcreteModel, instance: Instance, i: int, k: int) -> object:
    """Return the capacity ``C_ik``: a variable where there is one, else by openings and chargers.

    Only for sites with a limit.
    """
    if m.component("site_capacity") is not None:
        return m.site_capacity[i, k]
    steps = None if instance.charger_table is None else first_stage(instance).steps
    each = instance.charger_capacity if steps is None else steps.base[i]
    chargers = pyo.quicksum(float(each[r, k]) * m.chargers[i, r] for r in range(instance.num_kinds))
    if steps is not None:
        more = steps.gain[:, k] - each[steps.kind, k]
        chargers += pyo.quicksum(
            float(more[c]) * m.steps[int(c)] for c in np.flatnonzero(steps.site == i)
        )
    return float(instance.fixed_capacity[i, k]) * m.open[i] + chargers


def add_links(m: pyo.ConcreteModel, instance: Instance) -> None:
    """Only open sites serve: ``a_ijks <= x_i``, arc by arc (the strong form)."""

    def rule(m: pyo.ConcreteModel, i: int, j: int, k: int) -> object:
        if instance.min_open[i]:
            return pyo.Constraint.Skip
        return m.assign[i, j, k] <= m.open[i]

    m.links = pyo.Constraint(m.arcs, rule=rule)
