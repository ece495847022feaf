"""Past population in a long table: one row for each year and zone, and age group where known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from robustev.core.errors import InputError
from robustev.core.labels import cell_text
from robustev.core.settings import Settings
from robustev.data.population import EVERYBODY, AgeGroup, PopulationHistory
from robustev.readers.parts.data_file import TableFile
from robustev.readers.parts.table import Table


class PopulationTable(Settings):
    """Past population in a long table: one row for each year, zone and age group.

    A zone without a row in some year has no figure then, as before it was founded.
    """

    file: TableFile
    """CSV, Parquet or spreadsheet file."""
    year: str = "year"
    """Column of the year."""
    zone: str = "zone"
    """Column of the zone's id."""
    people: str = "people"
    """Column of the number of people."""
    age: str = "age"
    """Optional: column of the youngest age of the group."""
    age_to: str = "age_to"
    """Optional: column of the oldest age of the group, blank for no upper end."""
    sex: str = "sex"
    """Optional: column of the sex."""
    censuses: tuple[int, ...] = Field(min_length=1)
    """Years of a count; all other years are official estimates, which are no observations."""


def read_population(
    table: Table, layout: PopulationTable, zones: Sequence[str]
) -> PopulationHistory | None:
    """Return the history held in a long table, or None with the faults noted."""
    if not table.require([layout.year, layout.zone, layout.people]):
        return None
    year_of = table.numbers(layout.year, minimum=0.0, whole=True)
    years = np.unique(year_of[np.isfinite(year_of)]).astype(np.int64)
    zone = table.positions(layout.zone, zones, "a zone of the region")
    people = table.numbers(layout.people, minimum=0.0)
    groups, group = _groups(table, layout)
    values = np.full((len(years), len(zones), len(groups)), np.nan)
    filled = np.zeros(values.shape, dtype=np.bool_)
    for row in np.flatnonzero(np.isfinite(year_of) & (zone >= 0) & (group >= 0)):
        place = (int(np.searchsorted(years, year_of[row])), int(zone[row]), int(group[row]))
        if filled[place]:
            table.faults.add("repeated year, zone and group", file=table.file,
                             row=table.rows[int(row)], expected="each once")  # fmt: skip
        filled[place] = True
        values[place] = people[row]
    for t, j in np.argwhere(filled.any(axis=2) & ~filled.all(axis=2))[:20]:
        table.faults.add(f"some age groups of zone {zones[j]!r} are missing in {years[t]}",
                         file=table.file, expected=f"{len(groups)} groups")  # fmt: skip
    for year in layout.censuses:
        if year not in years:
            table.faults.add("a census year without rows", file=table.file, found=year)
    if list(table.faults):
        return None
    census = np.isin(years, layout.censuses)
    estimated = np.tile(~census[:, None], (1, len(zones)))
    try:
        return PopulationHistory(tuple(years.tolist()), values, census, estimated, groups)
    except InputError as error:
        table.faults.faults.extend(error.faults)
        return None


def _groups(table: Table, layout: PopulationTable) -> tuple[tuple[AgeGroup, ...], np.ndarray]:
    """Return the age groups in the order of sex and age, and that of each row, -1 for faults."""
    if not table.has(layout.age) and not table.has(layout.sex):
        return EVERYBODY, np.zeros(len(table), dtype=np.int64)
    count = len(table)
    low = table.numbers(layout.age, minimum=0.0, whole=True) if table.has(layout.age) else None
    sex = [cell_text(v) for v in table.frame[layout.sex]] if table.has(layout.sex) else [""] * count
    ends = table.frame[layout.age_to] if table.has(layout.age_to) else [""] * count
    keys: list[tuple[str, int, int | None] | None] = []
    for row in range(count):
        end = cell_text(ends.iloc[row] if hasattr(ends, "iloc") else ends[row])
        if low is None:
            keys.append((sex[row], 0, None))
        elif not np.isfinite(low[row]):
            keys.append(None)
        elif end and not end.isdigit():
            table.faults.add("age", file=table.file, row=table.rows[row], column=layout.age_to,
                             found=end, expected="a whole number, or blank")  # fmt: skip
            keys.append(None)
        else:
            keys.append((sex[row], int(low[row]), int(end) + 1 if end else None))
    known = sorted({key for key in keys if key is not None}, key=lambda k: (k[0], k[1]))
    groups = tuple(AgeGroup(start, end, label) for label, start, end in known)
    at = {key: i for i, key in enumerate(known)}
    return groups, np.array([-1 if key is None else at[key] for key in keys], dtype=np.int64)
