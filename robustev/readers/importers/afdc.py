"""The station register of the US Alternative Fuels Data Center, as CSV.

Columns as described at https://afdc.energy.gov/data_download/alt_fuel_stations_format.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from robustev.core.cells import read_cells
from robustev.core.errors import FaultCollector
from robustev.core.formatting import count
from robustev.core.labels import cell_text
from robustev.readers.importers.stations import (
    Points,
    Station,
    StationImporter,
    number,
    require,
    whole,
)

NEEDED = ("Fuel Type Code", "ID", "Station Name", "Latitude", "Longitude", "Status Code")
PORTS = {"EV Level1 EVSE Num": False, "EV Level2 EVSE Num": False, "EV DC Fast Count": True}
"""Columns of the number of ports, and whether they give direct current."""
OPEN = "E"


class AfdcImporter(StationImporter):
    """Electric stations of the US register: level 1 and 2 are slow, DC is fast.

    The register counts ports and does not give their power. Stations that are planned or closed
    for now, and other fuels, are left out.
    """

    key: ClassVar[str] = "afdc"

    def stations(self, path: Path) -> tuple[list[Station], list[str]]:
        """Return the electric stations that are open."""
        faults = FaultCollector()
        cells = read_cells(path, faults)
        faults.raise_if_any()
        assert cells is not None
        require(cells.frame.columns, [*NEEDED, *PORTS], path, "AFDC register")
        electric = cells.frame[cells.frame["Fuel Type Code"] == "ELEC"]
        stations = electric[electric["Status Code"] == OPEN]
        found = []
        for row in stations.to_dict("records"):
            ports = {column: whole(row[column]) for column in PORTS}
            points = tuple(
                Points(ports[column], None, direct)
                for column, direct in PORTS.items()
                if ports[column]
            )
            found.append(Station(
                cell_text(row["ID"]), cell_text(row["Station Name"]), number(row["Longitude"]),
                number(row["Latitude"]), points,
            ))  # fmt: skip
        notes = [
            f"{count(len(cells.frame) - len(electric), 'station')} of other fuels, left out",
            f"{count(len(electric) - len(stations), 'station')} planned or closed, left out",
        ]
        return found, [note for note in notes if not note.startswith("0 ")]
