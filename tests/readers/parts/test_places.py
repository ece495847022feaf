"""Places: ids, names, nodes and groups of zones and sites."""

from __future__ import annotations

import numpy as np
import pandas as pd

from robustev.core.errors import FaultCollector
from robustev.readers.parts.columns import ZoneColumns
from robustev.readers.parts.places import read_places
from robustev.readers.parts.table import Table


def test_coordinates_with_faults_leave_no_xy() -> None:
    """Distances are not computed from coordinates that have faults."""
    table = Table.of_frame(pd.DataFrame({"id": ["a", "b"]}), "t", FaultCollector())
    ones = np.ones(2)
    for xy in (None, (ones, np.array([1.0, np.nan]))):
        places = read_places(table, ZoneColumns(), xy)
        assert places is not None
        assert places.xy is None
    places = read_places(table, ZoneColumns(), (ones, ones))
    assert places is not None
    assert places.xy == (places.x, places.y)


def test_without_ids_there_are_no_places() -> None:
    faults = FaultCollector()
    assert read_places(Table.of_frame(pd.DataFrame({"x": [1]}), "t", faults), ZoneColumns()) is None
    assert [fault.column for fault in faults] == ["id"]
