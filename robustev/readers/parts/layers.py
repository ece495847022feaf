"""Map layers as tables: attributes are columns, places stand at the centroid of their geometry."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from robustev.core.arrays import FloatArray
from robustev.core.errors import FaultCollector, nearest_name
from robustev.core.files import check_file, read_json
from robustev.readers.parts.table import Table

logger = logging.getLogger(__name__)

GEOJSON_SUFFIXES = {".geojson", ".json"}
LAYER_SUFFIXES = GEOJSON_SUFFIXES | {
    ".gpkg", ".shp", ".fgb", ".kml", ".gml", ".gpx", ".tab", ".mif", ".zip", ".sqlite", ".geojsonl",
}  # fmt: skip
"""Files that are read by GDAL; ``.zip`` holds a Shapefile."""


def read_layer(
    path: Path, faults: FaultCollector, *, layer: str | None = None, encoding: str | None = None
) -> Table | None:
    """Return a layer's attributes, coordinates as ``x`` and ``y`` in its own reference system.

    None with faults noted. A GeoJSON feature's own id is the column ``id`` where no attribute is.
    """
    if not check_file(path, faults):
        return None
    ids: list[Any] | None = None
    if path.suffix.lower() in GEOJSON_SUFFIXES:
        before = len(faults.faults)
        ids = _checked_geojson(path, faults)
        if len(faults.faults) > before:
            return None
    read = _read(path, faults, layer, encoding)
    if read is None:
        return None
    frame, crs, geometry = read
    if "id" not in frame.columns and ids is not None and len(ids) == len(frame):
        frame["id"] = ids
    rows = [f"feature {number}" for number in range(1, len(frame) + 1)]
    if not len(frame):
        faults.add("the layer has no features", file=str(path), expected="one feature or more")
        return None
    x, y = _centroids(geometry, path, rows, faults)
    if x is None:
        return None
    frame = frame.assign(x=x, y=y)
    if crs is None:
        logger.info("%s has no coordinate reference system of its own", path)
    return Table(frame.replace({np.nan: None}), str(path), rows, faults, crs=crs)


def _checked_geojson(path: Path, faults: FaultCollector) -> list[Any] | None:
    """Note what is no feature, which GDAL would pass over; return the features' own ids if any."""
    before = len(faults.faults)
    data = read_json(path, faults)
    if len(faults.faults) > before:
        return None
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list):
        faults.add("not a GeoJSON feature collection", file=str(path),
                   expected="an object with a list of features")  # fmt: skip
        return None
    for number, feature in enumerate(features, 1):
        row = f"feature {number}"
        if not isinstance(feature, dict) or feature.get("type", "Feature") != "Feature":
            faults.add("not a feature", file=str(path), row=row, found=str(feature)[:60],
                       expected="an object of type Feature")  # fmt: skip
            continue
        properties, geometry = feature.get("properties") or {}, feature.get("geometry")
        if not isinstance(properties, dict):
            faults.add("the properties are no object", file=str(path), row=row, found=properties,
                       expected="an object of attributes")  # fmt: skip
        if not isinstance(geometry, dict):
            faults.add("unusable geometry", file=str(path), row=row, found=geometry,
                       expected="a point or a polygon")  # fmt: skip
    ids = [feature.get("id") for feature in features if isinstance(feature, dict)]
    return ids if any(found is not None for found in ids) else None


def _read(
    path: Path, faults: FaultCollector, layer: str | None, encoding: str | None
) -> tuple[pd.DataFrame, str | None, Any] | None:
    """Return attributes, reference system and geometry (WKB) of a layer."""
    import pyogrio  # noqa: PLC0415
    from pyogrio import errors  # noqa: PLC0415

    try:
        with warnings.catch_warnings(record=True):  # what GDAL warns of is a fault further on
            layers = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
        if layer is not None and layer not in layers:
            near = nearest_name(layer, layers)
            faults.add(f"no such layer{f' (is {near!r} meant?)' if near else ''}", file=str(path),
                       found=layer, expected=f"one of {', '.join(layers)}")  # fmt: skip
            return None
        if len(layers) > 1 and layer is None:
            logger.warning("%s has %d layers, of which %r was read; the key 'layer' names another",
                           path, len(layers), layers[0])  # fmt: skip
        with warnings.catch_warnings(record=True):
            meta, _, geometry, fields = pyogrio.raw.read(
                path, layer=layer or layers[0], encoding=encoding
            )
    except (
        errors.DataSourceError, errors.DataLayerError, errors.GeometryError, errors.FeatureError,
        errors.FieldError, errors.CRSError, UnicodeDecodeError, ValueError, IndexError, OSError,
    ) as error:  # fmt: skip
        faults.add(f"the layer cannot be read: {error}", file=str(path))
        return None
    names = [str(name) for name in meta["fields"]]
    frame = pd.DataFrame(dict(zip(names, fields, strict=True)))
    if geometry is None:
        faults.add("the layer has no geometry", file=str(path), expected="points or polygons")
        return None
    if not names:
        frame = pd.DataFrame(index=range(len(geometry)))
    return frame, meta["crs"], geometry


def _centroids(
    geometry: Any, path: Path, rows: list[str], faults: FaultCollector
) -> tuple[FloatArray | None, FloatArray | None]:
    """Return the coordinates of the centroids; None with a fault for features that have none."""
    import shapely  # noqa: PLC0415

    try:
        shapes = shapely.from_wkb(geometry, on_invalid="ignore")
        centroids = shapely.centroid(shapes)
    except (shapely.errors.ShapelyError, TypeError) as error:
        faults.add(f"unusable geometry: {error}", file=str(path))
        return None, None
    x, y = shapely.get_x(centroids), shapely.get_y(centroids)
    bad = np.flatnonzero(~np.isfinite(x + y))
    if len(bad):
        more = f" (and {len(bad) - 1} more features)" if len(bad) > 1 else ""
        faults.add(f"unusable geometry{more}", file=str(path), row=rows[bad[0]],
                   found=None if shapes[bad[0]] is None else str(shapes[bad[0]])[:60],
                   expected="a point or a polygon")  # fmt: skip
        return None, None
    return x, y
