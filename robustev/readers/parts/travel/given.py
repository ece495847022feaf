"""Given travel costs: a wide table (sites x zones) or a long one (site, zone, travel)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field

from robustev.core.arrays import IntArray
from robustev.core.errors import FaultCollector
from robustev.data.arcs import Arcs
from robustev.data.reach import Reach
from robustev.readers.parts.data_file import TableFile
from robustev.readers.parts.places import Places
from robustev.readers.parts.table import Table
from robustev.readers.parts.travel.base import TravelRule, TravelSection


class Matrix(TravelSection):
    """A given table of travel costs."""

    kind: Literal["matrix"] = "matrix"
    """Selects a given table."""
    file: TableFile
    """CSV, Parquet or spreadsheet file."""
    layout: Literal["long", "wide"] = "long"
    """long: one row for each pair, absent pairs out of reach. wide: one row for each site, one
    column for each zone, ``inf`` where out of reach."""
    site: str = "site"
    """Column of the site's id."""
    zone: str = "zone"
    """Column of the zone's id (long layout)."""
    travel: str = "travel"
    """Column of the travel cost (long layout)."""
    factor: float = Field(1.0, gt=0)
    """Multiplies every value, for instance minutes to money."""

    def rule(
        self, base: Path, faults: FaultCollector, *, geographic: bool, separator: str | None = None
    ) -> TravelRule | None:
        """Return the rule, once the table is read."""
        table = self.file.read(base, faults, separator=separator)
        return None if table is None else partial(self.arcs, table=table)

    def arcs(self, sites: Places, zones: Places, reach: Reach, *, table: Table) -> Arcs | None:
        """Return the arcs of the table at its travel costs times the factor."""
        if self.layout == "wide":
            arcs = read_wide(table, sites.ids, zones.ids, self.site)
        else:
            arcs = read_long(table, sites.ids, zones.ids, self)
        return None if arcs is None else reach.of(arcs.with_cost(self.factor * arcs.cost))


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
