"""Format ``geo``: map layers, as GeoJSON, GeoPackage and whatever else GDAL reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from robustev.core.errors import FaultCollector
from robustev.core.files import check_file, read_json
from robustev.data.reach import EVERYTHING, Reach
from robustev.data.region import Region
from robustev.readers.base import RegionReader
from robustev.readers.parts.assemble import region_of_tables
from robustev.readers.parts.layout import TableLayout
from robustev.readers.parts.table import Table
from robustev.readers.parts.travel.geodesic import GreatCircle
from robustev.readers.parts.travel.register import Travel

GEOJSON_SUFFIXES = {".geojson", ".json"}
WGS84 = "EPSG:4326"
NO_GIS = "needs the extra 'gis': pip install 'robustev[gis]'"


class GeoRegion(RegionReader, TableLayout):
    """A pair of map layers: demand zones and candidate sites, polygons by their centroids.

    GeoJSON points need nothing more; polygons and other formats need the extra ``gis``.
    Coordinates become longitude and latitude.
    """

    format: Literal["geo"]
    """Selects map layers."""
    zones: Path
    """GeoJSON, GeoPackage or another format that GDAL reads."""
    sites: Path
    """GeoJSON, GeoPackage or another format that GDAL reads."""
    zones_layer: str | None = None
    """Layer of the zones file; absent for its only or first one."""
    sites_layer: str | None = None
    """Layer of the sites file; absent for its only or first one."""
    travel: Travel = GreatCircle()
    """How travel costs come about."""
    geographic: Literal[True] = True
    """Always true: other coordinates are converted."""

    def read(self, base: Path, reach: Reach = EVERYTHING) -> Region:
        """Return the region; polygons and lines stand at their centroid, attributes are columns."""
        faults = FaultCollector()
        zones = read_layer(base / self.zones, faults, layer=self.zones_layer)
        sites = read_layer(base / self.sites, faults, layer=self.sites_layer)
        return region_of_tables(zones, sites, self, base, faults, reach=reach)


def read_layer(path: Path, faults: FaultCollector, *, layer: str | None = None) -> Table | None:
    """Return a layer's attributes, coordinates as ``x`` and ``y``; None with faults noted."""
    if not check_file(path, faults):
        return None
    if path.suffix.lower() in GEOJSON_SUFFIXES and layer is None:
        return _read_geojson(path, faults)
    return _read_gdal(path, faults, layer)


def _read_geojson(path: Path, faults: FaultCollector) -> Table | None:
    before = len(faults.faults)
    data = read_json(path, faults)
    if len(faults.faults) > before:
        return None
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list):
        faults.add("not a GeoJSON feature collection", file=str(path),
                   expected="an object with a list of features")  # fmt: skip
        return None
    rows = [f"feature {number}" for number in range(1, len(features) + 1)]
    records = [
        _record(feature, path, row, faults) for feature, row in zip(features, rows, strict=True)
    ]
    return _table(pd.DataFrame.from_records(records), path, rows, faults)


def _record(feature: Any, path: Path, row: str, faults: FaultCollector) -> dict[str, object]:
    if not isinstance(feature, dict):
        faults.add("not a feature", file=str(path), row=row, found=feature, expected="an object")
        return {}
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        faults.add("the properties are no object", file=str(path), row=row, found=properties,
                   expected="an object of attributes")  # fmt: skip
        return {}
    record: dict[str, object] = dict(properties)
    if "id" not in record and "id" in feature:
        record["id"] = feature["id"]
    record |= {"x": None, "y": None}
    try:
        record["x"], record["y"] = _centre(feature.get("geometry"))
    except ImportError:
        faults.add(f"a geometry other than a point {NO_GIS}", file=str(path), row=row)
    except Exception:  # shapely and GEOS raise errors of many kinds
        faults.add("unusable geometry", file=str(path), row=row, found=feature.get("geometry"),
                   expected="a point or a polygon")  # fmt: skip
    return record


def _centre(geometry: Any) -> tuple[float, float]:
    """Return longitude and latitude of a GeoJSON geometry: a point itself, else its centroid."""
    if geometry["type"] == "Point":
        longitude, latitude = geometry["coordinates"][:2]
        return float(longitude), float(latitude)
    from shapely.geometry import shape  # noqa: PLC0415

    centroid = shape(geometry).centroid
    return float(centroid.x), float(centroid.y)


def _read_gdal(path: Path, faults: FaultCollector, layer: str | None) -> Table | None:
    try:
        import pyogrio  # noqa: PLC0415
        import shapely  # noqa: PLC0415
    except ImportError:
        faults.add(f"reading {path.suffix} files {NO_GIS}", file=str(path))
        return None
    try:
        meta, _, geometry, fields = pyogrio.raw.read(path, layer=layer)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        faults.add(f"the layer cannot be read: {error}", file=str(path))
        return None
    centroids = shapely.centroid(shapely.from_wkb(geometry))
    frame = pd.DataFrame(dict(zip(meta["fields"], fields, strict=True)))
    x, y = shapely.get_x(centroids), shapely.get_y(centroids)
    frame["x"], frame["y"] = _to_degrees(x, y, meta["crs"], path, faults)
    rows = [f"feature {number}" for number in range(1, len(frame) + 1)]
    return _table(frame, path, rows, faults)


def _to_degrees(x: Any, y: Any, crs: str | None, path: Path, faults: FaultCollector) -> Any:
    """Return coordinates as longitude and latitude."""
    from pyproj import Transformer  # noqa: PLC0415
    from pyproj.exceptions import ProjError  # noqa: PLC0415

    if crs is None:
        faults.add("the layer has no coordinate reference system", file=str(path))
        return x, y
    try:
        return Transformer.from_crs(crs, WGS84, always_xy=True).transform(x, y)
    except ProjError as error:
        faults.add(f"coordinates cannot be made degrees: {error}", file=str(path), found=crs)
        return x, y


def _table(
    frame: pd.DataFrame, path: Path, rows: list[str], faults: FaultCollector
) -> Table | None:
    if not len(frame):
        faults.add("the layer has no features", file=str(path), expected="one feature or more")
        return None
    return Table(frame.replace({np.nan: None}), str(path), rows, faults)
