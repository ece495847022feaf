"""Reader of given travel costs: a wide table (sites x zones) or a long one (site, zone, travel)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from robustev.core.arrays import IntArray
from robustev.data.arcs import Arcs
from robustev.readers.config import Matrix
from robustev.readers.table import Table


def read_wide(
    table: Table, site_ids: Sequence[str], zone_ids: Sequence[str], site: str = "site"
) -> Arcs | None:
    """Return the arcs of a table with one row per site and one column per zone.

    Cells may be ``inf`` for a zone that cannot use the site. Faults are noted in the table's
    collector: sites or zones that are missing, cells that are no number >= 0.
    """
    if not table.require([site]) or not table.require(zone_ids):
        return None
    table.ids(site)  # notes repeated ones
    rows = table.positions(site, site_ids, "a site of the region")
    _note_absent(table, site, site_ids, np.asarray(rows))
    values = np.column_stack([table.numbers(z, minimum=0.0, infinite=True) for z in zone_ids])
    travel = np.full((len(site_ids), len(zone_ids)), np.inf)
    known = rows >= 0
    travel[rows[known]] = values[known]
    return Arcs.of_matrix(np.where(np.isnan(travel), np.inf, travel))


def read_long(
    table: Table, site_ids: Sequence[str], zone_ids: Sequence[str], columns: Matrix
) -> Arcs | None:
    """Return the arcs of a table with one row per pair; absent and infinite pairs are no arcs.

    Faults are noted in the table's collector: unknown ids, repeated pairs, values that are no
    number >= 0.
    """
    if not table.require([columns.site, columns.zone, columns.travel]):
        return None
    sites = table.positions(columns.site, site_ids, "a site of the region")
    zones = table.positions(columns.zone, zone_ids, "a zone of the region")
    values = table.numbers(columns.travel, minimum=0.0, infinite=True)
    known = (sites >= 0) & (zones >= 0)
    pairs = np.where(known, sites * len(zone_ids) + zones, -1 - np.arange(len(sites)))
    first = np.unique(pairs, return_index=True)[1]
    again = np.ones(len(pairs), dtype=np.bool_)
    again[first] = False
    for row in np.flatnonzero(again):
        table.faults.add(
            "repeated pair", file=table.file, row=table.rows[int(row)],
            found=f"{site_ids[sites[row]]}, {zone_ids[zones[row]]}", expected="each pair once",
        )  # fmt: skip
    known &= ~again & np.isfinite(values)  # a value that is no number is a fault by now
    return Arcs.of_pairs(len(site_ids), len(zone_ids), zones[known], sites[known], values[known])


def _note_absent(table: Table, column: str, ids: Sequence[str], positions: IntArray) -> None:
    for index in np.setdiff1d(np.arange(len(ids)), positions):
        table.faults.add("no row for a site", file=table.file, column=column,
                         found=ids[int(index)], expected="one row for each site")  # fmt: skip
