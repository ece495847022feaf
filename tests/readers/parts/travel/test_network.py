"""Travel rules: from sections to travel costs, with places attached to road networks."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import TypeAdapter

from robustev.core.arrays import FloatArray
from robustev.core.errors import FaultCollector, InputError
from robustev.data.reach import EVERYTHING
from robustev.readers.parts.columns import SiteColumns, ZoneColumns
from robustev.readers.parts.places import FARTHEST, Places, read_places
from robustev.readers.parts.table import Table
from robustev.readers.parts.text import present
from robustev.readers.parts.travel.base import TravelSection
from robustev.readers.parts.travel.register import Travel

FILES = {
    "edges.csv": "from,to,length\nu,v,10\nv,w,10\n",
    "nodes.csv": "id,x,y\nu,0,0\nv,10,0\nw,20,0\n",
}
NETWORK = {"kind": "network", "edges": "edges.csv", "nodes": "nodes.csv"}


def places(
    faults: FaultCollector, columns: SiteColumns | ZoneColumns, **cells: list[object]
) -> Places:
    table = Table.of_frame(pd.DataFrame(cells), "places", faults)
    x, y = (table.numbers(axis, minimum=-FARTHEST, maximum=FARTHEST) for axis in "xy")
    return present(read_places(table, columns, (x, y)))


def travel(folder: Path, section: dict[str, Any], **cells: list[object]) -> FloatArray | None:
    """Travel between two sites at the ends of the road and one zone near its middle."""
    for name, text in FILES.items():
        (folder / name).write_text(text)
    faults = FaultCollector()
    config: TravelSection = TypeAdapter(Travel).validate_python(section)
    rule = config.rule(folder, faults, geographic=False)
    sites = places(faults, SiteColumns(), id=["s", "t"], x=[0, 20], y=[0, 0])
    zone = places(faults, ZoneColumns(), **{"id": ["z"], "x": [11], "y": [2], **cells})
    result = rule(sites, zone, EVERYTHING) if rule is not None else None
    faults.raise_if_any()
    return None if result is None else result.matrix()


SQRT5 = 5**0.5
SECTIONS = [
    ({"kind": "euclidean", "factor": 2}, [2 * 125**0.5, 2 * 85**0.5], "straight lines"),
    (NETWORK, [10 + SQRT5, 10 + SQRT5], "roads, and the way to the nearest node"),
    ({**NETWORK, "access": 0}, [10, 10], "roads alone"),
    ({**NETWORK, "factor": 0.1, "access": 2}, [1 + 2 * SQRT5] * 2, "lengths in another unit"),
]


@pytest.mark.parametrize(("section", "expected"), [row[:2] for row in SECTIONS],
                         ids=[row[2] for row in SECTIONS])  # fmt: skip
def test_travel(section: dict[str, Any], expected: list[float], tmp_path: Path) -> None:
    """Each section gives the travel that one finds by hand."""
    result = present(travel(tmp_path, section))
    np.testing.assert_allclose(result[:, 0], expected)


def test_named_node_needs_no_distance(tmp_path: Path) -> None:
    """A zone whose node is named is there, wherever its coordinates are."""
    result = present(travel(tmp_path, NETWORK, node=["w"]))
    assert result[:, 0].tolist() == [20, 0]


FAULTS = [
    ({**NETWORK, "max_access": 1}, {}, "'z' is too far from the road network", "too far away"),
    (NETWORK, {"node": ["x"]}, "column 'node': unknown name", "a node that is not there"),
    ({"kind": "network", "edges": "edges.csv"}, {}, "network's nodes have no coord", "no nodes"),
    ({"kind": "matrix", "file": "none.csv"}, {}, "does not exist", "no matrix"),
    (NETWORK, {"x": [1e308]}, "column 'x': number out of range", "beyond all bounds"),
]


@pytest.mark.parametrize(("section", "cells", "message"), [row[:3] for row in FAULTS],
                         ids=[row[3] for row in FAULTS])  # fmt: skip
def test_faults(
    section: dict[str, Any], cells: dict[str, list[object]], message: str, tmp_path: Path
) -> None:
    """Each fault says what cannot be reached."""
    with pytest.raises(InputError, match=message):
        travel(tmp_path, section, **cells)


def test_attachment_is_reported(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """How far places are from the network, at most and where, is logged."""
    with caplog.at_level(logging.INFO, logger="robustev"):
        travel(tmp_path, NETWORK)
    assert "2.24 at most (z)" in caplog.text


def test_coordinates_are_needed_for_distances_only() -> None:
    """Given travel and networks with named nodes do without."""
    adapter: TypeAdapter[Any] = TypeAdapter(Travel)
    sections = ({"kind": "euclidean"}, {"kind": "great_circle"}, NETWORK)
    needed = [adapter.validate_python(section).needs_coordinates for section in sections]
    assert needed == [True, True, False]
