"""Coordinates of zones and sites in one system, whatever systems their files are in."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.core.errors import FaultCollector
from robustev.readers.parts.columns import SiteColumns, ZoneColumns
from robustev.readers.parts.layout import TableLayout
from robustev.readers.parts.places import FARTHEST
from robustev.readers.parts.table import Table
from robustev.readers.parts.travel.geodesic import GreatCircle
from robustev.readers.parts.travel.straight import Euclidean

logger = logging.getLogger(__name__)

WGS84 = "EPSG:4326"
DEGREES = (180.0, 90.0)
NEAR = 1.0
"""Places lie among others if most are no further from their box than this times its diagonal."""

XY = tuple[FloatArray, FloatArray]
L = TypeVar("L", bound=TableLayout)


@dataclass(frozen=True, eq=False)
class Located:
    """A table of places with its coordinates, NaN where a fault was noted; None without any."""

    table: Table
    columns: ZoneColumns | SiteColumns
    xy: XY | None


def settled(layout: L, crs: list[str | None]) -> L:
    """Return the layout with travel and coordinates as they follow from the files' own systems.

    Where a file says where it is, coordinates become longitude and latitude and travel geodesics,
    unless the layout says otherwise.
    """
    known = any(crs) or bool(layout.geographic)
    chosen: dict[str, Any] = {}
    travel = layout.travel
    if travel is None:
        travel = GreatCircle() if known and layout.geographic is not False else Euclidean()
        chosen["travel"] = travel
    if layout.geographic is None and any(crs):
        chosen["geographic"] = travel.degrees is not False
    return layout.model_copy(update=chosen)


def locate(
    tables: tuple[Table | None, Table | None], layout: TableLayout, *, needed: bool
) -> tuple[Located | None, Located | None]:
    """Return zones and sites with coordinates in one system; faults are noted.

    Parameters
    ----------
    tables
        Zones and sites, either of which may have failed to read.
    layout
        After :func:`settled`.
    needed
        Whether coordinates are needed.
    """
    plain = layout.in_degrees and not any(table.crs for table in tables if table is not None)
    zones, sites = (
        _located(tables[0], layout.zone_columns, plain, needed),
        _located(tables[1], layout.site_columns, plain, needed),
    )
    if zones is None or sites is None or zones.xy is None or sites.xy is None:
        return zones, sites
    if not all(np.isfinite(axis).any() for axis in (*zones.xy, *sites.xy)):
        return zones, sites  # all of them are faults by now
    faults = zones.table.faults
    before = len(faults.faults)
    if zones.table.crs or sites.table.crs:
        zones, sites = _in_one_system(zones, sites, layout, faults)
    if len(faults.faults) == before and zones.xy is not None and sites.xy is not None:
        _refuse_contradictions(zones, sites, layout)
    return zones, sites


def _located(
    table: Table | None, columns: ZoneColumns | SiteColumns, degrees: bool, needed: bool
) -> Located | None:
    if table is None:
        return None
    return Located(table, columns, _read(table, columns, degrees, needed))


def _read(
    table: Table, columns: ZoneColumns | SiteColumns, degrees: bool, needed: bool
) -> XY | None:
    """Return coordinates as they stand in the table; ``degrees`` where they must be such."""
    axes = (columns.x, columns.y)
    if needed or table.has(columns.x) or table.has(columns.y):
        table.require(axes)
    if not all(table.has(axis) for axis in axes):
        return None
    if degrees and len(table):
        rough = [table.rough_numbers(axis) for axis in axes]
        beyond = (np.abs(rough[0]) > DEGREES[0]) | (np.abs(rough[1]) > DEGREES[1])
        if beyond.mean() > 0.5:
            _no_degrees(table, columns, rough)
            return None
    x, y = (
        table.numbers(axis, minimum=-limit, maximum=limit)
        for axis, limit in zip(axes, DEGREES if degrees else (FARTHEST, FARTHEST), strict=True)
    )
    return x, y


def _no_degrees(table: Table, columns: ZoneColumns | SiteColumns, rough: list[FloatArray]) -> None:
    swapped = (np.abs(rough[1]) <= DEGREES[0]).all() and (np.abs(rough[0]) <= DEGREES[1]).all()
    message = "longitude and latitude are swapped" if swapped else "coordinates are no degrees"
    expected = (
        f"x: {columns.y} and y: {columns.x} in the columns"
        if swapped
        else "longitude and latitude, or the key 'crs' beside the file, such as EPSG:25832"
    )
    table.faults.add(message, file=table.file, row=table.rows[0],
                     column=f"{columns.x}, {columns.y}",
                     found=f"{rough[0][0]:g}, {rough[1][0]:g}", expected=expected)  # fmt: skip


def _in_one_system(
    zones: Located, sites: Located, layout: TableLayout, faults: FaultCollector
) -> tuple[Located, Located]:
    """Return zones and sites converted to degrees, or to the first projected system."""
    systems = [_system(place.table) for place in (zones, sites)]
    if any(crs is None for crs, place in zip(systems, (zones, sites), strict=True)
           if place.table.crs):  # fmt: skip
        return zones, sites
    target: Any = WGS84
    if not layout.in_degrees:
        target = next((crs for crs in systems if crs is not None and not crs.is_geographic), None)
        if target is None:
            faults.add("degrees are no distance: use travel kind 'great_circle'",
                       file=zones.table.file, found=zones.table.crs or sites.table.crs)  # fmt: skip
            return zones, sites
    known = [None if crs is None else _moved(place, crs, target)
             for crs, place in zip(systems, (zones, sites), strict=True)]  # fmt: skip
    near, far = known
    if near is None and far is not None:
        near = _guessed(zones, systems[1], far, target)
    elif far is None and near is not None:
        far = _guessed(sites, systems[0], near, target)
    return near or zones, far or sites


def _system(table: Table) -> Any:
    """Return the coordinate reference system of a table; None without one, or with a fault."""
    from pyproj import CRS  # noqa: PLC0415
    from pyproj.exceptions import CRSError  # noqa: PLC0415

    if not table.crs:
        return None
    try:
        return CRS.from_user_input(int(table.crs) if table.crs.isdecimal() else table.crs)
    except CRSError:
        table.faults.add("no such coordinate reference system", file=table.file, column="crs",
                         found=table.crs, expected="such as EPSG:25832")  # fmt: skip
        return None


def _moved(place: Located, crs: Any, target: Any) -> Located:
    """Return places in another system; what has no place there is a fault."""
    assert place.xy is not None
    if crs.is_geographic:
        place = Located(place.table, place.columns, _degrees(place))
    assert place.xy is not None
    x, y = _transformed(place.xy, crs, target)
    lost = np.flatnonzero(~np.isfinite(x + y) & np.isfinite(place.xy[0] + place.xy[1]))
    if len(lost):
        n = int(lost[0])
        more = f" (and {len(lost) - 1} more places)" if len(lost) > 1 else ""
        place.table.faults.add(
            f"coordinates that are none in {_name(crs)}{more}", file=place.table.file,
            row=place.table.rows[n], found=f"{place.xy[0][n]:g}, {place.xy[1][n]:g}",
            expected="coordinates in the file's system, or another 'crs' beside the file",
        )  # fmt: skip
    return Located(place.table, place.columns, (x, y))


def _degrees(place: Located) -> XY:
    """Return longitudes and latitudes, NaN with a fault where they are beyond their limits."""
    x, y = (
        place.table.numbers(axis, minimum=-limit, maximum=limit)
        for axis, limit in zip((place.columns.x, place.columns.y), DEGREES, strict=True)
    )
    return x, y


def _transformed(xy: XY, crs: Any, target: Any) -> XY:
    from pyproj import Transformer  # noqa: PLC0415
    from pyproj.exceptions import ProjError  # noqa: PLC0415

    try:
        x, y = Transformer.from_crs(crs, target, always_xy=True).transform(*xy)
    except ProjError:
        return np.full(len(xy[0]), np.nan), np.full(len(xy[0]), np.nan)
    x, y = np.asarray(x), np.asarray(y)
    return np.where(np.isfinite(x), x, np.nan), np.where(np.isfinite(y), y, np.nan)


def _name(crs: Any) -> str:
    return crs if isinstance(crs, str) else str(getattr(crs, "srs", crs))


def _guessed(place: Located, crs: Any, others: Located, target: Any) -> Located:
    """Return places without a system in the one in which they lie among the others, or a fault."""
    assert place.xy is not None
    assert others.xy is not None
    for found in (crs, WGS84):
        xy = _transformed(place.xy, found, target)
        if np.isfinite(xy[0]).any() and _among(xy, others.xy):
            logger.info("%s says no coordinate reference system; its places lie among those of %s "
                        "in %s", place.table.file, others.table.file, _name(found))  # fmt: skip
            return Located(place.table, place.columns, xy)
    place.table.faults.add(
        "no coordinate reference system, and in none do its places lie near the others",
        file=place.table.file, found=f"{place.xy[0][0]:g}, {place.xy[1][0]:g}",
        expected=f"the key 'crs' beside the file; {others.table.file} is in {_name(crs)}",
    )  # fmt: skip
    return Located(place.table, place.columns, None)


def _among(xy: XY, others: XY) -> bool:
    """Return whether most places lie in the box of the others, or near it."""
    low, high = np.nanmin(others, axis=1), np.nanmax(others, axis=1)
    margin = NEAR * float(np.hypot(*(high - low)))
    middle = np.nanmedian(xy, axis=1)
    return bool(((middle >= low - margin) & (middle <= high + margin)).all())


def _refuse_contradictions(zones: Located, sites: Located, layout: TableLayout) -> None:
    """Note coordinates that cannot be of one place: swapped axes, degrees beside metres."""
    assert zones.xy is not None
    assert sites.xy is not None
    if _among(sites.xy, zones.xy) or _among(zones.xy, sites.xy):
        return
    for place, other in ((sites, zones), (zones, sites)):
        assert place.xy is not None
        assert other.xy is not None
        at = f"{place.xy[0][0]:g}, {place.xy[1][0]:g}"
        columns = f"{place.columns.x}, {place.columns.y}"
        if _among((place.xy[1], place.xy[0]), other.xy):
            place.table.faults.add(
                f"the axes are swapped, set against {other.table.file}", file=place.table.file,
                row=place.table.rows[0], column=columns, found=at,
                expected=f"x: {place.columns.y} and y: {place.columns.x} in the columns",
            )  # fmt: skip
            return
        if not layout.in_degrees and _like_degrees(place.xy) and _beyond_degrees(other.xy):
            place.table.faults.add(
                f"degrees, where {other.table.file} has metres", file=place.table.file,
                row=place.table.rows[0], column=columns, found=at,
                expected="the key 'crs' beside both files, such as EPSG:4326 and EPSG:25832",
            )  # fmt: skip
            return


def _like_degrees(xy: XY) -> bool:
    return all(np.nanmax(np.abs(v)) <= limit for v, limit in zip(xy, DEGREES, strict=True))


def _beyond_degrees(xy: XY) -> bool:
    return all(np.nanmin(np.abs(v)) > limit for v, limit in zip(xy, DEGREES, strict=True))
