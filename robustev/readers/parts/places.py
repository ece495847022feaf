"""Places: what zones and sites have in common, taken from a table with its faults noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.readers.parts.columns import SiteColumns, ZoneColumns
from robustev.readers.parts.table import Table

FARTHEST = 1e15
"""Planar coordinates beyond this are slips of the pen; the squares of larger ones overflow."""


@dataclass(frozen=True, eq=False)
class Places:
    """Zones or sites: ids, coordinates and names where the table has them, groups.

    ``x`` and ``y`` have shape (places,) and hold NaN where a fault was noted. ``node`` is the
    column that names road nodes, if there is one.
    """

    table: Table
    ids: tuple[str, ...]
    x: FloatArray | None
    y: FloatArray | None
    node: str | None
    groups: Mapping[str, tuple[str, ...]]
    names: tuple[str, ...] | None = None

    @property
    def xy(self) -> tuple[FloatArray, FloatArray] | None:
        """The coordinates if every place has them, else None."""
        if self.x is None or self.y is None:
            return None
        return (self.x, self.y) if np.isfinite(self.x + self.y).all() else None


def optional(table: Table, columns: ZoneColumns | SiteColumns, field: str) -> str | None:
    """Return the optional column that a field names, or None where the table lacks it.

    A name that the user wrote, and that is missing, is a fault.
    """
    name = str(getattr(columns, field))
    if table.has(name):
        return name
    if field in columns.model_fields_set:
        table.require([name])
    return None


def by_name(columns: list[str] | dict[str, str]) -> dict[str, str]:
    """Return columns by name; a list holds columns that are their own names.

    >>> by_name(["district"])
    {'district': 'district'}
    """
    return columns if isinstance(columns, dict) else {column: column for column in columns}


def read_places(
    table: Table,
    columns: ZoneColumns | SiteColumns,
    xy: tuple[FloatArray, FloatArray] | None = None,
) -> Places | None:
    """Return the places of a table at their coordinates, or None if it has no ids."""
    if not table.require([columns.id]):
        return None
    groups = by_name(columns.groups)
    table.require(groups.values())
    ids, name = table.ids(columns.id), optional(table, columns, "name")
    x, y = xy if xy is not None else (None, None)
    return Places(
        table=table,
        ids=ids,
        x=x,
        y=y,
        node=optional(table, columns, "node"),
        groups={group: table.labels(c) for group, c in groups.items() if table.has(c)},
        names=None if name is None else _named(table.texts(name), ids),
    )


def _named(names: tuple[str, ...], ids: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names, with the id in the place of an empty one."""
    return tuple(name or place for name, place in zip(names, ids, strict=True))
