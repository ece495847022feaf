"""The German register of charging points (Ladesäulenregister) of the Bundesnetzagentur, as CSV.

Licence CC BY 4.0, credit "Bundesnetzagentur.de".
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import ClassVar

from robustev.core.conventions import find_separator, read_any_text
from robustev.core.errors import FaultCollector, InputError
from robustev.core.labels import cell_text
from robustev.readers.importers.stations import Points, Station, StationImporter, number, whole

LATITUDE, LONGITUDE = "Breitengrad", "Längengrad"
POWER = ("Nennleistung Ladeeinrichtung [kW]", "Installierte Ladeleistung [kW]", "Anschlussleistung")
IDS = ("Ladeeinrichtungs-ID", "Ladeeinrichtungs ID")
POINTS, KIND, FAST = "Anzahl Ladepunkte", "Art der Ladeeinrichtung", "schnell"


class BundesnetzagenturImporter(StationImporter):
    """The German register: a device has so many points, which share its rated power.

    The header is the first line with Breitengrad and Längengrad; what stands above it is passed
    over. Without a number of its own a device is called by its line.
    """

    key: ClassVar[str] = "bundesnetzagentur"

    def stations(self, path: Path) -> tuple[list[Station], list[str]]:
        """Return every device of the register as a station."""
        found = []
        for line, row in _rows(path):
            points = whole(row.get(POINTS))
            power = next((p for name in POWER if (p := number(row.get(name))) is not None), None)
            kind = row.get(KIND, "").lower()
            each = power / points if power is not None and points else power
            own = next((row[name] for name in IDS if row.get(name)), f"row{line}")
            street = f"{row.get('Straße', '')} {row.get('Hausnummer', '')}".strip()
            name = ", ".join(p for p in (row.get("Betreiber", ""), street, row.get("Ort", "")) if p)
            found.append(Station(
                cell_text(own), name, number(row[LONGITUDE]), number(row[LATITUDE]),
                (Points(points, each, FAST in kind if kind else None),),
            ))  # fmt: skip
        return found, []


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Return the rows below the header, each with its line in the file."""
    faults = FaultCollector()
    text = read_any_text(path, faults)
    faults.raise_if_any()
    assert text is not None
    lines = text.splitlines()
    top = next((n for n, line in enumerate(lines) if LATITUDE in line and LONGITUDE in line), None)
    if top is None:
        raise InputError(f"{path}: no register: no line has {LATITUDE} and {LONGITUDE}")
    body = "\n".join(lines[top:])
    reader = csv.reader(io.StringIO(body), delimiter=find_separator(body))
    try:
        header = [name.strip() for name in next(reader)]
        rows = [(reader.line_num + top, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise InputError(f"{path}: the register cannot be read: {error}") from error
    found = []
    for line, row in rows:
        cells = [cell.strip() for cell in row] + [""] * (len(header) - len(row))
        found.append((line, dict(zip(header, cells, strict=False))))
    return found
