"""Stations of Open Charge Map, as the JSON of its interface (https://openchargemap.org/site/develop/api)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from robustev.core.errors import InputError
from robustev.core.formatting import count
from robustev.core.labels import cell_text
from robustev.readers.importers.documents import items, part
from robustev.readers.importers.stations import Points, Station, StationImporter, number, whole

DIRECT_CURRENT = 30
"""``CurrentTypeID`` of direct current; 10 and 20 are alternating."""


class OpenChargeMapImporter(StationImporter):
    """Stations of Open Charge Map: one group of points for each of its connections.

    Stations that are known not to be operational are left out. A station without connections has
    ``NumberOfPoints`` points of unknown power.
    """

    key: ClassVar[str] = "open-charge-map"

    def stations(self, path: Path) -> tuple[list[Station], list[str]]:
        """Return the stations that are not known to be out of order."""
        found, closed = [], 0
        for place in items(path):
            where = part(place, "AddressInfo")
            if "ID" not in place or not where:
                raise InputError(f"{path}: no list of Open Charge Map: it lacks ID or AddressInfo")
            if part(place, "StatusType").get("IsOperational") is False:
                closed += 1
                continue
            found.append(Station(
                cell_text(place["ID"]), cell_text(where.get("Title")),
                number(where.get("Longitude")), number(where.get("Latitude")), _points(place),
            ))  # fmt: skip
        return found, [f"{count(closed, 'station')} not operational, left out"] if closed else []


def _points(place: dict[str, Any]) -> tuple[Points, ...]:
    connections = [c for c in place.get("Connections") or [] if isinstance(c, dict)]
    if not connections:
        return (Points(whole(place.get("NumberOfPoints"))),)
    return tuple(
        Points(
            whole(one.get("Quantity")), number(one.get("PowerKW")),
            None if one.get("CurrentTypeID") is None else one["CurrentTypeID"] == DIRECT_CURRENT,
        )
        for one in connections
    )  # fmt: skip
