"""Format ``ampl_city``: demand of hotspots and distances from stations to them, as AMPL data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.core.errors import FaultCollector, collecting, nearest_name
from robustev.core.files import read_text
from robustev.data.arcs import Arcs
from robustev.data.reach import EVERYTHING, Reach
from robustev.data.region import Region, Sites, Zones
from robustev.readers.base import RegionReader
from robustev.readers.parts.table import Table

PARAMETERS = ("demand", "distance")


class AmplCityRegion(RegionReader):
    """A city in AMPL data form: demand of hotspots and their distances from stations."""

    format: Literal["ampl_city"]
    """Selects AMPL data."""
    name: str | None = None
    """Name of the region; the file's name by default."""
    file: Path
    """The data file."""
    stations: Path | None = None
    """CSV with id, latitude and longitude of the stations."""
    hotspots: Path | None = None
    """CSV with id, latitude and longitude of the hotspots."""

    def read(self, base: Path, reach: Reach = EVERYTHING) -> Region:
        """Return the region, with all its arcs: the file is a whole table."""
        return read_ampl_city(
            base / self.file,
            stations=base / self.stations if self.stations is not None else None,
            hotspots=base / self.hotspots if self.hotspots is not None else None,
            name=self.name,
        )


def read_ampl_city(
    path: Path,
    *,
    stations: Path | None = None,
    hotspots: Path | None = None,
    name: str | None = None,
) -> Region:
    """Return the region of a ``city.dat``; sites are uncapacitated and hold no chargers.

    ``param demand`` has one row per hotspot and one column per demand type (a single unnamed
    column is the type ``ev``); ``param distance`` one row per station and one column per hotspot.
    Other parameters (number to build, budget) belong to the experiment and are passed over.

    Parameters
    ----------
    stations, hotspots
        CSV files with id, latitude and longitude; both or none.

    Raises
    ------
    InputError
        With every fault found.
    """
    with collecting(str(path)) as faults:
        text = read_text(path, faults)
        places = [_places(file, faults) for file in (stations, hotspots)]
        if (stations is None) != (hotspots is None):
            faults.add("coordinates need both files", expected="stations and hotspots, or none")
        blocks = _blocks(text, faults) if text is not None else {}
        if text is not None:
            _check_present(blocks, faults)
        faults.raise_if_any()
        demand, distance = (_matrix(blocks[key], key, faults) for key in PARAMETERS)
        order = _same_order(demand, distance, faults)
        site_xy = _locate(distance.rows, places[0], str(stations), faults)
        zone_xy = _locate(distance.columns, places[1], str(hotspots), faults)
    return Region(
        name=name or path.stem,
        zones=Zones(distance.columns, x=zone_xy[0], y=zone_xy[1]),
        sites=_sites(distance.rows, site_xy, len(demand.columns)),
        kinds=(),
        types=demand.columns,
        demand=demand.values[order],
        arcs=Arcs.of_matrix(distance.values),
        geographic=site_xy[0] is not None,
    )


@dataclass(frozen=True)
class _Matrix:
    """A two-way AMPL table: its row and column names, and values (rows, columns)."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: FloatArray


@dataclass(frozen=True)
class _Block:
    """The text of one ``param``, from after its name to its semicolon, and its first line."""

    text: str
    row: int


Coordinates = tuple[FloatArray | None, FloatArray | None]


def _blocks(text: str, faults: FaultCollector) -> dict[str, _Block]:
    bare = re.sub(r"#[^\n]*", "", text)
    blocks = {}
    for match in re.finditer(r"\bparam\s+(\w+)([^;]*)(;?)", bare):
        row = bare.count("\n", 0, match.start(2)) + 1
        if not match[3]:
            faults.add(f"param {match[1]!r} does not end", row=row, expected="a semicolon")
        blocks[match[1]] = _Block(match[2], row)
    return blocks


def _check_present(blocks: dict[str, _Block], faults: FaultCollector) -> None:
    for key in PARAMETERS:
        if key not in blocks:
            near = nearest_name(key, blocks)
            hint = f" (is {near!r} meant?)" if near else ""
            faults.add(f"missing param {key!r}{hint}", expected=", ".join(PARAMETERS))


def _matrix(block: _Block, key: str, faults: FaultCollector) -> _Matrix:
    """Return a two-way table; a table without column names has the one column ``ev``."""
    head, found, body = block.text.partition(":=")
    if not found:
        faults.add(f"param {key!r} has no values", row=block.row, expected="':=' and values")
        return _Matrix((), (), np.zeros((0, 0)))
    columns = tuple(head.replace(":", " ").split()) or ("ev",)
    start = block.row + head.count("\n")
    rows: list[str] = []
    values: list[list[float]] = []
    for row, line in enumerate(body.split("\n"), start):
        tokens = line.split()
        if not tokens:
            continue
        if len(tokens) != len(columns) + 1:
            faults.add(f"row {tokens[0]!r} of param {key!r}", row=row,
                       found=f"{len(tokens) - 1} numbers",
                       expected=f"{len(columns)} numbers")  # fmt: skip
            continue
        if tokens[0] in rows:
            faults.add("repeated id", row=row, found=tokens[0], expected="each id once")
        rows.append(tokens[0])
        pairs = zip(columns, tokens[1:], strict=True)
        values.append([_number(token, row, column, faults) for column, token in pairs])
    return _Matrix(tuple(rows), columns, np.array(values).reshape(len(rows), len(columns)))


def _number(token: str, row: int, column: str, faults: FaultCollector) -> float:
    try:
        value = float(token)
    except ValueError:
        value = np.nan
    if not (np.isfinite(value) and value >= 0):
        faults.add("unusable number", row=row, column=column, found=token,
                   expected="a finite number >= 0")  # fmt: skip
    return value


def _same_order(demand: _Matrix, distance: _Matrix, faults: FaultCollector) -> list[int]:
    """Return where the zones of the distance table stand in the demand table."""
    position = {zone: j for j, zone in enumerate(demand.rows)}
    for zone in set(distance.columns) ^ set(demand.rows):
        lacks = "demand" if zone not in position else "distance"
        faults.add(f"hotspot {zone!r} is missing from param {lacks!r}")
    return [position.get(zone, 0) for zone in distance.columns]


def _places(path: Path | None, faults: FaultCollector) -> dict[str, tuple[float, float]] | None:
    if path is None:
        return None
    table = Table.read(path, faults)
    if table is None or not table.require(("id", "longitude", "latitude")):
        return {}
    longitude = table.numbers("longitude", minimum=-180.0, maximum=180.0)
    latitude = table.numbers("latitude", minimum=-90.0, maximum=90.0)
    return dict(zip(table.ids("id"), zip(longitude, latitude, strict=True), strict=True))


def _locate(
    ids: Sequence[str],
    places: dict[str, tuple[float, float]] | None,
    file: str,
    faults: FaultCollector,
) -> Coordinates:
    if places is None:
        return None, None
    for name in ids:
        if name not in places:
            faults.add("no coordinates for an id", file=file, column="id", found=name)
    xy = np.array([places.get(name, (np.nan, np.nan)) for name in ids]).reshape(len(ids), 2)
    return xy[:, 0], xy[:, 1]


def _sites(ids: tuple[str, ...], xy: Coordinates, num_types: int) -> Sites:
    count = len(ids)
    return Sites(
        ids=ids,
        slots=np.zeros(count, dtype=np.int64),
        existing=np.zeros((count, 0), dtype=np.int64),
        existing_open=np.zeros(count, dtype=np.bool_),
        opening_cost=np.zeros(count),
        fixed_capacity=np.full((count, num_types), np.inf),
        x=xy[0],
        y=xy[1],
    )
