"""Reader of given travel costs: a wide table (sites x zones) or a long one (site, zone, travel)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from robustev.arrays import FloatArray, IntArray
from robustev.errors import nearest_name
from robustev.region.config import Matrix
from robustev.region.readers.table import Table, cell_text


def read_wide(
    table: Table, site_ids: Sequence[str], zone_ids: Sequence[str], site: str = "site"
) -> FloatArray | None:
    """Return travel (sites, zones) from one row per site and one column per zone.

    Cells may be ``inf`` for a zone that cannot use the site. Faults are noted in the table's
    collector: sites or zones that are missing, cells that are no number >= 0.
    """
    if not table.require([site]) or not table.require(zone_ids):
        return None
    rows = _positions(table, site, table.ids(site), site_ids)
    _note_absent(table, site, site_ids, np.asarray(rows))
    values = np.column_stack([table.numbers(z, minimum=0.0, infinite=True) for z in zone_ids])
    travel = np.full((len(site_ids), len(zone_ids)), np.inf)
    known = rows >= 0
    travel[rows[known]] = values[known]
    return travel


def read_long(
    table: Table, site_ids: Sequence[str], zone_ids: Sequence[str], columns: Matrix
) -> FloatArray | None:
    """Return travel (sites, zones) from one row per pair; absent pairs are infinite.

    Faults are noted in the table's collector: unknown ids, repeated pairs, values that are no
    number >= 0.
    """
    if not table.require([columns.site, columns.zone, columns.travel]):
        return None
    sites = _positions(table, columns.site, _texts(table, columns.site), site_ids)
    zones = _positions(table, columns.zone, _texts(table, columns.zone), zone_ids)
    values = table.numbers(columns.travel, minimum=0.0, infinite=True)
    travel = np.full((len(site_ids), len(zone_ids)), np.inf)
    known = (sites >= 0) & (zones >= 0)
    pairs = np.where(known, sites * len(zone_ids) + zones, -1 - np.arange(len(sites)))
    first = np.unique(pairs, return_index=True)[1]
    for row in np.setdiff1d(np.arange(len(pairs)), first):
        table.faults.add(
            "repeated pair", file=table.file, row=table.rows[int(row)],
            found=f"{site_ids[sites[row]]}, {zone_ids[zones[row]]}", expected="each pair once",
        )  # fmt: skip
    travel[sites[known], zones[known]] = values[known]
    return travel


def _texts(table: Table, column: str) -> tuple[str, ...]:
    return tuple(cell_text(value) for value in table.frame[column])


def _positions(table: Table, column: str, names: Sequence[str], known: Sequence[str]) -> IntArray:
    """Return where each name stands among the known ones, -1 with a fault if it does not."""
    position = {name: index for index, name in enumerate(known)}
    unknown: set[str] = set()
    for row, name in zip(table.rows, names, strict=True):
        if name not in position and name not in unknown:
            unknown.add(name)
            near = nearest_name(name, known)
            table.faults.add(
                f"unknown id{f' (is {near!r} meant?)' if near else ''}", file=table.file,
                row=row, column=column, found=name, expected="an id of the region",
            )  # fmt: skip
    return np.array([position.get(name, -1) for name in names], dtype=np.int64)


def _note_absent(table: Table, column: str, ids: Sequence[str], positions: IntArray) -> None:
    for index in np.setdiff1d(np.arange(len(ids)), positions):
        table.faults.add("no row for a site", file=table.file, column=column,
                         found=ids[int(index)], expected="one row for each site")  # fmt: skip
