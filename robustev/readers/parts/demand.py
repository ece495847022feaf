"""Demand by zone and type, now and in past years, from columns or from a long table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.core.labels import cell_text
from robustev.data.region import History
from robustev.readers.parts.columns import HistoryTable, ZoneColumns
from robustev.readers.parts.places import by_name
from robustev.readers.parts.table import Table

SINGLE_TYPE = "ev"


def demand_columns(demand: str | list[str] | dict[str, str] | None) -> dict[str, str]:
    """Return the demand column of each type; one column alone is the type ``ev``.

    >>> demand_columns("sessions")
    {'ev': 'sessions'}
    """
    if demand is None:
        return {}
    return {SINGLE_TYPE: demand} if isinstance(demand, str) else by_name(demand)


def history_columns(
    history: list[int] | dict[int, str | dict[str, str]],
) -> dict[int, dict[str, str]]:
    """Return for each year its column by type, years ascending.

    >>> history_columns([2021, 2020])
    {2020: {'ev': '2020'}, 2021: {'ev': '2021'}}
    """
    years = history if isinstance(history, dict) else {year: str(year) for year in history}
    return {year: demand_columns(years[year]) for year in sorted(years)}


def demand_types(
    columns: ZoneColumns, history: Table | None, layout: HistoryTable | None
) -> tuple[str, ...]:
    """Return the names of the demand types, from the demand columns or else from the history."""
    named = demand_columns(columns.demand)
    for year in history_columns(columns.history).values():
        named = named or year
    if named or history is None or layout is None:
        return tuple(named)
    if not history.has(layout.type):
        return (SINGLE_TYPE,)
    return tuple(dict.fromkeys(cell_text(value) for value in history.frame[layout.type]))


def read_demand(table: Table, columns: Mapping[str, str]) -> FloatArray | None:
    """Return demand, shape (zones, types), NaN where a fault was noted; None without columns."""
    if not table.require(columns.values()):
        return None
    return np.column_stack([table.numbers(column, minimum=0.0) for column in columns.values()])


def read_wide_history(
    table: Table, columns: Mapping[int, Mapping[str, str]], types: Sequence[str]
) -> History | None:
    """Return the history held in columns of the zones table, or None with the faults noted."""
    years = []
    for year, by_type in columns.items():
        if set(by_type) != set(types):
            table.faults.add(
                f"the history of {year} has other types than the demand", file=table.file,
                found=", ".join(by_type), expected=", ".join(types),
            )  # fmt: skip
        elif (values := read_demand(table, {k: by_type[k] for k in types})) is not None:
            years.append(values)
    return History(tuple(columns), np.stack(years)) if len(years) == len(columns) else None


def read_long_history(
    table: Table, layout: HistoryTable, zones: Sequence[str], types: Sequence[str]
) -> History | None:
    """Return the history held in a long table: every year, zone and type exactly once."""
    typed = table.has(layout.type) or len(types) > 1
    needed = [layout.year, layout.zone, layout.demand]
    if not table.require([*needed, layout.type] if typed else needed):
        return None
    year_of = table.numbers(layout.year, minimum=0.0, whole=True)
    years = np.unique(year_of[np.isfinite(year_of)]).astype(np.int64)
    zone = table.positions(layout.zone, zones, "a zone of the region")
    kind = (
        table.positions(layout.type, types, "a demand type")
        if typed
        else np.zeros(len(table), dtype=np.int64)
    )
    values = table.numbers(layout.demand, minimum=0.0)
    demand = np.full((len(years), len(zones), len(types)), np.nan)
    filled = np.zeros(demand.shape, dtype=np.bool_)
    usable = np.isfinite(year_of) & (zone >= 0) & (kind >= 0)
    for row in np.flatnonzero(usable):
        place = (int(np.searchsorted(years, year_of[row])), int(zone[row]), int(kind[row]))
        if filled[place]:
            table.faults.add("repeated year, zone and type", file=table.file,
                             row=table.rows[int(row)], expected="each once")  # fmt: skip
        filled[place] = True
        demand[place] = values[row]
    for t, j, k in np.argwhere(~filled)[:20]:
        table.faults.add(
            f"no demand of type {types[k]!r} for zone {zones[j]!r} in {years[t]}", file=table.file
        )
    return History(tuple(int(year) for year in years), demand)
