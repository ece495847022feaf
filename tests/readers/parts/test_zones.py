"""Zones of a table: people, demand and where its history comes from."""

from __future__ import annotations

from typing import Any

import pandas as pd

from robustev.core.errors import FaultCollector
from robustev.readers.parts.coordinates import Located
from robustev.readers.parts.layout import TableLayout
from robustev.readers.parts.table import Table
from robustev.readers.parts.text import present
from robustev.readers.parts.zones import ZoneRows, read_zones

PAST = pd.DataFrame(
    [(2021, "a", 1), (2021, "b", 2), (2020, "b", 4), (2020, "a", 3)],
    columns=["year", "zone", "demand"],
)


def read(layout: dict[str, Any], past: pd.DataFrame | None = None, **cells: list[Any]) -> ZoneRows:
    faults = FaultCollector()
    table = Table.of_frame(pd.DataFrame({"id": ["a", "b"], **cells}), "zones", faults)
    long = Table.of_frame(past, "past", faults) if past is not None else None
    section = TableLayout.model_validate(layout)
    rows = read_zones(Located(table, section.zone_columns, None), section, ("ev",), long)
    faults.raise_if_any()
    return present(rows)


def test_history_in_a_table() -> None:
    """Rows may come in any order; the last year is the demand when no column is named."""
    layout = {"history": {"file": "past.csv"}, "zone_columns": {"demand": None}}
    rows = read(layout, PAST)
    assert present(rows.history).years == (2020, 2021)
    assert present(rows.history).demand[:, :, 0].tolist() == [[3, 4], [1, 2]]
    assert present(rows.demand).ravel().tolist() == [1, 2]


def test_history_in_columns() -> None:
    """A list of years names columns of the zones table; the demand column goes before them."""
    cells: dict[str, list[Any]] = {"demand": [9, 9], "2021": [1, 3], "2020": [2, 4]}
    rows = read({"zone_columns": {"history": [2020, 2021]}}, **cells)
    assert present(rows.history).demand[:, :, 0].tolist() == [[2, 4], [1, 3]]
    assert present(rows.demand).ravel().tolist() == [9, 9]


def test_people_are_optional() -> None:
    """Without a column of people there are none, rather than nought."""
    assert read({}, demand=[1, 2]).population is None
    assert present(read({}, demand=[1, 2], population=[5, 6]).population).tolist() == [5, 6]
