"""Regions from DataFrames, GeoDataFrames and arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from robustev.core.errors import InputError
from robustev.data.network import RoadNetwork
from robustev.readers.frames import region_from_frames

ZONES = pd.DataFrame({"id": ["a", "b"], "x": [0.0, 3.0], "y": [0.0, 4.0], "demand": [5.0, 7.0]})
SITES = pd.DataFrame({"id": ["s"], "x": [0.0], "y": [0.0], "slots": [2]})
FAST = {"name": "fast", "capacity": 10, "cost": 1}


def test_frames_give_a_region() -> None:
    """Two frames with the default columns need only a charger."""
    region = region_from_frames(ZONES, SITES, chargers=[FAST], name="tiny")
    assert (region.name, region.types, region.zones.ids) == ("tiny", ("ev",), ("a", "b"))
    np.testing.assert_allclose(region.travel, [[0, 5]])
    np.testing.assert_allclose(region.demand, [[5], [7]])
    np.testing.assert_allclose(region.charger_capacity, [[10]])


ROADS = RoadNetwork.from_edges(
    ("u", "v"), np.array([0]), np.array([1]), np.array([9.0]),
    x=np.array([0.0, 3.0]), y=np.array([0.0, 4.0]),
)  # fmt: skip
TRAVELS = [
    (np.array([[1.0, 2.0]]), [[1, 2]], "array"),
    (pd.DataFrame([[2.0, 1.0]], index=["s"], columns=["b", "a"]), [[1, 2]], "wide frame"),
    (pd.DataFrame({"site": ["s"], "zone": ["b"], "travel": [2.0]}), [[np.inf, 2]], "cut off"),
    (
        pd.DataFrame({"site": ["s", "s"], "zone": ["b", "a"], "travel": [2.0, 1.0]}),
        [[1, 2]], "long frame",
    ),
    (ROADS, [[0, 9]], "road network"),
    (np.array([[1.0], [2.0]]), None, "array the wrong way round"),
]  # fmt: skip


@pytest.mark.parametrize(("travel", "expected"), [row[:2] for row in TRAVELS],
                         ids=[row[2] for row in TRAVELS])  # fmt: skip
def test_travel_may_be_given(travel: Any, expected: list[list[float]] | None) -> None:
    """Arrays, frames and networks all end as the same table; unusable ones are faults."""
    if expected is None:
        with pytest.raises(InputError, match="wrong shape"):
            region_from_frames(ZONES, SITES, chargers=[FAST], travel=travel)
    else:
        region = region_from_frames(ZONES, SITES, chargers=[FAST], travel=travel)
        np.testing.assert_allclose(region.travel, expected)


def test_faults_name_the_index_of_the_frame() -> None:
    """A frame with its own index is spoken of by that index."""
    bad = ZONES.assign(demand=[1.0, -1.0]).set_index(pd.Index(["first", "second"]))
    with pytest.raises(InputError) as caught:
        region_from_frames(bad, SITES.drop(columns="slots"), chargers=[FAST])
    rows = [(fault.file, fault.row, fault.column) for fault in caught.value.faults]
    assert ("zones", "second", "demand") in rows
    assert ("sites", 1, "slots") in rows


def test_frames_are_left_as_they_were() -> None:
    """Reading a region changes neither frame."""
    before = ZONES.copy(), SITES.copy()
    region_from_frames(ZONES, SITES, chargers=[FAST])
    pd.testing.assert_frame_equal(ZONES, before[0])
    pd.testing.assert_frame_equal(SITES, before[1])


def test_unknown_travel_is_refused() -> None:
    """A word that is no kind of travel fails at once."""
    with pytest.raises(InputError, match="crow"):
        region_from_frames(ZONES, SITES, travel="crow")  # type: ignore[arg-type]


def test_invalid_charger_is_refused() -> None:
    """The chargers are validated like those of an experiment file."""
    with pytest.raises(ValidationError, match="capacity"):
        region_from_frames(ZONES, SITES, chargers=[{"name": "fast"}])
