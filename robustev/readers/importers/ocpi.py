"""Locations of an operator by OCPI 2.2.1 (https://github.com/ocpi/ocpi), as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from robustev.core.errors import InputError
from robustev.core.formatting import count
from robustev.core.labels import cell_text
from robustev.readers.importers.documents import items, part
from robustev.readers.importers.stations import Points, Station, StationImporter, number

GONE = {"REMOVED", "PLANNED"}
PHASES = {"AC_3_PHASE": 3}
"""Factor of volts (line to neutral) times amperes in the power of a connector."""


class OcpiImporter(StationImporter):
    """Locations by OCPI: an EVSE is one point, with the power of its strongest connector.

    Power is ``max_electric_power``, else volts times amperes, times three for three phases. EVSEs
    that are planned or removed are left out.
    """

    key: ClassVar[str] = "ocpi"

    def stations(self, path: Path) -> tuple[list[Station], list[str]]:
        """Return the locations with their EVSEs."""
        found, gone = [], 0
        for place in items(path):
            where = part(place, "coordinates")
            if "id" not in place or not where:
                raise InputError(f"{path}: no OCPI locations: one lacks 'id' or 'coordinates'")
            evses = [e for e in place.get("evses") or [] if isinstance(e, dict)]
            there = [e for e in evses if e.get("status") not in GONE]
            gone += len(evses) - len(there)
            if evses and not there:
                continue
            name = cell_text(place.get("name") or place.get("address"))
            found.append(Station(
                cell_text(place["id"]), name, number(where.get("longitude")),
                number(where.get("latitude")), tuple(_point(evse) for evse in there),
            ))  # fmt: skip
        return found, [f"{count(gone, 'EVSE')} planned or removed, left out"] if gone else []


def _point(evse: dict[str, Any]) -> Points:
    connectors = [c for c in evse.get("connectors") or [] if isinstance(c, dict)]
    powers = [power for one in connectors if (power := _power(one)) is not None]
    kinds = {str(one.get("power_type")) for one in connectors if one.get("power_type")}
    direct = any(kind.startswith("DC") for kind in kinds) if kinds else None
    return Points(1, max(powers) if powers else None, direct)


def _power(connector: dict[str, Any]) -> float | None:
    """Return the power of a connector in kW."""
    watts = number(connector.get("max_electric_power"))
    if watts:
        return watts / 1000
    volts, amperes = (
        _first(connector, ("max_voltage", "voltage")),
        _first(connector, ("max_amperage", "amperage")),
    )
    if not volts or not amperes:
        return None
    return volts * amperes * PHASES.get(str(connector.get("power_type")), 1) / 1000


def _first(connector: dict[str, Any], keys: Iterable[str]) -> float | None:
    return next((n for key in keys if (n := number(connector.get(key))) is not None), None)
