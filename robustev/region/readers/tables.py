"""Regions from a pair of tables, zones and sites, with a column mapping."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from robustev.arrays import BoolArray, FloatArray, IntArray
from robustev.errors import FaultCollector, nearest_name
from robustev.region.config import Charger, SiteColumns, TableLayout, TablesRegion
from robustev.region.readers.demand import (
    demand_columns,
    demand_types,
    history_columns,
    read_demand,
    read_long_history,
    read_wide_history,
)
from robustev.region.readers.places import Places, by_name, optional, read_places
from robustev.region.readers.rules import TravelRule, needs_coordinates, travel_rule
from robustev.region.readers.table import Table
from robustev.region.readers.text import present
from robustev.region.region import ChargerKind, History, Region, Sites, Zones


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
    near = _read_zones(zones, layout, types, past, located) if zones is not None else None
    far = _read_sites(sites, layout, kinds, types, located) if sites is not None else None
    travel = None
    if near is not None and far is not None and rule is not None:
        travel = rule(far.places, near.places)
        _check_connected(travel, near.places)
    faults.raise_if_any()
    return _assemble(layout, present(near), present(far), kinds, types, present(travel))


def charger_kinds(
    chargers: tuple[Charger, ...], types: tuple[str, ...], faults: FaultCollector
) -> tuple[ChargerKind, ...]:
    """Return the kinds of chargers, noting repeated names and capacities of unknown types."""
    seen: set[str] = set()
    for charger in chargers:
        if charger.name in seen:
            faults.add("repeated charger kind", column="chargers", found=charger.name)
        seen.add(charger.name)
        if not isinstance(charger.capacity, dict) and len(types) > 1:
            faults.add(
                f"charger {charger.name!r}: one capacity for several types", column="chargers",
                found=charger.capacity, expected=f"a capacity by type: {', '.join(types)}",
            )  # fmt: skip
    return tuple(_kind(charger, types, faults) for charger in chargers)


def _kind(charger: Charger, types: tuple[str, ...], faults: FaultCollector) -> ChargerKind:
    given = charger.capacity
    capacity = given if isinstance(given, dict) else dict.fromkeys(types, given)
    for name, value in capacity.items():
        if name not in types and types:
            near = nearest_name(name, types)
            hint = f" (is {near!r} meant?)" if near else ""
            faults.add(f"charger {charger.name!r}: unknown demand type{hint}", column="chargers",
                       found=name, expected=", ".join(types))  # fmt: skip
        if not (np.isfinite(value) and value >= 0):
            faults.add(f"charger {charger.name!r}: capacity", column="chargers", found=value,
                       expected="a finite number >= 0")  # fmt: skip
    return ChargerKind(charger.name, capacity, charger.cost, charger.power_kw)


@dataclass(frozen=True, eq=False)
class _ZoneRows:
    places: Places
    demand: FloatArray | None
    population: FloatArray | None
    history: History | None


@dataclass(frozen=True, eq=False)
class _SiteRows:
    places: Places
    slots: IntArray
    existing: IntArray
    existing_open: BoolArray
    opening_cost: FloatArray
    capacity: FloatArray


def _read_zones(
    table: Table, layout: TableLayout, types: tuple[str, ...], past: Table | None, located: bool
) -> _ZoneRows | None:
    columns = layout.zone_columns
    now, years = demand_columns(columns.demand), history_columns(columns.history)
    if not types:
        table.faults.add("there is no demand", file=table.file,
                         expected="a demand column or a history")  # fmt: skip
    used = [columns.id, columns.x, columns.y, *now.values(), *by_name(columns.groups).values()]
    used += [column for year in years.values() for column in year.values()]
    table.check_unknown([*used, columns.population, columns.node],
                        [columns.population, columns.node])  # fmt: skip
    population = optional(table, columns, "population")
    demand = read_demand(table, now) if now else None
    places = read_places(table, columns, degrees=layout.in_degrees, located=located)
    history = read_wide_history(table, years, types) if years else None
    if past is not None and layout.history is not None and places is not None:
        history = read_long_history(past, layout.history, places.ids, types)
    if demand is None and history is not None and not now:
        demand = history.demand[-1]
    if places is None:
        return None
    people = table.numbers(population, minimum=0.0) if population is not None else None
    return _ZoneRows(places, demand, people, history)


def _read_sites(
    table: Table,
    layout: TableLayout,
    kinds: tuple[ChargerKind, ...],
    types: tuple[str, ...],
    located: bool,
) -> _SiteRows | None:
    columns = layout.site_columns
    existing_columns = {k.name: columns.existing.get(k.name, f"existing_{k.name}") for k in kinds}
    _check_site_columns(table, columns, existing_columns)
    opening = optional(table, columns, "opening_cost")
    is_open = optional(table, columns, "existing_open")
    slots = _slots(table, columns, needed=bool(kinds))
    existing = _existing(table, columns, existing_columns)
    capacity = _capacity(table, columns, types, unlimited=not kinds)
    places = read_places(table, columns, degrees=layout.in_degrees, located=located)
    if places is None:
        return None
    _check_crowded(places, columns.slots, slots, existing)
    standing = existing.sum(axis=1) > 0
    return _SiteRows(
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
    used = [columns.id, columns.x, columns.y, columns.slots, *by_name(columns.groups).values()]
    table.check_unknown([*used, *extra], extra)


def _slots(table: Table, columns: SiteColumns, *, needed: bool) -> FloatArray:
    if table.has(columns.slots):
        return table.numbers(columns.slots, minimum=0.0, whole=True)
    if needed or "slots" in columns.model_fields_set:
        table.require([columns.slots])
    return np.zeros(len(table))


def _existing(table: Table, columns: SiteColumns, by_kind: dict[str, str]) -> FloatArray:
    counts = [
        table.numbers(column, minimum=0.0, whole=True)
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
    zones: _ZoneRows,
    sites: _SiteRows,
    kinds: tuple[ChargerKind, ...],
    types: tuple[str, ...],
    travel: FloatArray,
) -> Region:
    near, far = zones.places, sites.places
    return Region(
        name=layout.name,
        zones=Zones(near.ids, near.x, near.y, zones.population, near.groups),
        sites=Sites(
            ids=far.ids, slots=sites.slots, existing=sites.existing,
            existing_open=sites.existing_open, opening_cost=sites.opening_cost,
            fixed_capacity=sites.capacity, x=far.x, y=far.y, groups=far.groups,
        ),
        kinds=kinds, types=types, demand=present(zones.demand), travel=travel,
        geographic=layout.in_degrees, history=zones.history, source=layout.source,
    )  # fmt: skip
