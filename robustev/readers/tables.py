"""Regions from a pair of tables, zones and sites, with a column mapping."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.core.errors import FaultCollector
from robustev.data.arcs import Arcs
from robustev.data.region import ChargerKind, Region, Sites, Zones
from robustev.readers.chargers import charger_kinds
from robustev.readers.config import TableLayout, TablesRegion
from robustev.readers.demand import demand_types
from robustev.readers.places import Places
from robustev.readers.rules import TravelRule, needs_coordinates, travel_rule
from robustev.readers.sites import SiteRows, read_sites
from robustev.readers.table import Table
from robustev.readers.text import present
from robustev.readers.zones import ZoneRows, read_zones


def read_tables(config: TablesRegion, base: Path) -> Region:
    """Return the region of a pair of CSV or Parquet files, relative to the folder ``base``.

    Raises
    ------
    InputError
        With every fault found in any of the files.
    """
    faults = FaultCollector()
    zones, sites = (
        Table.read(base / path, faults, separator=config.separator)
        for path in (config.zones, config.sites)
    )
    return region_of_tables(zones, sites, config, base, faults, separator=config.separator)


def region_of_tables(
    zones: Table | None,
    sites: Table | None,
    layout: TableLayout,
    base: Path,
    faults: FaultCollector,
    *,
    rule: TravelRule | None = None,
    separator: str = ",",
) -> Region:
    """Return the region of two tables, either of which may have failed to read.

    Parameters
    ----------
    layout
        What the columns mean, which chargers there are, how travel comes about.
    base
        Folder that the layout's further files are relative to.
    rule
        Takes the place of the layout's travel.

    Raises
    ------
    InputError
        With every fault in ``faults`` and every further one.
    """
    located = rule is None and needs_coordinates(layout.travel)
    rule = rule or travel_rule(
        layout.travel, base, faults, geographic=layout.in_degrees, separator=separator
    )
    past = None
    if layout.history is not None:
        past = Table.read(base / layout.history.file, faults, separator=separator)
    types = demand_types(layout.zone_columns, past, layout.history)
    kinds = charger_kinds(layout.chargers, types, faults)
    near = read_zones(zones, layout, types, past, located) if zones is not None else None
    far = read_sites(sites, layout, kinds, types, located) if sites is not None else None
    travel = None
    if near is not None and far is not None and rule is not None:
        travel = rule(far.places, near.places)
        _check_connected(travel, near.places)
    faults.raise_if_any()
    return _assemble(layout, present(near), present(far), kinds, types, present(travel))


def _check_connected(travel: FloatArray | None, zones: Places) -> None:
    if travel is None:
        return
    for j in np.flatnonzero(~np.isfinite(travel).any(axis=0)):
        zones.table.faults.add(
            f"zone {zones.ids[j]!r} is disconnected: no site can be reached from it",
            file=zones.table.file, row=zones.table.rows[int(j)],
            expected="at least one site with finite travel cost",
        )  # fmt: skip


def _assemble(
    layout: TableLayout,
    zones: ZoneRows,
    sites: SiteRows,
    kinds: tuple[ChargerKind, ...],
    types: tuple[str, ...],
    travel: FloatArray,
) -> Region:
    near, far = zones.places, sites.places
    return Region(
        name=layout.name,
        zones=Zones(near.ids, near.x, near.y, zones.population, near.groups, near.names),
        sites=Sites(
            ids=far.ids, slots=sites.slots, existing=sites.existing,
            existing_open=sites.existing_open, opening_cost=sites.opening_cost,
            fixed_capacity=sites.capacity, x=far.x, y=far.y, groups=far.groups, names=far.names,
        ),
        kinds=kinds, types=types, demand=present(zones.demand), arcs=Arcs.of_matrix(travel),
        geographic=layout.in_degrees, history=zones.history, source=layout.source,
    )  # fmt: skip
