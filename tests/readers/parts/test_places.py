"""Places: coordinates, nodes and groups of zones and sites."""

from __future__ import annotations

import pandas as pd

from robustev.core.errors import FaultCollector
from robustev.readers.parts.columns import ZoneColumns
from robustev.readers.parts.places import Places, read_places
from robustev.readers.parts.table import Table


def read(
    located: bool = True, degrees: bool = False, **cells: list[object]
) -> tuple[Places | None, FaultCollector]:
    faults = FaultCollector()
    table = Table.of_frame(pd.DataFrame(cells), "t", faults)
    return read_places(table, ZoneColumns(), degrees=degrees, located=located), faults


def test_coordinates_are_optional_unless_needed() -> None:
    """Without them there is no xy, and a fault for each axis only if travel needs them."""
    found, faults = read(located=False, id=["a"])
    assert found is not None
    assert found.xy is None
    assert not faults.faults
    assert [fault.column for fault in read(located=True, id=["a"])[1]] == ["x", "y"]


def test_one_coordinate_alone_is_a_fault() -> None:
    """x without y is a slip, needed or not."""
    assert [fault.column for fault in read(located=False, id=["a"], x=[1])[1]] == ["y"]


def test_bad_coordinates_leave_no_xy() -> None:
    """Distances are not computed from coordinates that have faults."""
    found, faults = read(id=["a", "b"], x=[1, 200], y=[1, 2], degrees=True)
    assert found is not None
    assert found.xy is None
    assert [(fault.row, fault.column) for fault in faults] == [(1, "x")]
