"""Outlines belong to the zones that stand at their centroids, whatever their order."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from robustev.data.region import Region, Zones
from robustev.readers.geo import GeoRegion
from robustev.readers.ground import Layer, read_ground

geopandas = pytest.importorskip("geopandas")
shapely = pytest.importorskip("shapely")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    squares = [shapely.box(x, 0, x + 1000, 1000) for x in (400_000, 401_000, 405_000)]
    frame = geopandas.GeoDataFrame({"id": ["a", "b", "c"], "demand": [1, 2, 3]}, geometry=squares,
                                   crs=25832)  # fmt: skip
    frame.to_file(tmp_path / "zones.gpkg")
    site = {"id": ["s"], "slots": [3], "geometry": [shapely.Point(401_000, 0)]}
    geopandas.GeoDataFrame(site, crs=25832).to_file(tmp_path / "sites.gpkg")
    road = shapely.LineString([(390_000, 500), (420_000, 500)])
    geopandas.GeoDataFrame({"n": [1]}, geometry=[road], crs=25832).to_file(tmp_path / "roads.gpkg")
    return tmp_path


def read(files: Path) -> tuple[GeoRegion, Region]:
    options = GeoRegion.model_validate(
        {"format": "geo", "zones": files / "zones.gpkg", "sites": files / "sites.gpkg",
         "chargers": [{"name": "fast", "capacity": 5, "cost": 1}]}
    )  # fmt: skip
    return options, options.read(Path())


def test_every_zone_has_the_polygon_around_it(files: Path) -> None:
    options, region = read(files)
    found = read_ground(region, options, [])
    assert set(found.outlines) == {"a", "b", "c"}
    for n, zone in enumerate(region.zones.ids):
        (ring,) = found.outlines[zone]
        assert ring[:, 0].min() < region.zones.x[n] < ring[:, 0].max()  # type: ignore[index]


def test_a_zone_elsewhere_has_no_outline(files: Path) -> None:
    options, region = read(files)
    assert region.zones.x is not None
    moved = Zones(region.zones.ids, region.zones.x + np.array([0.0, 0.0, 0.1]), region.zones.y)
    object.__setattr__(region, "zones", moved)
    assert set(read_ground(region, options, []).outlines) == {"a", "b"}


def test_a_layer_is_cut_to_the_region(files: Path) -> None:
    options, region = read(files)
    found = read_ground(region, options, [Layer(file=files / "roads.gpkg", kind="roads")])
    (layer,) = found.layers
    assert (layer.kind, layer.filled) == ("roads", False)
    assert region.zones.x is not None
    width = float(np.ptp(region.zones.x))
    assert np.ptp(layer.lines[0][:, 0]) <= 1.4 * width


def test_a_layer_that_cannot_be_read_is_told_and_left_out(
    files: Path, caplog: pytest.LogCaptureFixture
) -> None:
    options, region = read(files)
    with caplog.at_level(logging.WARNING):
        found = read_ground(region, options, [Layer(file=files / "gone.gpkg")])
    assert found.layers == ()
    assert "gone.gpkg" in caplog.text
