"""The first stage stated a second time, as plain rows: what a plan must obey."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.data.plan import Plan
from robustev.model.instance import Instance
from robustev.model.model import Model

KNOWN_FIELDS = frozenset(
    (
        "split", "capacitated", "levels", "unserved_penalty", "stations", "budget", "reach",
        "keep_existing", "existing_cost", "utilisation", "infrastructure_weight",
        "travel_weight", "objective",
    )
)  # fmt: skip
"""Parts of the model that are checked here; any other that is in use is taken on trust."""


@dataclass(eq=False)
class Rows:
    """Rows ``low <= coefficients @ z <= high`` with what each one means; z is x, then n by site."""

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


def first_stage_rows(instance: Instance) -> Rows:
    """Return the rows of the first stage: slots, station limits, budget."""
    sites, kinds = instance.num_sites, instance.num_kinds
    rows = Rows(sites * (1 + kinds))
    for i in range(sites if kinds else 0):
        row = np.zeros(rows.num_columns)
        row[_chargers(instance, i)] = 1.0
        row[i] = -float(instance.region.sites.slots[i])
        name = instance.region.sites.ids[i]
        rows.add(row, -np.inf, 0.0, f"chargers at {name} fit into the slots of an open site")
    limits = instance.model.stations
    everywhere = np.zeros(rows.num_columns)
    everywhere[:sites] = 1.0
    if limits.exactly is not None:
        rows.add(everywhere, limits.exactly, limits.exactly, "the exact number of stations")
    else:
        most = np.inf if limits.maximum is None else float(limits.maximum)
        rows.add(everywhere, float(limits.minimum), most, "the limits of the number of stations")
    if instance.model.budget is not None:
        row, spent = _spending(instance)
        rows.add(row, -np.inf, instance.model.budget.limit + spent, "the budget")
    return rows


def _chargers(instance: Instance, i: int) -> slice:
    start = instance.num_sites + i * instance.num_kinds
    return slice(start, start + instance.num_kinds)


def _spending(instance: Instance) -> tuple[FloatArray, float]:
    """Return the coefficients of spending and what the existing chargers would count in it."""
    sites = instance.region.sites
    opening = np.where(instance.min_open, 0.0, sites.opening_cost)
    charger = np.tile(instance.region.charger_cost, instance.num_sites)
    standing = float((instance.min_chargers @ instance.region.charger_cost).sum())
    return np.concatenate([opening, charger]), standing


def column_bounds(instance: Instance) -> tuple[FloatArray, FloatArray]:
    """Return lower and upper bounds of z: existing assets stay, chargers fit into slots."""
    low = np.concatenate([instance.min_open.astype(float), instance.min_chargers.ravel()])
    slots = np.repeat(instance.region.sites.slots, instance.num_kinds)
    return low, np.concatenate([np.ones(instance.num_sites), slots.astype(float)])


def column_costs(instance: Instance) -> FloatArray:
    """Return the weighted infrastructure cost of each column of z."""
    return np.concatenate(
        [instance.opening_cost, np.tile(instance.charger_cost, instance.num_sites)]
    )


def columns(plan: Plan) -> FloatArray:
    """Return the vector z of a plan."""
    return np.concatenate([plan.open.astype(float), plan.chargers.astype(float).ravel()])


def violations(instance: Instance, plan: Plan, tolerance: float = 1e-9) -> list[str]:
    """Return every requirement of the first stage that the plan breaks, in words."""
    rows, z = first_stage_rows(instance), columns(plan)
    low, high = column_bounds(instance)
    found = []
    ids = instance.region.sites.ids
    for c in np.flatnonzero((z < low - tolerance) | (z > high + tolerance)):
        site = ids[c if c < len(ids) else (c - len(ids)) // instance.num_kinds]
        found.append(f"{site}: {z[c]:g} is not between {low[c]:g} and {high[c]:g}")
    value = rows.matrix @ z
    size = tolerance * np.maximum(1.0, np.abs(rows.matrix) @ np.abs(z))
    broken = (value < np.array(rows.low) - size) | (value > np.array(rows.high) + size)
    return found + [f"broken: {rows.meaning[r]}" for r in np.flatnonzero(broken)]


def unchecked(model: Model) -> list[str]:
    """Return the parts of the model in use that this module does not know."""
    return [
        name
        for name, info in type(model).model_fields.items()
        if name not in KNOWN_FIELDS and getattr(model, name) != info.get_default()
    ]
