"""Stations of registers as sites: slow and fast chargers, with one rule for what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import Field

from robustev.core.errors import InputError
from robustev.core.formatting import count
from robustev.core.labels import cell_text
from robustev.readers.importers.base import Imported, Importer


@dataclass(frozen=True)
class Points:
    """Charging points of one kind at a station; None where the register leaves something open.

    Parameters
    ----------
    number
        How many there are.
    power_kw
        Power of one.
    direct
        Whether they give direct current.
    """

    number: int | None = None
    power_kw: float | None = None
    direct: bool | None = None


@dataclass(frozen=True)
class Station:
    """One station of a register; coordinates in degrees, None where they are missing."""

    id: str
    name: str
    longitude: float | None
    latitude: float | None
    points: tuple[Points, ...]


class StationImporter(Importer):
    """A register of stations: every station becomes a site with what stands there.

    A point is fast from ``fast_kw`` on. Where a register does not say its power, direct current is
    fast and everything else slow; where it does not say how many points there are, there is one.
    Stations without usable coordinates are left out. All of that is counted and told.
    """

    fast_kw: float = Field(50.0, gt=0)
    """Power in kW from which a point counts as fast."""
    spare_slots: int = Field(0, ge=0)
    """Slots at each site beyond its existing chargers."""

    def stations(self, path: Path) -> tuple[list[Station], list[str]]:
        """Return the stations of a register, and notes on what of it was left out."""
        raise NotImplementedError(f"{type(self).__name__} cannot be read")

    def read(self, path: Path) -> Imported:
        """Return ``sites.csv``: id, name, x, y, slots, existing_slow, existing_fast."""
        stations, notes = self.stations(path)
        seen: Counter[str] = Counter()
        rows = []
        for station in stations:
            if not _has_place(station):
                seen["without usable coordinates, left out"] += 1
                continue
            slow, fast = self._counted(station.points, seen)
            rows.append((station.id, station.name, station.longitude, station.latitude,
                         slow + fast + self.spare_slots, slow, fast))  # fmt: skip
        if not rows:
            raise InputError(f"{path}: no station with coordinates was found")
        columns = ["id", "name", "x", "y", "slots", "existing_slow", "existing_fast"]
        frame = pd.DataFrame(rows, columns=columns)
        double = frame["id"].duplicated()
        if double.any():
            notes.append(f"{count(int(double.sum()), 'station')} with an id again, left out")
        notes += [f"{count(number, 'station')} {what}" for what, number in seen.items()]
        return Imported({"sites.csv": frame[~double]}, tuple(notes))

    def _counted(self, points: Sequence[Points], seen: Counter[str]) -> tuple[int, int]:
        """Return slow and fast points, counting the station in ``seen`` for each rule used."""
        total, used = [0, 0], set[str]()
        for one in points or (Points(),):
            number, fast = one.number, one.power_kw is not None and one.power_kw >= self.fast_kw
            if one.power_kw is None:
                fast = one.direct is True
                used.add(
                    "without power, told apart by their current"
                    if one.direct is not None
                    else "without power or kind of current, taken as slow"
                )
            if number is None:
                number = 1
                used.add("without a number of points, taken as one")
            total[int(fast)] += number
        seen.update(used)
        return total[0], total[1]


def _has_place(station: Station) -> bool:
    x, y = station.longitude, station.latitude
    return x is not None and y is not None and abs(x) <= 180 and abs(y) <= 90 and (x, y) != (0, 0)


def number(value: object) -> float | None:
    """Return a cell of a register as a finite number, None where it is none.

    >>> number("22,5"), number("many"), number(None)
    (22.5, None, None)
    """
    try:
        found = float(cell_text(value).replace(",", "."))
    except ValueError:
        return None
    return found if np.isfinite(found) else None


def whole(value: object) -> int | None:
    """Return a cell of a register as a count, None where it is none.

    >>> whole("2"), whole("2.5"), whole(-1)
    (2, None, None)
    """
    found = number(value)
    return int(found) if found is not None and found >= 0 and found.is_integer() else None


def require(columns: Iterable[str], needed: Iterable[str], path: Path, what: str) -> None:
    """Refuse a file that lacks columns of its kind."""
    there = set(columns)
    lacking = [name for name in needed if name not in there]
    if lacking:
        raise InputError(f"{path}: no {what}: it lacks {', '.join(map(repr, lacking))}")
