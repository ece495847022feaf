"""Regions from DataFrames, GeoDataFrames and arrays."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from robustev.core.errors import InputError
from robustev.data.arcs import Arcs
from robustev.data.network import RoadNetwork
from robustev.readers.frames import region_from_frames

ZONES = pd.DataFrame({"id": ["a", "b"], "x": [0.0, 3.0], "y": [0.0, 4.0], "demand": [5.0, 7.0]})
SITES = pd.DataFrame({"id": ["s"], "x": [0.0], "y": [0.0], "slots": [2]})
FAST = {"name": "fast", "capacity": 10, "cost": 1}


def test_frames_give_a_region() -> None:
    """Two frames with the default columns need only a charger."""
    region = region_from_frames(ZONES, SITES, chargers=[FAST], name="tiny")
    assert (region.name, region.types, region.zones.ids) == ("tiny", ("ev",), ("a", "b"))
    np.testing.assert_allclose(region.arcs.matrix(), [[0, 5]])
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
        np.testing.assert_allclose(region.arcs.matrix(), expected)


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


@pytest.mark.parametrize(
    ("zones", "message"),
    [
        pytest.param([1, 2], "zones is no table; found 'list'", id="a list"),
        pytest.param("zones.csv", "zones is no table; found 'zones.csv'", id="the name of a file"),
        pytest.param(np.zeros((2, 3)), r"found 'ndarray of shape \(2, 3\)'", id="an array"),
        pytest.param({"id": ["a"], "x": [1, 2]}, "columns of one length", id="ragged columns"),
    ],
)
def test_what_is_no_table_is_told_by_what_it_is(zones: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        region_from_frames(zones, SITES, chargers=[FAST])


def test_columns_and_what_turns_into_a_frame_are_tables_too() -> None:
    class Polars:
        def to_pandas(self) -> pd.DataFrame:
            return SITES

    columns = {name: ZONES[name].tolist() for name in ZONES}
    region = region_from_frames(columns, Polars(), chargers=[FAST])  # type: ignore[arg-type]
    np.testing.assert_allclose(region.arcs.cost, [0, 5])


def test_arcs_are_taken_as_they_are_and_must_fit() -> None:
    arcs = Arcs.of_matrix(np.array([[np.inf, 2.0]]))
    region = region_from_frames(ZONES, SITES, chargers=[FAST], travel=arcs)
    assert region.arcs.zone.tolist() == [1]
    with pytest.raises(InputError, match="travel has the wrong shape"):
        region_from_frames(ZONES, SITES, travel=Arcs.of_matrix(np.ones((1, 3))), chargers=[FAST])


@pytest.mark.parametrize(("crs", "x"), [("EPSG:28992", 155000.0), ("EPSG:4326", 5.38721)])
def test_geodataframes_bring_their_own_coordinates(crs: str, x: float) -> None:
    """The origin of the Dutch grid, given in metres or in degrees, is in Amersfoort."""
    geopandas = pytest.importorskip("geopandas", reason="geopandas is not installed")
    y = 463000.0 if crs == "EPSG:28992" else 52.15517
    points = geopandas.points_from_xy([x], [y])
    zones = geopandas.GeoDataFrame({"id": ["a"], "demand": [5.0]}, geometry=points, crs=crs)
    sites = geopandas.GeoDataFrame({"id": ["s"], "slots": [2]}, geometry=points, crs=crs)
    region = region_from_frames(zones, sites, chargers=[FAST])
    assert region.geographic
    assert region.zones.x is not None
    assert region.zones.x[0] == pytest.approx(5.38721, abs=1e-4)


class Geo(pd.DataFrame):
    """As much of a GeoDataFrame as is looked at."""

    @property
    def _constructor(self) -> type[Geo]:
        return Geo

    crs = "EPSG:28992"

    @property
    def geometry(self) -> Any:
        return SimpleNamespace(
            name="shape", centroid=SimpleNamespace(x=self["east"], y=self["north"])
        )


def test_whatever_has_a_geometry_and_a_reference_system_is_a_geodataframe() -> None:
    places = {"shape": ["?"], "east": [155000.0], "north": [463000.0]}
    zones = Geo({"id": ["a"], "demand": [5.0], **places})
    region = region_from_frames(zones, Geo({"id": ["s"], "slots": [2], **places}), chargers=[FAST])
    assert region.zones.x is not None
    assert region.zones.y is not None
    assert (region.zones.x[0], region.zones.y[0]) == pytest.approx((5.38721, 52.15517), abs=1e-4)
    assert region.arcs.cost.tolist() == [0.0]
