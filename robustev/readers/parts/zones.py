"""Zones of a table: places, demand, people and history."""

from __future__ import annotations

from dataclasses import dataclass

from robustev.core.arrays import FloatArray
from robustev.data.region import History
from robustev.readers.parts.coordinates import Located
from robustev.readers.parts.demand import (
    demand_columns,
    history_columns,
    read_demand,
    read_long_history,
    read_wide_history,
)
from robustev.readers.parts.layout import TableLayout
from robustev.readers.parts.places import Places, by_name, optional, read_places
from robustev.readers.parts.table import Table


@dataclass(frozen=True, eq=False)
class ZoneRows:
    """Zones with their demand (zones, types), people (zones,) and history; None where absent."""

    places: Places
    demand: FloatArray | None
    population: FloatArray | None
    history: History | None


def read_zones(
    located: Located, layout: TableLayout, types: tuple[str, ...], past: Table | None
) -> ZoneRows | None:
    """Return the zones of a table, or None if it has no ids; faults are noted.

    ``past`` is the long table of the history.
    """
    table, columns = located.table, layout.zone_columns
    now, years = demand_columns(columns.demand), history_columns(columns.history)
    if not types:
        table.faults.add("there is no demand", file=table.file,
                         expected="a demand column or a history")  # fmt: skip
    used = [columns.id, columns.x, columns.y, *now.values(), *by_name(columns.groups).values()]
    used += [column for year in years.values() for column in year.values()]
    table.check_unknown([*used, columns.name, columns.population, columns.node],
                        [columns.population, columns.node])  # fmt: skip
    population = optional(table, columns, "population")
    demand = read_demand(table, now) if now else None
    places = read_places(table, columns, located.xy)
    history = read_wide_history(table, years, types) if years else None
    if past is not None and layout.history is not None and places is not None:
        history = read_long_history(past, layout.history, places.ids, types)
    if demand is None and history is not None and not now:
        demand = history.demand[-1]
    if places is None:
        return None
    people = table.numbers(population, minimum=0.0) if population is not None else None
    return ZoneRows(places, demand, people, history)
