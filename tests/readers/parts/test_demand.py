"""Demand columns by type and year."""

from __future__ import annotations

import pandas as pd
import pytest

from robustev.core.errors import FaultCollector
from robustev.readers.parts.columns import HistoryTable, ZoneColumns
from robustev.readers.parts.demand import (
    demand_types,
    history_columns,
    read_long_history,
    read_wide_history,
)
from robustev.readers.parts.table import Table


def table(frame: pd.DataFrame) -> Table:
    return Table.of_frame(frame, "t", FaultCollector())


LONG = table(
    pd.DataFrame(
        [(2020, "a", "bus", 1), (2020, "a", "car", 2)], columns=["year", "zone", "type", "demand"]
    )
)
LAYOUT = HistoryTable.model_validate({"file": "h.csv"})

TYPES = [
    ({"demand": "sessions"}, ("ev",), "one column"),
    ({"demand": {"car": "c", "bus": "b"}}, ("car", "bus"), "by type"),
    ({"demand": None, "history": {2020: {"car": "c20"}}}, ("car",), "from columns of years"),
    ({"demand": None}, ("bus", "car"), "from a long table"),
]


@pytest.mark.parametrize(("columns", "types"), [row[:2] for row in TYPES],
                         ids=[row[2] for row in TYPES])  # fmt: skip
def test_types_come_from_the_demand_or_the_history(
    columns: dict[str, object], types: tuple[str, ...]
) -> None:
    """The first that names types decides."""
    assert demand_types(ZoneColumns.model_validate(columns), LONG, LAYOUT) == types


def test_long_history_by_type() -> None:
    """Types stand in the order asked for, not in that of the table."""
    history = read_long_history(LONG, LAYOUT, ["a"], ["car", "bus"])
    assert history is not None
    assert history.demand.tolist() == [[[2, 1]]]
    assert not LONG.faults.faults


def test_years_must_have_the_types_of_the_demand() -> None:
    """A year that speaks of other types is a fault."""
    zones = table(pd.DataFrame({"c": [1]}))
    assert read_wide_history(zones, history_columns({2020: {"car": "c"}}), ["bus"]) is None
    assert "history of 2020 has other types" in zones.faults.faults[0].message
