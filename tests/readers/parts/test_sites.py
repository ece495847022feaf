"""Sites of a table: capacities, slots, what stands already."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from robustev.core.errors import FaultCollector
from robustev.data.region import ChargerKind
from robustev.readers.parts.coordinates import Located
from robustev.readers.parts.layout import TableLayout
from robustev.readers.parts.sites import SiteRows, read_sites
from robustev.readers.parts.table import Table
from robustev.readers.parts.text import present

FAST = (ChargerKind("fast", {"fast": 20.0}),)
TYPES = ("slow", "fast")


def read(
    columns: dict[str, Any], kinds: tuple[ChargerKind, ...] = (), **cells: list[Any]
) -> SiteRows:
    faults = FaultCollector()
    table = Table.of_frame(pd.DataFrame({"id": ["s", "t"], **cells}), "sites", faults)
    layout = TableLayout.model_validate({"site_columns": columns})
    rows = read_sites(Located(table, layout.site_columns, None), layout, kinds, TYPES)
    faults.raise_if_any()
    return present(rows)


CAPACITIES = [
    ({"capacity": "cap"}, {"cap": [7, "inf"]}, [[7.0, 7.0], [np.inf, np.inf]], "one for all types"),
    ({"capacity": ["fast", "slow"]}, {"slow": [7, 1], "fast": [8, 9]},
     [[7.0, 8.0], [1.0, 9.0]], "columns like types"),
    ({"capacity": {"fast": "cap"}}, {"cap": [7, 8]}, [[0.0, 7.0], [0.0, 8.0]], "others nothing"),
    ({}, {}, [[np.inf, np.inf]] * 2, "no limit without chargers"),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "cells", "expected"), [row[:3] for row in CAPACITIES],
                         ids=[row[3] for row in CAPACITIES])  # fmt: skip
def test_fixed_capacity(
    columns: dict[str, Any], cells: dict[str, list[Any]], expected: list[list[float]]
) -> None:
    """Capacity of an open station comes from one column, from several, or has no limit."""
    assert read(columns, **cells).capacity.tolist() == expected


def test_with_chargers_a_bare_station_has_no_capacity() -> None:
    """Where chargers make the capacity, a station alone has none."""
    assert read({}, FAST, slots=[1, 1]).capacity.tolist() == [[0, 0], [0, 0]]


def test_station_stands_where_it_is_said_or_where_chargers_are() -> None:
    """A station may stand without chargers; chargers never without a station."""
    rows = read({}, FAST, slots=[3, 3], existing_fast=[2, 0], existing_open=["no", "yes"])
    assert rows.existing_open.tolist() == [True, True]
    bare = read({}, FAST, slots=[3, 3], existing_fast=[2, 0])
    assert bare.existing_open.tolist() == [True, False]


def test_an_empty_cell_of_existing_chargers_means_none() -> None:
    """Registers leave it empty where nothing stands."""
    rows = read({}, FAST, slots=[3, 3], existing_fast=[2, None])
    assert rows.existing.tolist() == [[2], [0]]
    assert rows.existing_open.tolist() == [True, False]
