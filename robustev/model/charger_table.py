"""Capacity as a table ``T_rk(n)`` in the number ``n`` of chargers of a kind at a site.

Where capacity is not the same for each charger, binary steps ``d_irm`` ("at least m chargers of
kind r at site i") carry it (incremental formulation, Dantzig 1960):

    n_ir = sum_m d_irm,        d_ir,m+1 <= d_irm,
    C_ik = c_ik x_i + sum_rm (T_rk(m) - T_rk(m-1)) d_irm.

With whole steps this is exact for any table, and its relaxation is the hull of the table's points
between the bounds of ``n_ir``: the chord of a convex one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from robustev.core.arrays import FloatArray, IntArray
from robustev.core.errors import ConfigError, Fault
from robustev.data.region import Region
from robustev.model.layout import CHARGERS, Block, Layout
from robustev.model.options import ModelOptions
from robustev.model.rows import Rows

STEPS = "steps"
"""Block of the steps, shape (steps,)."""
ROUNDING = 1e-9


def table_of(region: Region, model: ModelOptions, each: FloatArray) -> FloatArray | None:
    """Return the table by which chargers have capacity, or None where each has ``each`` more.

    Every part's limits hold, and chargers never do more than ``each`` of them, (kinds, types).
    """
    given = [part.charger_table(region) for part in model.parts]
    limits = [table for table in given if table is not None]
    if not limits:
        return None
    if not model.capacitated:
        fault = Fault(
            "a limit on what chargers serve needs capacities", expected="capacitated: true"
        )
        raise ConfigError([fault])
    number = np.arange(len(limits[0]), dtype=float)[:, None, None]
    return np.asarray(np.minimum.reduce([number * each, *limits]))


def from_table(table: FloatArray, chargers: IntArray) -> FloatArray:
    """Return the capacity of chargers (sites, kinds), shape (sites, types).

    Chargers beyond the table bring what its last one brings.
    """
    most = len(table) - 1
    within = np.minimum(chargers, most)
    last = table[most] - table[most - 1] if most else np.zeros_like(table[0])
    total = np.zeros((len(chargers), table.shape[2]))
    for r in range(table.shape[1]):
        total += table[within[:, r], r] + (chargers - within)[:, r, None] * last[r]
    return total


def best_mix(table: FloatArray, least: IntArray, slots: IntArray) -> FloatArray:
    """Return the most capacity that chargers in the slots of each site have, (sites, types).

    ``least`` has shape (sites, kinds): chargers that must stand.
    """
    most, kinds, types = len(table) - 1, table.shape[1], table.shape[2]
    best = np.zeros((len(slots), types))
    known: dict[tuple[int, ...], FloatArray] = {}
    for i, room in enumerate(slots):
        key = (int(room), *(int(n) for n in least[i]))
        if key not in known:
            value = np.zeros((1, types))
            for r in range(kinds):
                value = _with_kind(value, table[:, r], least[i, r], min(int(room), most))
            known[key] = value.max(axis=0)
        best[i] = known[key]
    return best


def _with_kind(value: FloatArray, gain: FloatArray, least: int, most: int) -> FloatArray:
    """Return the best values of 0 to ``most`` chargers in all, once a kind may be among them."""
    found = np.full((most + 1, value.shape[1]), -np.inf)
    for n in range(least, most + 1):
        count = min(len(value), most + 1 - n)
        found[n : n + count] = np.maximum(found[n : n + count], value[:count] + gain[n])
    return found


@dataclass(frozen=True, eq=False)
class Steps:
    """The steps between the bounds of chargers; those below are always made, those above never.

    Parameters
    ----------
    site, kind, number
        Shape (steps,): ``d_irm`` for each, in order.
    least
        Shape (sites, kinds): chargers that there are in any case.
    gain
        Shape (steps, types): capacity that each step brings.
    base
        Shape (sites, kinds, types): mean capacity of each of the ``least``.
    """

    site: IntArray
    kind: IntArray
    number: IntArray
    least: IntArray
    gain: FloatArray
    base: FloatArray

    @classmethod
    def between(cls, table: FloatArray, least: IntArray, most: IntArray) -> Steps:
        """Return the steps from ``least`` to ``most`` chargers, both of shape (sites, kinds)."""
        top = len(table) - 1
        number = np.arange(1, top + 1)
        site, kind, place = np.nonzero((number > least[:, :, None]) & (number <= most[:, :, None]))
        kinds = np.arange(table.shape[1])
        held = np.minimum(least, top)
        base = table[held, kinds] / np.maximum(held, 1)[:, :, None]
        return cls(site, kind, place + 1, least, np.diff(table, axis=0)[place, kind], base)

    def made_by(self, chargers: IntArray) -> FloatArray:
        """Return the steps that chargers (sites, kinds) make, shape (steps,)."""
        return (self.number <= chargers[self.site, self.kind]).astype(float)

    def block(self) -> Block:
        """Return their columns, which cost nothing."""
        size = len(self.site)
        return Block(STEPS, np.zeros(size), np.ones(size), np.zeros(size))

    def capacity(self, layout: Layout) -> csr_array:
        """Return the capacity of chargers by columns, shape (sites * types, columns).

        Each charger counts what the ``least`` ones bring on average, each step what it differs.
        """
        sites, kinds, types = self.base.shape
        parts = []
        for columns, site, value in (
            (layout.columns(CHARGERS).ravel(), np.repeat(np.arange(sites), kinds),
             self.base.reshape(-1, types)),
            (layout.columns(STEPS), self.site, self.gain - self.base[self.site, self.kind]),
        ):  # fmt: skip
            row = site[:, None] * types + np.arange(types)
            column = np.broadcast_to(columns[:, None], row.shape)
            parts.append((value.ravel(), row.ravel(), column.ravel()))
        value, row, column = (np.concatenate(one) for one in zip(*parts, strict=True))
        shape = (sites * types, layout.num_columns)
        return csr_array((value, (row, column)), shape=shape)

    def rows(self, ids: tuple[str, ...], kinds: tuple[str, ...]) -> Rows:
        """Return the rows that tie the steps to the chargers, and put them in order."""
        size, pair = len(self.site), self.site * len(kinds) + self.kind
        count = len(ids) * len(kinds)
        tie = csr_array((np.full(size, -1.0), (pair, np.arange(size))), shape=(count, size))
        later = np.flatnonzero(pair[1:] == pair[:-1]) + 1
        entries = (
            np.repeat([1.0, -1.0], len(later)),
            (np.tile(np.arange(len(later)), 2), np.append(later, later - 1)),
        )
        order = csr_array(entries, shape=(len(later), size))
        names = [f"{kind} at {site}" for site in ids for kind in kinds]
        tied = Rows.of(
            [f"a step for each charger of kind {name}" for name in names],
            lower=self.least.ravel(),
            upper=self.least.ravel(),
            chargers=csr_array(np.eye(count)),
            steps=tie,
        )
        ordered = Rows.of(
            [f"charger {self.number[c]} of kind {names[pair[c]]} comes in order" for c in later],
            upper=0.0,
            steps=order,
        )
        return tied.followed_by(ordered)


def charger_bounds(
    layout: Layout, matrix: csr_array, row_upper: FloatArray, lower: FloatArray, upper: FloatArray
) -> tuple[IntArray, IntArray]:
    """Return the least and most chargers that bounds and rows leave, shapes (sites, kinds).

    A row ``a @ z <= b`` leaves column c at most ``lower_c + (b - least of a @ z) / a_c``.
    """
    least = np.ceil(layout.part(lower, CHARGERS)).astype(np.int64)
    most = np.floor(layout.part(upper, CHARGERS))
    entries = matrix.tocoo()
    row, column, value = *entries.coords, entries.data
    small = value * np.where(value > 0, lower[column], upper[column])
    spare = row_upper - np.bincount(row, small, minlength=matrix.shape[0])
    first = int(layout.columns(CHARGERS).min(initial=layout.num_columns))
    bounding = (column >= first) & (column < first + most.size) & (value > 0)
    bounding &= np.isfinite(spare)[row]
    room = lower[column[bounding]] + spare[row[bounding]] / value[bounding]
    flat = most.ravel()
    np.minimum.at(flat, column[bounding] - first, np.floor(room + ROUNDING))
    return least, np.maximum(flat.reshape(most.shape).astype(np.int64), least)
