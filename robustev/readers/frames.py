"""Regions from DataFrames, GeoDataFrames and arrays."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from robustev.core.arrays import FloatArray
from robustev.core.errors import Fault, FaultCollector, InputError
from robustev.data.arcs import Arcs
from robustev.data.network import RoadNetwork
from robustev.data.reach import EVERYTHING, Reach
from robustev.data.region import Region
from robustev.readers.parts.assemble import region_of_tables
from robustev.readers.parts.columns import Charger, SiteColumns, ZoneColumns
from robustev.readers.parts.data_file import DataFile
from robustev.readers.parts.layout import TableLayout
from robustev.readers.parts.places import Places
from robustev.readers.parts.table import Table
from robustev.readers.parts.travel.base import TravelRule, TravelSection
from robustev.readers.parts.travel.geodesic import GreatCircle
from robustev.readers.parts.travel.given import Matrix
from robustev.readers.parts.travel.network import Network
from robustev.readers.parts.travel.straight import Euclidean

WGS84 = "EPSG:4326"
FRAMES = "a DataFrame, a GeoDataFrame, or a mapping of columns"
GIVEN = DataFile(file=Path("travel"))
"""Stands for a file where the data are in memory."""
NAMED: Mapping[str, Callable[[], TravelSection]] = {
    "euclidean": Euclidean,
    "great_circle": GreatCircle,
}

FrameLike: TypeAlias = pd.DataFrame | Mapping[str, Any]
"""What :func:`region_from_frames` takes as zones and sites."""
TravelLike: TypeAlias = (
    Literal["euclidean", "great_circle"]
    | TravelSection
    | FloatArray
    | pd.DataFrame
    | RoadNetwork
    | Arcs
)
"""What :func:`region_from_frames` takes as travel."""


def region_from_frames(
    zones: FrameLike,
    sites: FrameLike,
    *,
    chargers: Sequence[Charger | dict[str, object]] = (),
    travel: TravelLike | None = None,
    zone_columns: ZoneColumns | dict[str, object] | None = None,
    site_columns: SiteColumns | dict[str, object] | None = None,
    geographic: bool | None = None,
    name: str = "region",
    source: str = "",
    reach: Reach = EVERYTHING,
) -> Region:
    """Return the region of two DataFrames.

    Parameters
    ----------
    zones, sites
        Columns as in :class:`ZoneColumns` and :class:`SiteColumns`: id, x, y, demand, ... and
        id, x, y, slots, ...; faults name the index label of their row. A GeoDataFrame needs no x
        and y: its centroids are used, as longitude and latitude where it has a reference system.
    chargers
        Kinds that may be built: name, capacity, cost, power_kw.
    travel
        ``euclidean``, ``great_circle``, a travel section, an array (sites, zones), a DataFrame
        (sites x zones, or columns site, zone, travel), :class:`Arcs` or a :class:`RoadNetwork`.
        By default ``great_circle`` for GeoDataFrames that say where they are, else ``euclidean``.
    geographic
        Whether coordinates are longitude and latitude; by default only with ``great_circle``.
    reach
        Which arcs are wanted, so that others need not be computed; all by default.

    Raises
    ------
    InputError
        With every fault found in the tables.
    ValueError
        If the chargers or column mappings are not valid (pydantic's ``ValidationError``).

    >>> zones = pd.DataFrame({"id": ["z"], "x": [0.0], "y": [0.0], "demand": [5.0]})
    >>> sites = pd.DataFrame({"id": ["s"], "x": [3.0], "y": [4.0], "slots": [2]})
    >>> fast = {"name": "fast", "capacity": 10, "cost": 1}
    >>> region_from_frames(zones, sites, chargers=[fast]).arcs.cost
    array([5.])
    """
    faults = FaultCollector()
    tables = [_frame(zones, "zones", faults), _frame(sites, "sites", faults)]
    faults.raise_if_any()
    if any(in_degrees for _, in_degrees in tables):
        travel, geographic = travel or "great_circle", True if geographic is None else geographic
    section, rule = _travel("euclidean" if travel is None else travel, faults)
    layout = TableLayout.model_validate({
        "name": name, "source": source, "chargers": tuple(chargers), "travel": section,
        "zone_columns": zone_columns or {}, "site_columns": site_columns or {},
        "geographic": geographic,
    })  # fmt: skip
    near = Table.of_frame(tables[0][0], "zones", faults)
    far = Table.of_frame(tables[1][0], "sites", faults)
    return region_of_tables(near, far, layout, Path(), faults, rule=rule, reach=reach)


def _frame(given: Any, label: str, faults: FaultCollector) -> tuple[pd.DataFrame, bool]:
    """Return a table with coordinates in x and y, and whether they were made degrees."""
    if isinstance(given, Mapping):
        try:
            return pd.DataFrame(dict(given)), False
        except ValueError as error:
            faults.add(f"{label} is no table: {error}", expected="columns of one length")
            return pd.DataFrame(), False
    if hasattr(given, "to_pandas"):
        given = given.to_pandas()
    if not isinstance(given, pd.DataFrame):
        faults.add(f"{label} is no table", found=_what(given), expected=FRAMES)
        return pd.DataFrame(), False
    return _located(given) if hasattr(given, "crs") else (given, False)


def _located(frame: Any) -> tuple[pd.DataFrame, bool]:
    """Return a GeoDataFrame with its centroids as x and y, in degrees if it says where it is."""
    with warnings.catch_warnings():  # in degrees a centroid is a little off, which does no harm
        warnings.simplefilter("ignore", UserWarning)
        centre, crs = frame.geometry.centroid, frame.crs
    x, y = centre.x.to_numpy(), centre.y.to_numpy()
    if crs is not None:
        from pyproj import Transformer  # noqa: PLC0415

        x, y = Transformer.from_crs(crs, WGS84, always_xy=True).transform(x, y)
    columns = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    return columns.assign(x=x, y=y), crs is not None


def _travel(travel: Any, faults: FaultCollector) -> tuple[TravelSection, TravelRule | None]:
    """Return the travel section, and the rule where it needs no files."""
    match travel:
        case str() if travel in NAMED:
            return NAMED[travel](), None
        case TravelSection():
            return travel, None
        case RoadNetwork():
            roads = Network(edges=GIVEN)
            return roads, partial(roads.arcs, roads=travel)
        case pd.DataFrame():
            return _table(travel, faults)
        case np.ndarray():
            return Matrix(file=GIVEN), partial(_array, travel=travel, faults=faults)
        case Arcs():
            return Matrix(file=GIVEN), partial(_arcs, arcs=travel, faults=faults)
        case _:
            expected = f"{', '.join(NAMED)}, an array, a DataFrame, Arcs or a RoadNetwork"
            raise InputError(
                [Fault("unknown travel", column="travel", found=_what(travel), expected=expected)]
            )


def _table(travel: pd.DataFrame, faults: FaultCollector) -> tuple[Matrix, TravelRule]:
    long = {"site", "zone", "travel"} <= set(travel.columns)
    columns = Matrix(file=GIVEN, layout="long" if long else "wide")
    cells = travel if long or "site" in travel else travel.rename_axis("site").reset_index()
    return columns, partial(columns.arcs, table=Table.of_frame(cells, "travel", faults))


def _array(
    sites: Places, zones: Places, reach: Reach, *, travel: FloatArray, faults: FaultCollector
) -> Arcs | None:
    shape = (len(sites.ids), len(zones.ids))
    if travel.shape != shape:
        faults.add(
            "travel has the wrong shape", found=travel.shape, expected=f"{shape} (sites, zones)"
        )
        return None
    if travel.dtype.kind not in "fiub" or not (travel >= 0).all():
        faults.add("travel holds negative or missing values", expected="numbers >= 0, or inf")
        return None
    return reach.of(Arcs.of_matrix(travel.astype(np.float64)))


def _arcs(
    sites: Places, zones: Places, reach: Reach, *, arcs: Arcs, faults: FaultCollector
) -> Arcs | None:
    shape, found = (len(sites.ids), len(zones.ids)), (arcs.num_sites, arcs.num_zones)
    if found == shape:
        return reach.of(arcs)
    faults.add("travel has the wrong shape", found=found, expected=f"{shape} (sites, zones)")
    return None


def _what(given: object) -> object:
    """Return a short value itself, and the kind of a longer one."""
    if isinstance(given, str | int | float | Path):
        return given
    shape = f" of shape {given.shape}" if isinstance(given, np.ndarray) else ""
    return f"{type(given).__name__}{shape}"
