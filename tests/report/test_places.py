"""Places are drawn true to scale, or on a plain grid where there are no coordinates."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robustev.report.places import KM_PER_DEGREE, lattice, places
from robustev.results.folder import StoredRegion
from robustev.results.schema import RegionDocument


def region(zones: pd.DataFrame, sites: pd.DataFrame, *, geographic: bool = False) -> StoredRegion:
    return StoredRegion(RegionDocument(geographic=geographic), zones, sites)


def table(
    ids: list[str], x: list[float] | None = None, y: list[float] | None = None
) -> pd.DataFrame:
    return pd.DataFrame({"id": ids} | ({} if x is None or y is None else {"x": x, "y": y}))


@given(latitude=st.floats(-60, 60), longitude=st.floats(-170, 170))
def test_a_degree_of_longitude_shrinks_with_the_latitude(latitude: float, longitude: float) -> None:
    zones = table(["a", "b"], [longitude, longitude + 0.1], [latitude, latitude])
    drawn = places(region(zones, zones, geographic=True))
    width = drawn.zones["x"]["b"] - drawn.zones["x"]["a"]
    assert width == pytest.approx(0.1 * KM_PER_DEGREE * np.cos(np.radians(latitude)), rel=1e-6)
    assert drawn.unit == "km"


def test_planar_coordinates_are_kept() -> None:
    drawn = places(region(table(["a"], [3.0], [4.0]), table(["s"], [5.0], [6.0])))
    assert drawn.zones.loc["a"].tolist() == [3.0, 4.0]
    assert drawn.real


def test_without_coordinates_sites_stand_on_the_zone_of_their_name() -> None:
    drawn = places(region(table(list("abcd")), table(["c", "a"])))
    assert not drawn.real
    assert drawn.sites.loc["c"].tolist() == drawn.zones.loc["c"].tolist()


def test_without_coordinates_other_sites_stand_beside_the_zones() -> None:
    drawn = places(region(table(list("abcd")), table(["s", "t"])))
    assert drawn.sites["x"].min() > drawn.zones["x"].max()


def test_missing_coordinates_of_one_zone_are_no_coordinates() -> None:
    zones = table(["a", "b"], [0.0, float("nan")], [0.0, 1.0])
    assert not places(region(zones, table(["s"], [0.0], [0.0]))).real


def test_a_regular_grid_is_recognised_and_a_scatter_is_not() -> None:
    x, y = np.meshgrid(np.arange(5.0), np.arange(6.0))
    grid = pd.DataFrame({"x": x.ravel(), "y": y.ravel()})
    lines = lattice(grid)
    assert lines is not None
    assert [len(axis) for axis in lines] == [5, 6]
    assert lattice(grid * grid) is None
    assert lattice(grid.sample(8, random_state=1)) is None


@pytest.mark.parametrize("count", [1, 2, 30])
def test_the_aspect_is_finite_for_any_number_of_places(count: int) -> None:
    ids = [str(n) for n in range(count)]
    zones = table(ids, [float(n) for n in range(count)], [0.0] * count)
    assert 0.4 <= places(region(zones, zones)).aspect <= 1.6
