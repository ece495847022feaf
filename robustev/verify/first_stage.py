"""The first stage stated a second time: what a plan must obey.

A plan is held against each rule's own check, which shares no code with the rule's rows; a rule
without one is named as not checked.

A lower bound rests on rows instead, and is false if they forbid what is allowed. The rows of the
old rules (``STATED``) are written out here once more. Those of any other rule are the rule's own,
and are used only if no sampled plan that its check accepts breaks them: strong evidence, since the
samples step over the rule's border, on small instances one decision at a time, but no proof. What
the rule's own columns cost is held against what it says that a plan costs, on the same samples.
Where two differ, or there is no check, rows and costs are left out: that can only weaken the bound.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.data.plan import Plan
from robustev.model.features.base import Feature, active_features
from robustev.model.first_stage import FEASIBLE, FirstStage, compile_first_stage
from robustev.model.instance import Instance
from robustev.model.options import ModelOptions

STATED = frozenset(("slots", "stations", "budget", "existing", "levels", "reach"))
"""Rules whose rows and bounds are written out here; those of others are held against their own
check on sampled plans."""
SAMPLED = 40
"""Walks between two plans on which a rule's rows are held against its check."""
STRIDES = 40
"""Most strides of one walk; on small instances each changes one decision."""


@dataclass(eq=False)
class Rows:
    """Rows ``low <= coefficients @ z <= high`` with what each one means.

    z is x, then n by site, then the rules' own columns.
    """

    num_columns: int
    coefficients: list[FloatArray] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    meaning: list[str] = field(default_factory=list)

    def add(self, row: FloatArray, low: float, high: float, meaning: str) -> None:
        """Add one row."""
        self.coefficients.append(row)
        self.low.append(low)
        self.high.append(high)
        self.meaning.append(meaning)

    @property
    def matrix(self) -> FloatArray:
        """All rows, shape (rows, columns)."""
        return np.array(self.coefficients).reshape(len(self.low), self.num_columns)


def num_decisions(instance: Instance) -> int:
    """Return the number of columns of z that a plan tells: stations, then chargers by kind."""
    return instance.num_sites * (1 + instance.num_kinds)


@singledispatch
def num_columns(instance: Instance) -> int:
    """Return the number of columns of z, those of rules included."""
    return num_decisions(instance) + sum(map(len, _own_columns(instance).values()))


@singledispatch
def stage_columns(instance: Instance, first_site: int) -> IntArray:
    """Return the columns of the whole z that a phase sees whose sites begin at ``first_site``."""
    return np.arange(num_columns(instance))


def _own_columns(instance: Instance) -> dict[str, IntArray]:
    """Return which columns of z belong to each rule, by its key."""
    found, first = {}, num_decisions(instance)
    for rule in active_features(instance.model):
        count = sum(block.size for block in rule.columns(instance))
        found[rule.key] = np.arange(first, first + count)
        first += count
    return found


def open_columns(instance: Instance) -> IntArray:
    """Return the columns of z that hold the openings, shape (sites,)."""
    return np.arange(instance.num_sites)


def charger_columns(instance: Instance) -> IntArray:
    """Return the columns of z that hold the chargers, shape (sites, kinds)."""
    after = np.arange(instance.num_sites, num_decisions(instance))
    return after.reshape(instance.num_sites, instance.num_kinds)


@singledispatch
def first_stage_rows(instance: Instance) -> Rows:
    """Return the rows of the first stage, those of ``STATED`` rules as this module states them."""
    rules = {rule.key: rule for rule in active_features(instance.model)}
    rows = Rows(num_columns(instance))
    chargers = charger_columns(instance)
    for i in range(instance.num_sites if instance.num_kinds else 0):
        row = np.zeros(rows.num_columns)
        row[chargers[i]] = 1.0
        row[i] = -float(instance.region.sites.slots[i])
        name = instance.region.sites.ids[i]
        rows.add(row, -np.inf, 0.0, f"chargers at {name} fit into the slots of an open site")
    limits: Any = rules.get("stations")
    if limits is not None:
        everywhere = np.zeros(rows.num_columns)
        everywhere[open_columns(instance)] = 1.0
        most = np.inf if limits.maximum is None else float(limits.maximum)
        between = (float(limits.minimum), most)
        if limits.exactly is not None:
            between = (float(limits.exactly), float(limits.exactly))
        rows.add(everywhere, *between, "the limits of the number of stations")
    budget: Any = rules.get("budget")
    if budget is not None:
        row, spent = spending(instance)
        rows.add(row, -np.inf, budget.limit + spent, "the budget")
    for first, place in _believed(instance):
        _copy(rows, first, place)
    return rows


def _copy(rows: Rows, first: FirstStage, place: IntArray) -> None:
    """Add the rows of a rule as the optimiser has them, their columns at ``place`` in z."""
    for r, meaning in enumerate(first.meaning):
        row = np.zeros(rows.num_columns)
        row[place] = first.matrix[[r]].toarray()[0]
        rows.add(row, float(first.row_lower[r]), float(first.row_upper[r]), meaning)


def _further_rules(instance: Instance) -> list[Feature]:
    """Return the rules in use whose rows are not written out here.

    Rules with a table of capacity have none beside it, which :mod:`robustev.verify.tables` states.
    """
    rules = active_features(instance.model)
    return [rule for rule in rules if rule.key not in STATED and not rule.has_table]


def _believed(instance: Instance) -> list[tuple[FirstStage, IntArray]]:
    """Return each further rule alone, if it has passed the comparison with its check.

    Beside it stands where its columns are in z.
    """
    rules = [rule for rule in _further_rules(instance) if rule.is_checked]
    alone = [(rule, compile_first_stage(instance, [rule])) for rule in rules]
    decisions, own = np.arange(num_decisions(instance)), _own_columns(instance)
    return [
        (first, np.concatenate([decisions, own[rule.key]]))
        for rule, first in alone
        if agrees(rule, first, instance)
    ]


def states_all(instance: Instance) -> bool:
    """Return whether rows and columns of every rule in use are stated or believed here."""
    return len(_believed(instance)) == len(_further_rules(instance))


def agrees(rule: Feature, first: FirstStage, instance: Instance) -> bool:
    """Return whether sampled plans that a rule's check accepts keep its rows, bounds and costs."""
    rng = np.random.default_rng(0)
    empty = np.zeros(num_decisions(instance))
    most = np.concatenate([np.ones(instance.num_sites), instance.max_chargers.ravel()])
    for _ in range(SAMPLED):
        scale = rng.random(2)[:, None] * rng.choice([0.0, 1.0], size=2)[:, None]
        here, there = np.maximum(empty, np.rint(scale * rng.random((2, len(most))) * most))
        changes = rng.permutation(np.flatnonzero(here != there))
        for columns in np.array_split(changes, max(1, min(STRIDES, len(changes)))):
            plan = first.plan(here, "sampled")
            if not rule.broken(plan, instance):
                z = first.columns(plan)
                if not (first.holds(z) and _costs_as_told(rule, first, z, plan, instance)):
                    return False
            here[columns] = there[columns]
    return True


def _costs_as_told(
    rule: Feature, first: FirstStage, z: FloatArray, plan: Plan, instance: Instance
) -> bool:
    """Return whether a rule's own columns cost and spend no more than it says of the plan."""
    own = slice(num_decisions(instance), None)
    told = instance.model.infrastructure_weight * rule.cost_of(
        plan, instance.region, instance.standing
    )
    costs = float(first.cost[own] @ z[own]) <= told * (1 + FEASIBLE)
    if not rule.is_spent_at_sites:
        return costs
    spent = float(rule.site_cost(plan, instance.region, instance.standing).sum())
    counted = float(_spent_by(rule, instance) @ z[own])
    return costs and counted <= spent + FEASIBLE * abs(spent)


def spending(instance: Instance) -> tuple[FloatArray, float]:
    """Return the coefficients of spending and what the existing chargers would count in it."""
    sites, there = instance.region.sites, instance.standing
    opening = np.where(there.open, 0.0, sites.opening_cost)
    row = np.zeros(num_columns(instance))
    row[open_columns(instance)] = opening
    row[charger_columns(instance)] = instance.region.charger_cost
    own = _own_columns(instance)
    for rule in active_features(instance.model):
        row[own[rule.key]] = _spent_by(rule, instance)
    return row, float((there.chargers @ instance.region.charger_cost).sum())


def _spent_by(rule: Feature, instance: Instance) -> FloatArray:
    """Return what each of a rule's own columns spends, all sites together."""
    at_sites = rule.site_columns(instance)
    parts = [
        np.asarray(at_sites[block.name].sum(axis=0)).ravel()
        if block.name in at_sites
        else np.zeros(block.size)
        for block in rule.columns(instance)
    ]
    return np.concatenate([np.zeros(0), *parts])


@singledispatch
def column_bounds(instance: Instance) -> tuple[FloatArray, FloatArray]:
    """Return lower and upper bounds of z: existing assets stay, chargers fit into slots.

    Columns of a rule that is not believed are in no row and stay at 0.
    """
    further = num_columns(instance) - num_decisions(instance)
    slots = np.repeat(instance.region.sites.slots, instance.num_kinds)
    low = np.concatenate(
        [instance.min_open.astype(float), instance.min_chargers.ravel(), np.zeros(further)]
    )
    high = np.concatenate([np.ones(instance.num_sites), slots, np.zeros(further)])
    for first, place in _believed(instance):
        decisions, own = np.split(place, [num_decisions(instance)])
        high[own] = first.upper[len(decisions) :]
        low[place] = np.maximum(low[place], first.lower)
        high[decisions] = np.minimum(high[decisions], first.upper[: len(decisions)])
    return low, high


@singledispatch
def column_costs(instance: Instance) -> FloatArray:
    """Return the weighted infrastructure cost of each column of z."""
    cost = np.zeros(num_columns(instance))
    cost[open_columns(instance)] = instance.opening_cost
    cost[charger_columns(instance)] = instance.charger_cost
    for first, place in _believed(instance):
        own = slice(num_decisions(instance), None)
        cost[place[own]] = first.cost[own]
    return cost


@singledispatch
def violations(instance: Instance, plan: Plan) -> list[str]:
    """Return every requirement of the first stage that the plan breaks, in words."""
    found = [
        f"{site}: fewer than no {kind.name} chargers"
        for i, site in enumerate(instance.region.sites.ids)
        for r, kind in enumerate(instance.region.kinds)
        if plan.chargers[i, r] < 0
    ]
    for rule in active_features(instance.model):
        if rule.is_checked:
            found += rule.broken(plan, instance)
    return found


def unchecked(model: ModelOptions) -> list[str]:
    """Return the rules in use that have no independent check."""
    return [rule.title for rule in active_features(model) if not rule.is_checked]
