"""What a map is drawn on: outlines of the zones, and layers such as roads and water.

Nothing here changes a number of the region. Needs the extra ``gis``; without it there is no ground.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from scipy.spatial import cKDTree

from robustev.core.arrays import FloatArray
from robustev.core.settings import Settings
from robustev.data.region import Region

logger = logging.getLogger(__name__)

WGS84 = "EPSG:4326"
LAYERS = {".gpkg", ".geojson", ".json", ".shp", ".fgb", ".kml", ".gml", ".zip", ".sqlite"}
FINEST = 1500
"""Of the region's extent, what a simplified line may be off: less than a pixel of a map."""
MOST_OUTLINES = 4000
"""Zones with more outlines than these are drawn as cells of a grid."""
MOST_POINTS = 60_000
"""Points of one layer that a page has room for."""
MARGIN = 0.15
"""Of the region's extent, what is kept around it."""

Kind = Literal["roads", "water", "borders", "green", "lines"]


class Layer(Settings):
    """One layer of the ground of maps."""

    file: Path
    """GeoPackage, GeoJSON, Shapefile or another format that GDAL reads."""
    kind: Kind = "lines"
    """How it is drawn."""
    layer: str | None = None
    """Layer of the file; absent for its only or first one."""


@dataclass(frozen=True)
class Shapes:
    """One layer as it is drawn: lines, or rings where it is filled."""

    kind: str
    filled: bool
    lines: tuple[FloatArray, ...]


@dataclass(frozen=True)
class GroundLayers:
    """Outlines of zones by id, and layers beneath them, in the region's coordinates."""

    outlines: dict[str, tuple[FloatArray, ...]] = field(default_factory=dict)
    layers: tuple[Shapes, ...] = ()


def read_ground(region: Region, source: object, layers: Sequence[Layer]) -> GroundLayers:
    """Return what maps of the region are drawn on; ``source`` is the section it was read from.

    What cannot be read is left out, and told in the log.
    """
    zones = region.zones
    if zones.x is None or zones.y is None:
        return GroundLayers()
    points = np.column_stack([zones.x, zones.y])
    low, high = points.min(axis=0), points.max(axis=0)
    extent = float((high - low).max()) or 1.0
    box = (*(low - MARGIN * extent), *(high + MARGIN * extent))
    given = getattr(source, "zones", None)
    found = _outlines(region, points, given, extent / FINEST) if given is not None else {}
    drawn = [_layer(layer, region, box, extent / FINEST) for layer in layers]
    return GroundLayers(found, tuple(shapes for shapes in drawn if shapes is not None))


def _outlines(
    region: Region, points: FloatArray, given: object, tolerance: float
) -> dict[str, tuple[FloatArray, ...]]:
    """Return the polygons of the zones that stand at a polygon's centroid."""
    file, layer = getattr(given, "file", given), getattr(given, "layer", None)
    if not isinstance(file, Path) or file.suffix.lower() not in LAYERS:
        return {}
    if len(points) > MOST_OUTLINES:
        return {}
    read = _read(file, layer, geographic=region.geographic)
    if read is None:
        return {}
    shapes, centres = read
    distance, index = (np.atleast_1d(found) for found in cKDTree(centres).query(points))
    found = {}
    for zone, near, which in zip(region.zones.ids, distance, index, strict=True):
        rings = _rings(_simple(shapes[which], tolerance))
        if near <= tolerance and rings:
            found[zone] = rings
    return found


def _read(file: Path, layer: str | None, *, geographic: bool) -> tuple[Any, FloatArray] | None:
    """Return the shapes of a layer in the region's coordinates, and their centroids."""
    try:
        import pyogrio  # noqa: PLC0415
        import shapely  # noqa: PLC0415
        from pyproj import Transformer  # noqa: PLC0415
    except ImportError:
        return None
    try:
        meta, _, geometry, _ = pyogrio.raw.read(file, layer=layer, columns=[])
        shapes = shapely.from_wkb(geometry)
        centres = shapely.get_coordinates(shapely.centroid(shapes))
        if geographic and meta["crs"] is not None:
            to_degrees = Transformer.from_crs(meta["crs"], WGS84, always_xy=True)
            centres = np.column_stack(to_degrees.transform(centres[:, 0], centres[:, 1]))
            shapes = shapely.transform(
                shapes, lambda xy: np.column_stack(to_degrees.transform(xy[:, 0], xy[:, 1]))
            )
    except Exception as error:  # GDAL, GEOS and PROJ raise errors of many kinds
        logger.warning("%s: the ground of the map cannot be read: %s", file, error)
        return None
    return None if len(centres) != len(shapes) or not len(shapes) else (shapes, centres)


def _simple(shape: Any, tolerance: float) -> Any:
    import shapely  # noqa: PLC0415

    return shapely.simplify(shape, tolerance, preserve_topology=True)


def _rings(shape: Any) -> tuple[FloatArray, ...]:
    """Return the outer rings of a polygon or of several."""
    import shapely  # noqa: PLC0415

    parts = shapely.get_parts(shape)
    polygons = [part for part in parts if part.geom_type == "Polygon"]
    return tuple(shapely.get_coordinates(shapely.get_exterior_ring(part)) for part in polygons)


def _layer(layer: Layer, region: Region, box: Sequence[float], tolerance: float) -> Shapes | None:
    read = _read(layer.file, layer.layer, geographic=region.geographic)
    if read is None:
        return None
    import shapely  # noqa: PLC0415

    cut = shapely.clip_by_rect(shapely.make_valid(read[0]), *box)
    parts = shapely.get_parts(cut[~shapely.is_empty(cut)])
    parts = shapely.get_parts(parts)
    parts = _simple(parts, tolerance)
    filled = bool(len(parts)) and bool(np.isin(shapely.get_type_id(parts), [3, 6]).mean() > 0.5)
    lines: list[FloatArray] = []
    for part in parts:
        if part.geom_type in ("Polygon", "MultiPolygon"):
            lines += _rings(part)
        elif part.geom_type == "LineString":
            lines.append(shapely.get_coordinates(part))
    lines.sort(key=len, reverse=True)
    kept, total = [], 0
    for line in lines:
        total += len(line)
        if total > MOST_POINTS:
            logger.warning("%s has more lines than a map can show; the longest stay", layer.file)
            break
        kept.append(line)
    return Shapes(layer.kind, filled, tuple(kept)) if kept else None
