"""Sites of a table: places, slots, existing chargers, costs and capacities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.core.errors import nearest_name
from robustev.data.region import ChargerKind
from robustev.readers.parts.columns import SiteColumns
from robustev.readers.parts.coordinates import Located
from robustev.readers.parts.layout import TableLayout
from robustev.readers.parts.places import Places, by_name, optional, read_places
from robustev.readers.parts.table import Table


@dataclass(frozen=True, eq=False)
class SiteRows:
    """Sites with what stands and fits there; shapes as in :class:`robustev.data.region.Sites`."""

    places: Places
    slots: IntArray
    existing: IntArray
    existing_open: BoolArray
    opening_cost: FloatArray
    capacity: FloatArray


def read_sites(
    located: Located,
    layout: TableLayout,
    kinds: tuple[ChargerKind, ...],
    types: tuple[str, ...],
) -> SiteRows | None:
    """Return the sites of a table, or None if it has no ids; faults are noted."""
    table, columns = located.table, layout.site_columns
    existing_columns = {k.name: columns.existing.get(k.name, f"existing_{k.name}") for k in kinds}
    _check_site_columns(table, columns, existing_columns)
    opening = optional(table, columns, "opening_cost")
    is_open = optional(table, columns, "existing_open")
    slots = _slots(table, columns, needed=bool(kinds))
    existing = _existing(table, columns, existing_columns)
    capacity = _capacity(table, columns, types, unlimited=not kinds)
    places = read_places(table, columns, located.xy)
    if places is None:
        return None
    _check_crowded(places, columns.slots, slots, existing)
    standing = existing.sum(axis=1) > 0
    return SiteRows(
        places=places,
        slots=np.nan_to_num(slots).astype(np.int64),
        existing=np.nan_to_num(existing).astype(np.int64),
        existing_open=(table.flags(is_open) | standing) if is_open is not None else standing,
        opening_cost=_opening_cost(table, opening),
        capacity=capacity,
    )


def _check_site_columns(table: Table, columns: SiteColumns, existing: dict[str, str]) -> None:
    for kind, column in columns.existing.items():
        if kind not in existing:
            near = nearest_name(kind, existing)
            table.faults.add(
                f"existing chargers of an unknown kind{f' (is {near!r} meant?)' if near else ''}",
                column="site_columns.existing", found=kind,
                expected=", ".join(existing) or "no kinds",
            )  # fmt: skip
        table.require([column])
    extra = [columns.opening_cost, columns.existing_open, columns.node, *existing.values()]
    extra += [columns.capacity] if isinstance(columns.capacity, str) else []
    used = [columns.id, columns.name, columns.x, columns.y, columns.slots]
    used += by_name(columns.groups).values()
    table.check_unknown([*used, *extra], extra)


def _slots(table: Table, columns: SiteColumns, *, needed: bool) -> FloatArray:
    if table.has(columns.slots):
        return table.numbers(columns.slots, minimum=0.0, whole=True)
    if needed or "slots" in columns.model_fields_set:
        table.require([columns.slots])
    return np.zeros(len(table))


def _existing(table: Table, columns: SiteColumns, by_kind: dict[str, str]) -> FloatArray:
    counts = [
        table.numbers(column, minimum=0.0, whole=True, empty=0.0)  # nobody counts what is not there
        if table.has(column)
        else np.zeros(len(table))
        for column in by_kind.values()
    ]
    return np.reshape(counts, (len(by_kind), len(table))).T


def _opening_cost(table: Table, column: str | None) -> FloatArray:
    return table.numbers(column, minimum=0.0) if column is not None else np.zeros(len(table))


def _capacity(
    table: Table, columns: SiteColumns, types: tuple[str, ...], *, unlimited: bool
) -> FloatArray:
    """Return the capacity before any charger, shape (sites, types)."""
    named = columns.capacity
    if isinstance(named, str):
        column = optional(table, columns, "capacity")
        if column is None:
            return np.full((len(table), len(types)), np.inf if unlimited else 0.0)
        values = table.numbers(column, minimum=0.0, infinite=True)
        return np.repeat(values[:, None], len(types), axis=1)
    by_type = by_name(named)
    for name in by_type.keys() - set(types):
        table.faults.add("capacity of an unknown demand type", column="site_columns.capacity",
                         found=name, expected=", ".join(types))  # fmt: skip
    if not table.require(by_type.values()):
        return np.zeros((len(table), len(types)))
    given = {k: table.numbers(c, minimum=0.0, infinite=True) for k, c in by_type.items()}
    return np.column_stack([given.get(k, np.zeros(len(table))) for k in types])


def _check_crowded(places: Places, column: str, slots: FloatArray, existing: FloatArray) -> None:
    for i in np.flatnonzero(existing.sum(axis=1) > slots):
        places.table.faults.add(
            f"site {places.ids[i]!r} has more existing chargers than slots",
            file=places.table.file, row=places.table.rows[int(i)], column=column,
            found=int(existing[i].sum()), expected=f"at most {int(slots[i])}",
        )  # fmt: skip
