"""The first stage as plain arrays, compiled from the rows that the rules of the model state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, singledispatch

import numpy as np
from scipy.sparse import csr_array, diags_array, vstack

from robustev.core.arrays import FloatArray
from robustev.data.plan import Plan
from robustev.model.charger_table import STEPS, Steps, charger_bounds
from robustev.model.features.base import Feature, active_features
from robustev.model.instance import Instance
from robustev.model.layout import CHARGERS, OPEN, Block, Layout
from robustev.model.rows import Limits

FEASIBLE = 1e-9
"""Largest violation of a row or bound that does not count."""
ORDINARY = (2.0**-10, 2.0**24)
"""Sizes of the largest coefficient of a row at which the row stays as it is."""
SOURCES = (
    "region", "opening_cost", "charger_cost", "fixed_cost", "fixed_capacity", "charger_capacity",
    "charger_table", "min_open", "min_chargers", "max_chargers", "arcs",
)  # fmt: skip
"""What the first stage is made of, beside the rules; the scenarios are no part of it."""


@dataclass(frozen=True, eq=False)
class FirstStage:
    """The first stage ``row_lower <= matrix @ z <= row_upper``, ``lower <= z <= upper``.

    ``z`` holds the blocks of ``layout``: ``x_i`` for every site, ``n_ir`` site by site, and what
    rules add; all of it is whole.

    Parameters
    ----------
    rules
        For each row, the key of the rule that states it; each rule's rows stand together.
    meaning
        For each row, what it asks, in words.
    cost
        Shape (columns,): weighted infrastructure cost of each column.
    constant
        Cost that no decision changes.
    capacity
        Shape (sites * types, columns), sparse: ``C = capacity @ z``, site by site. An infinite
        fixed capacity is left out here and listed in ``unlimited``.
    unlimited
        Shape (sites, types): 1 where an open site has no capacity limit, else 0.
    owners
        The rules with columns of their own, each with an instance that tells their values.
    steps
        The steps of chargers whose capacity is a table; None where each has the same.
    """

    layout: Layout
    matrix: csr_array
    row_lower: FloatArray
    row_upper: FloatArray
    rules: tuple[str, ...]
    meaning: tuple[str, ...]
    lower: FloatArray
    upper: FloatArray
    cost: FloatArray
    constant: float
    capacity: csr_array
    unlimited: FloatArray
    owners: tuple[tuple[Feature, Instance], ...]
    steps: Steps | None = None

    @property
    def num_columns(self) -> int:
        """Number of first-stage columns."""
        return self.layout.num_columns

    @property
    def num_sites(self) -> int:
        """Number of sites."""
        return len(self.unlimited)

    def openings(self, z: FloatArray) -> FloatArray:
        """Return the openings ``x`` (..., sites) in ``z`` (..., columns), as a view."""
        return self.layout.part(z, OPEN)

    def chargers(self, z: FloatArray) -> FloatArray:
        """Return the chargers ``n`` (..., sites, kinds) in ``z`` (..., columns), as a view."""
        return self.layout.part(z, CHARGERS)

    @cached_property
    def limits_openings(self) -> bool:
        """Whether any row keeps sites from being opened, whatever that costs."""
        on_open = csr_array(self.matrix[:, self.layout.columns(OPEN)]).tocoo()
        row, site = on_open.coords
        free = (self.openings(self.upper) > self.openings(self.lower))[site]
        above = (on_open.data > 0) & np.isfinite(self.row_upper)[row]
        below = (on_open.data < 0) & np.isfinite(self.row_lower)[row]
        return bool((free & (above | below)).any())

    @cached_property
    def most_stations(self) -> int:
        """The most stations by the rows that count all of them; other rows may allow fewer."""
        count = self.on_columns(csr_array(np.ones((1, self.num_sites))))
        as_long = np.flatnonzero(np.diff(self.matrix.indptr) == self.num_sites)
        counting = [r for r in as_long if not abs(self.matrix[[r]] - count).sum()]
        most = float(self.openings(self.upper).sum())
        return int(min([most, *self.row_upper[counting].tolist()]))

    def plan(self, z: FloatArray, name: str) -> Plan:
        """Return the plan at ``z``, rounded to whole numbers."""
        whole = np.rint(z)
        return Plan(name, self.openings(whole) > 0, self.chargers(whole).astype(np.int64))

    def columns(self, plan: Plan) -> FloatArray:
        """Return the vector ``z`` of a plan, the columns of rules at their cheapest."""
        z = self.layout.joined(
            {OPEN: plan.open.astype(float), CHARGERS: plan.chargers.astype(float)}
        )
        if self.steps is not None:
            self.layout.part(z, STEPS)[...] = self.steps.made_by(plan.chargers)
        for rule, instance in self.owners:
            for name, values in rule.complete(plan, instance).items():
                self.layout.part(z, name)[...] = values
        return z

    @cached_property
    def _from_capacity(self) -> csr_array:
        """Slopes on capacities as slopes on columns, shape (columns, sites x types)."""
        return csr_array(self.capacity.T)

    def coefficients(self, of_open: FloatArray, of_capacity: FloatArray) -> FloatArray:
        """Return slopes on openings (sites,) and capacities (sites, types) as slopes on ``z``."""
        slope = np.asarray(self._from_capacity @ of_capacity.ravel())
        self.openings(slope)[:] += of_open
        return slope

    def on_columns(self, of_sites: csr_array) -> csr_array:
        """Return rows over sites, shape (rows, sites), as rows over all columns."""
        source = csr_array(of_sites).tocoo()
        row, site = source.coords
        place = (row, self.layout.columns(OPEN)[site])
        return csr_array((source.data, place), shape=(of_sites.shape[0], self.num_columns))

    def infrastructure_cost(self, z: FloatArray) -> float:
        """Return the weighted cost of what is built at ``z``, whole or not."""
        return float(self.cost @ z) + self.constant

    @property
    def least_cost(self) -> float:
        """The infrastructure cost below which the bounds of the columns let no plan go."""
        return self.infrastructure_cost(np.where(self.cost < 0, self.upper, self.lower))

    def violation(self, z: FloatArray) -> float:
        """Return the largest violation of any row or bound at ``z``."""
        rows = self.matrix @ z
        parts = (self.row_lower - rows, rows - self.row_upper, self.lower - z, z - self.upper)
        return max(0.0, *(float(part.max(initial=0.0)) for part in parts))

    def holds(self, z: FloatArray) -> bool:
        """Return whether ``z`` keeps every row and bound, to ``FEASIBLE``."""
        return self.violation(z) <= FEASIBLE

    def allows(self, plan: Plan) -> bool:
        """Return whether a plan keeps every rule."""
        return self.holds(self.columns(plan))


@singledispatch
def first_stage(instance: Instance) -> FirstStage:
    """Return the first stage of ``instance``, compiled once for all its scenario sets."""
    rules = active_features(instance.model)
    sources = (
        instance.model.infrastructure_weight,
        *(getattr(instance, name) for name in SOURCES),
    )
    known = instance.made.get(__name__)
    if known is None or known[0] != rules or not _same(known[1], sources):
        known = (rules, sources, compile_first_stage(instance, rules))
        instance.made[__name__] = known
    found: FirstStage = known[2]
    return found


def _same(these: tuple[object, ...], those: tuple[object, ...]) -> bool:
    return all(
        a == b if isinstance(a, float) else a is b for a, b in zip(these, those, strict=True)
    )


@singledispatch
def compile_first_stage(instance: Instance, rules: Iterable[Feature]) -> FirstStage:
    """Compile the first stage of ``instance`` under some rules."""
    features = tuple(rules)
    carrier = next((rule.key for rule in features if rule.has_table), None)
    if carrier is None or instance.charger_table is None:
        return _compiled(instance, features)
    free = _compiled(instance, features)
    bounds = charger_bounds(free.layout, free.matrix, free.row_upper, free.lower, free.upper)
    return _compiled(instance, features, Steps.between(instance.charger_table, *bounds), carrier)


def _compiled(
    instance: Instance,
    features: tuple[Feature, ...],
    steps: Steps | None = None,
    carrier: str = STEPS,
) -> FirstStage:
    """Compile rules, and steps if there are any, whose rows are those of the rule ``carrier``."""
    own = [block for rule in features for block in rule.columns(instance)]
    further = [] if steps is None else [steps.block()]
    layout = Layout((*_decisions(instance), *own, *further))
    lower = layout.spread([block.lower for block in layout.blocks])
    upper = layout.spread([block.upper for block in layout.blocks])
    for rule in features:
        _narrow(layout, rule.limits(instance), lower, upper)
    stated = [(rule.key, rule.rows(instance)) for rule in features]
    if steps is not None:
        kinds = tuple(kind.name for kind in instance.region.kinds)
        stated.append((carrier, steps.rows(instance.region.sites.ids, kinds)))
    empty = csr_array((0, layout.num_columns))
    absent = _blocks_of_others(instance, features)
    parts = (rows.on(layout, absent) for _, rows in stated)
    matrix = csr_array(vstack([empty, *parts], format="csr"))
    unit = _row_units(matrix)
    return FirstStage(
        layout=layout,
        matrix=csr_array(diags_array(1.0 / unit) @ matrix) if (unit != 1).any() else matrix,
        row_lower=np.concatenate([np.zeros(0), *(rows.lower for _, rows in stated)]) / unit,
        row_upper=np.concatenate([np.zeros(0), *(rows.upper for _, rows in stated)]) / unit,
        rules=tuple(key for key, rows in stated for _ in rows.meaning),
        meaning=tuple(text for _, rows in stated for text in rows.meaning),
        lower=np.ceil(lower),
        upper=np.floor(upper),
        cost=layout.spread([block.cost for block in layout.blocks]),
        constant=instance.fixed_cost,
        capacity=_capacity(instance, layout, steps),
        unlimited=np.isinf(instance.fixed_capacity).astype(float),
        owners=tuple((rule, instance) for rule in features if rule.columns(instance)),
        steps=steps,
    )


def _blocks_of_others(instance: Instance, features: tuple[Feature, ...]) -> frozenset[str]:
    """Return the blocks of rules of the model that are left out; their columns count as 0."""
    others = [rule for rule in active_features(instance.model) if rule not in features]
    return frozenset(block.name for rule in others for block in rule.columns(instance))


def _row_units(matrix: csr_array) -> FloatArray:
    """Return the power of two by which each row is divided, 1 where its numbers are ordinary.

    Solvers hold rows to fixed tolerances, whatever unit of money or power they are in.
    """
    size = np.maximum.reduceat(
        np.append(np.abs(matrix.data), 0.0), np.minimum(matrix.indptr[:-1], len(matrix.data))
    )
    size = np.where(np.diff(matrix.indptr) > 0, size, 1.0)
    odd = (size > 0) & ((size < ORDINARY[0]) | (size > ORDINARY[1]))
    return np.where(odd, 2.0 ** np.round(np.log2(np.where(odd, size, 1.0))), 1.0)


def _decisions(instance: Instance) -> tuple[Block, Block]:
    """Return the blocks that every plan has: openings and chargers."""
    sites, kinds = instance.num_sites, instance.num_kinds
    most = instance.max_chargers.astype(float)
    price = np.tile(instance.charger_cost, (sites, 1)).reshape(sites, kinds)
    return (
        Block(OPEN, np.zeros(sites), np.ones(sites), instance.opening_cost),
        Block(CHARGERS, np.zeros((sites, kinds)), most, price),
    )


def _narrow(layout: Layout, limits: Limits, lower: FloatArray, upper: FloatArray) -> None:
    """Narrow the bounds of the columns to those of one rule."""
    for name, values in limits.lower.items():
        part = layout.part(lower, name)
        np.maximum(part, values, out=part)
    for name, values in limits.upper.items():
        part = layout.part(upper, name)
        np.minimum(part, values, out=part)


def _capacity(instance: Instance, layout: Layout, steps: Steps | None) -> csr_array:
    sites, types, kinds = instance.num_sites, instance.num_types, instance.num_kinds
    fixed = np.where(np.isinf(instance.fixed_capacity), 0.0, instance.fixed_capacity)
    row = np.arange(sites * types)
    site, of_type = row // types, row % types
    open_column, charger_column = layout.columns(OPEN), layout.columns(CHARGERS)
    rows, columns, values = [row], [open_column[site]], [fixed.ravel()]
    for r in range(kinds if steps is None else 0):
        rows.append(row)
        columns.append(charger_column[site, r])
        values.append(instance.charger_capacity[r, of_type])
    entries = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    matrix = csr_array(entries, shape=(sites * types, layout.num_columns))
    if steps is not None:
        matrix = csr_array(matrix + steps.capacity(layout))
    matrix.eliminate_zeros()
    return matrix
