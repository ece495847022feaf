"""Map layers: points, polygons, reference systems."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely

from robustev.core.errors import InputError
from robustev.data.region import Region
from robustev.readers.geo import GeoRegion

SQUARE = [[[4.0, 52.0], [5.0, 52.0], [5.0, 53.0], [4.0, 53.0], [4.0, 52.0]]]
ZONE = {"id": "a", "demand": 5}
SITE = {"id": "s", "slots": 3, "name": "Dam"}


def feature(properties: dict[str, Any] | None, coordinates: Any = (4.9, 52.4),
            kind: str = "Point") -> dict[str, Any]:  # fmt: skip
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def layer(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def read(folder: Path, zones: str, sites: str | None = None) -> Region:
    (folder / "zones.geojson").write_text(zones)
    (folder / "sites.geojson").write_text(sites or layer(feature(SITE)))
    section = {"format": "geo", "zones": "zones.geojson", "sites": "sites.geojson",
               "chargers": [{"name": "fast", "capacity": 10}]}  # fmt: skip
    return GeoRegion.model_validate(section).read(folder)


def test_points(tmp_path: Path) -> None:
    """Points stand where they are; attributes are columns; travel is the geodesic with detour."""
    region = read(tmp_path, layer(feature(ZONE, (4.9, 51.4)), feature({**ZONE, "id": "b"})))
    assert region.geographic
    assert region.zones.ids == ("a", "b")
    np.testing.assert_allclose(region.arcs.matrix(), [[1.3 * 111.26, 0]], rtol=1e-3)


def test_id_may_stand_beside_the_attributes(tmp_path: Path) -> None:
    """GeoJSON lets a feature carry its id itself."""
    zone = {**feature({"demand": 1}), "id": 7}
    assert read(tmp_path, layer(zone)).zones.ids == ("7",)


def test_polygons_stand_at_their_centroid(tmp_path: Path) -> None:
    """A square stands in its middle."""
    region = read(tmp_path, layer(feature(ZONE, SQUARE, "Polygon")))
    assert region.zones.x is not None
    assert region.zones.y is not None
    assert (region.zones.x[0], region.zones.y[0]) == pytest.approx((4.5, 52.5))


def test_geopackage_in_metres_becomes_degrees(tmp_path: Path) -> None:
    """The origin of the Dutch grid, in Amersfoort, comes back as longitude and latitude."""
    points = shapely.to_wkb(shapely.points([[155000.0, 463000.0]]))
    for name, fields in (("zones", {"demand": [5.0]}), ("sites", {"slots": [3]})):
        pyogrio.raw.write(
            tmp_path / f"{name}.gpkg", geometry=points, geometry_type="Point", crs="EPSG:28992",
            field_data=[np.array(["a"], dtype=object), np.array(*fields.values())],
            fields=["id", *fields],
        )  # fmt: skip
    section = {"format": "geo", "zones": "zones.gpkg", "sites": "sites.gpkg",
               "chargers": [{"name": "fast", "capacity": 10}]}  # fmt: skip
    region = GeoRegion.model_validate(section).read(tmp_path)
    assert region.zones.x is not None
    assert region.zones.y is not None
    assert (region.zones.x[0], region.zones.y[0]) == pytest.approx((5.38721, 52.15517), abs=1e-4)
    assert region.sites.slots.tolist() == [3]


FAULTS = [
    ("{", "row 1: not JSON", "no JSON"),
    ("{}", "not a GeoJSON feature collection", "no features at all"),
    (layer(), "no features", "an empty layer"),
    (layer(feature({"id": "a", "demand": -1})), "feature 1, column 'demand': negative", "demand"),
    (layer(feature(ZONE), feature(ZONE)), "feature 2, column 'id': repeated", "an id twice"),
    (layer(feature(ZONE, (4.0, 95.0))), "feature 1, column 'y': number out of range", "degrees"),
    (layer({"properties": ZONE, "geometry": None}), "feature 1: unusable geometry", "nowhere"),
    (layer("x"), "feature 1: not a feature", "no feature"),
    (layer({**feature(ZONE), "properties": [1]}), "properties are no object", "a list"),
    (layer({**feature(ZONE), "geometry": [1]}), "unusable geometry", "a geometry that is a list"),
    (layer(feature(ZONE, [[1, 2], [3]], "Polygon")), "geometry", "a polygon of wrong shape"),
    (layer(feature(ZONE, SQUARE, "Pentagon")), "geometry", "an unknown kind of geometry"),
    ('{"features": 1e999}', "not a GeoJSON feature collection", "a number of features"),
    (layer(feature({"id": "a", "demnd": 1})), "'demnd' meant", "a misspelt attribute"),
]


@pytest.mark.parametrize(("zones", "message"), [row[:2] for row in FAULTS],
                         ids=[row[2] for row in FAULTS])  # fmt: skip
def test_faults(zones: str, message: str, tmp_path: Path) -> None:
    """Each fault names its feature."""
    with pytest.raises(InputError, match=message):
        read(tmp_path, zones)
