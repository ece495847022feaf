"""Regions from a configuration section or from DataFrames."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from robustev.core.arrays import FloatArray
from robustev.core.errors import Fault, FaultCollector, InputError
from robustev.data.arcs import Arcs
from robustev.data.network import RoadNetwork
from robustev.data.reach import EVERYTHING, Reach
from robustev.data.region import Region
from robustev.readers.ampl_city import read_ampl_city
from robustev.readers.config import (
    AmplCityRegion,
    Charger,
    Euclidean,
    GeoRegion,
    GreatCircle,
    Matrix,
    Network,
    OrlibCapRegion,
    OrlibPmedRegion,
    RegionConfig,
    ScflpRegion,
    ShellEvRegion,
    SiteColumns,
    TableLayout,
    TablesRegion,
    Travel,
    ZoneColumns,
)
from robustev.readers.geo import read_geo
from robustev.readers.orlib import read_orlib_cap, read_orlib_pmed
from robustev.readers.places import Places
from robustev.readers.rules import TravelRule, driven, given
from robustev.readers.scflp import read_scflp_json
from robustev.readers.shell_ev import read_shell_ev
from robustev.readers.table import Table
from robustev.readers.tables import read_tables, region_of_tables

TravelLike: TypeAlias = (
    Literal["euclidean", "great_circle"] | Travel | FloatArray | pd.DataFrame | RoadNetwork
)
"""What :func:`region_from_frames` takes as travel."""


def load_region(config: RegionConfig, base: Path, reach: Reach = EVERYTHING) -> Region:
    """Return the region that a configuration section describes.

    Parameters
    ----------
    base
        Folder that relative paths are relative to: the experiment file's own.
    reach
        Which arcs are wanted, so that others need not be computed; all by default.

    Raises
    ------
    InputError
        With every fault found in any of the files.
    """
    match config:
        case TablesRegion():
            return read_tables(config, base, reach)
        case GeoRegion():
            return read_geo(config, base, reach)
        case ShellEvRegion():
            return _load_shell(config, base)
        case OrlibCapRegion():
            return read_orlib_cap(base / config.file, capacity=config.capacity, name=config.name)
        case OrlibPmedRegion():
            return read_orlib_pmed(base / config.file, name=config.name)
        case ScflpRegion():
            return read_scflp_json(base / config.file, name=config.name)
        case AmplCityRegion():
            return _load_ampl(config, base)


def region_from_frames(
    zones: pd.DataFrame,
    sites: pd.DataFrame,
    *,
    chargers: Sequence[Charger | dict[str, object]] = (),
    travel: TravelLike = "euclidean",
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
        id, x, y, slots, ...; faults name the index label of their row.
    chargers
        Kinds that may be built: name, capacity, cost, power_kw.
    travel
        ``euclidean``, ``great_circle``, a travel section, an array (sites, zones), a DataFrame
        (sites x zones, or columns site, zone, travel), or a :class:`RoadNetwork`.
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
    section, rule = _travel(travel, faults)
    layout = TableLayout.model_validate(
        {
            "name": name, "source": source, "chargers": tuple(chargers), "travel": section,
            "zone_columns": zone_columns or {}, "site_columns": site_columns or {},
            "geographic": geographic,
        }
    )  # fmt: skip
    return region_of_tables(
        Table.of_frame(zones, "zones", faults), Table.of_frame(sites, "sites", faults),
        layout, Path(), faults, rule=rule, reach=reach,
    )  # fmt: skip


def _load_shell(config: ShellEvRegion, base: Path) -> Region:
    return read_shell_ev(
        base / config.demand_history,
        base / config.infrastructure,
        forecast=base / config.forecast if config.forecast is not None else None,
        year=config.year,
        name=config.name,
    )


def _load_ampl(config: AmplCityRegion, base: Path) -> Region:
    return read_ampl_city(
        base / config.file,
        stations=base / config.stations if config.stations is not None else None,
        hotspots=base / config.hotspots if config.hotspots is not None else None,
        name=config.name,
    )


def _travel(travel: TravelLike, faults: FaultCollector) -> tuple[Travel, TravelRule | None]:
    """Return the travel section, and the rule where it needs no files."""
    match travel:
        case str():
            return _named_travel(travel), None
        case RoadNetwork():
            roads = Network(edges=Path("roads"))
            return roads, partial(driven, roads=travel, options=roads)
        case pd.DataFrame():
            long = {"site", "zone", "travel"} <= set(travel.columns)
            columns = Matrix(file=Path("travel"), layout="long" if long else "wide")
            cells = travel if long or "site" in travel else travel.rename_axis("site").reset_index()
            table = Table.of_frame(cells, "travel", faults)
            return columns, partial(given, table=table, columns=columns)
        case np.ndarray():
            return Matrix(file=Path("travel")), partial(_array, travel=travel, faults=faults)
        case _:
            return travel, None


def _named_travel(name: str) -> Travel:
    named: dict[str, Travel] = {"euclidean": Euclidean(), "great_circle": GreatCircle()}
    if name not in named:
        raise InputError(
            [Fault("unknown travel", column="travel", found=name, expected=", ".join(named))]
        )
    return named[name]


def _array(
    sites: Places, zones: Places, reach: Reach, *, travel: FloatArray, faults: FaultCollector
) -> Arcs | None:
    shape = (len(sites.ids), len(zones.ids))
    if travel.shape != shape:
        faults.add(
            "travel has the wrong shape", found=travel.shape, expected=f"{shape} (sites, zones)"
        )
        return None
    if not (travel >= 0).all():
        faults.add("travel holds negative or missing values", expected="numbers >= 0, or inf")
        return None
    return reach.of(Arcs.of_matrix(travel))
