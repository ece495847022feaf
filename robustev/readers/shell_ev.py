"""Format ``shell_ev``: the Shell.ai 2022 EV network, demand by year on a grid and parking lots."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.core.errors import FaultCollector, collecting
from robustev.data.arcs import Arcs
from robustev.data.reach import EVERYTHING, Reach
from robustev.data.region import ChargerKind, History, Region, Sites, Zones
from robustev.data.travel import euclidean
from robustev.readers.base import RegionReader
from robustev.readers.parts.places import FARTHEST
from robustev.readers.parts.table import Table
from robustev.readers.parts.text import present

ZONE_COLUMNS = ("demand_point_index", "x_coordinate", "y_coordinate")
SITE_COLUMNS = ("supply_point_index", "x_coordinate", "y_coordinate", "total_parking_slots")
EXISTING_COLUMNS = ("existing_num_SCS", "existing_num_FCS")
KINDS = (
    ChargerKind("SCS", {"ev": 200.0}, cost=600.0),
    ChargerKind("FCS", {"ev": 400.0}, cost=900.0),
)
SOURCE = "Shell.ai Hackathon 2022, EV charging network"


class ShellEvRegion(RegionReader):
    """The Shell.ai 2022 network; its cost counts existing chargers (``existing_cost: counted``)."""

    format: Literal["shell_ev"]
    """Selects the Shell.ai 2022 files."""
    name: str = "shell_ev"
    """Name of the region."""
    demand_history: Path
    """CSV of the demand by zone and year."""
    infrastructure: Path
    """CSV of the parking lots with slots and existing chargers."""
    forecast: Path | None = None
    """CSV like the history with columns of later years."""
    year: int | None = None
    """Year of the reference demand; absent for the last one known."""

    def read(self, base: Path, reach: Reach = EVERYTHING) -> Region:
        """Return the region; see :meth:`RegionReader.read`."""
        return read_shell_ev(
            base / self.demand_history,
            base / self.infrastructure,
            forecast=base / self.forecast if self.forecast is not None else None,
            year=self.year,
            name=self.name,
        )


def read_shell_ev(
    demand_history: Path,
    infrastructure: Path,
    *,
    forecast: Path | None = None,
    year: int | None = None,
    name: str = "shell_ev",
) -> Region:
    """Return the network of the Shell.ai 2022 contest, its demand history attached.

    Slow chargers (SCS) carry 200 units for 600, fast ones (FCS) 400 for 900; travel is Euclidean;
    there is one demand type, ``ev``. In the contest the cost counts *all* chargers, the existing
    ones too: use ``Model(existing_cost="counted")``, with chargers kept.

    Parameters
    ----------
    demand_history
        CSV with demand_point_index, x_coordinate, y_coordinate and one column per year.
    infrastructure
        CSV with supply_point_index, x_coordinate, y_coordinate, total_parking_slots,
        existing_num_SCS and existing_num_FCS; a network planned for a later year also fits.
    forecast
        CSV like the history, with columns of later years.
    year
        Year of the reference demand, from the forecast if it has it, else from the history;
        the last year of all by default.

    Raises
    ------
    InputError
        With every fault found.
    """
    with collecting() as faults:
        history = Table.read(demand_history, faults)
        lots = Table.read(infrastructure, faults)
        later = Table.read(forecast, faults) if forecast is not None else None
        zones = _zones(history) if history is not None else None
        past = _history(history) if history is not None else None
        sites = _sites(lots) if lots is not None else None
        demand = _demand(year, past, zones, later, faults) if past and zones else None
    return _region(name, present(zones), present(sites), present(past), present(demand))


def _region(name: str, zones: Zones, sites: Sites, past: History, demand: FloatArray) -> Region:
    travel = euclidean(present(sites.x), present(sites.y), present(zones.x), present(zones.y))
    return Region(
        name=name,
        zones=zones,
        sites=sites,
        kinds=KINDS,
        types=("ev",),
        demand=demand[:, None],
        arcs=Arcs.of_matrix(travel),
        history=past,
        source=SOURCE,
    )


def _zones(table: Table) -> Zones | None:
    if not table.require(ZONE_COLUMNS):
        return None
    index, x, y = ZONE_COLUMNS
    return Zones(ids=table.ids(index), x=_coordinate(table, x), y=_coordinate(table, y))


def _coordinate(table: Table, column: str) -> FloatArray:
    return table.numbers(column, minimum=-FARTHEST, maximum=FARTHEST)


def _years(table: Table) -> tuple[int, ...]:
    return tuple(sorted(int(c) for c in table.frame.columns if c.isdigit() and len(c) == 4))


def _history(table: Table) -> History | None:
    years = _years(table)
    if not years:
        table.faults.add("no demand columns", file=table.file, row=1, expected="columns of years")
        return None
    demand = np.stack([table.numbers(str(year), minimum=0.0) for year in years])
    return History(years=years, demand=demand[:, :, None])


def _sites(table: Table) -> Sites | None:
    if not table.require((*SITE_COLUMNS, *EXISTING_COLUMNS)):
        return None
    index, x, y, slots_column = SITE_COLUMNS
    ids = table.ids(index)
    slots = table.numbers(slots_column, minimum=0.0, whole=True)
    existing = np.column_stack(
        [table.numbers(column, minimum=0.0, whole=True) for column in EXISTING_COLUMNS]
    )
    for i in np.flatnonzero(existing.sum(axis=1) > slots):
        table.faults.add(
            f"site {ids[i]!r} has more existing chargers than slots", file=table.file,
            row=table.rows[int(i)], column=slots_column, found=int(existing[i].sum()),
            expected=f"at most {int(slots[i])}",
        )  # fmt: skip
    return Sites(
        ids=ids, x=_coordinate(table, x), y=_coordinate(table, y),
        slots=np.nan_to_num(slots).astype(np.int64),
        existing=np.nan_to_num(existing).astype(np.int64),
        existing_open=existing.sum(axis=1) > 0, opening_cost=np.zeros(len(ids)),
        fixed_capacity=np.zeros((len(ids), 1)),
    )  # fmt: skip


def _demand(
    year: int | None, past: History, zones: Zones, later: Table | None, faults: FaultCollector
) -> FloatArray | None:
    """Return the demand of ``year``, shape (zones,), from the forecast first."""
    ahead = _years(later) if later is not None else ()
    wanted = year if year is not None else max((*past.years, *ahead))
    if later is not None and wanted in ahead:
        return _forecast(later, wanted, zones)
    if wanted in past.years:
        return past.demand[past.years.index(wanted), :, 0]
    known = sorted({*past.years, *ahead})
    faults.add("no demand is known for the year", column="year", found=wanted,
               expected=f"a year between {known[0]} and {known[-1]}")  # fmt: skip
    return None


def _forecast(table: Table, year: int, zones: Zones) -> FloatArray | None:
    if not table.require(ZONE_COLUMNS[:1]):
        return None
    ids = table.ids(ZONE_COLUMNS[0])
    values = table.numbers(str(year), minimum=0.0)
    by_id = dict(zip(ids, values, strict=True))
    for zone in zones.ids:
        if zone not in by_id:
            table.faults.add("no forecast for a zone", file=table.file, found=zone)
    return np.array([by_id.get(zone, np.nan) for zone in zones.ids])
