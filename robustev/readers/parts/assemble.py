"""A region from a table of zones and a table of sites, whatever file they come from."""

from __future__ import annotations

import logging
from pathlib import Path

from robustev.core.errors import FaultCollector
from robustev.core.formatting import count
from robustev.data.arcs import Arcs
from robustev.data.population import PopulationHistory
from robustev.data.reach import EVERYTHING, Reach
from robustev.data.region import ChargerKind, Region, Sites, Zones
from robustev.readers.parts.chargers import charger_kinds
from robustev.readers.parts.coordinates import locate, settled
from robustev.readers.parts.demand import demand_types
from robustev.readers.parts.layout import TableLayout
from robustev.readers.parts.population import read_population
from robustev.readers.parts.sites import SiteRows, read_sites
from robustev.readers.parts.table import Table
from robustev.readers.parts.text import present
from robustev.readers.parts.travel.base import TravelRule
from robustev.readers.parts.zones import ZoneRows, read_zones

logger = logging.getLogger(__name__)

NUM_NAMED = 10
"""Zones that a warning names."""


def region_of_tables(
    zones: Table | None,
    sites: Table | None,
    layout: TableLayout,
    base: Path,
    faults: FaultCollector,
    *,
    rule: TravelRule | None = None,
    separator: str | None = None,
    reach: Reach = EVERYTHING,
) -> Region:
    """Return the region of two tables, either of which may have failed to read.

    Parameters
    ----------
    layout
        What the columns mean, which chargers there are, how travel comes about.
    base
        Folder that the layout's further files are relative to.
    rule
        Takes the place of the layout's travel.
    reach
        Which arcs are wanted. Zones without coordinates keep all.

    Raises
    ------
    InputError
        With every fault in ``faults`` and every further one.
    """
    tables = (zones, sites)
    layout = settled(layout, [table.crs for table in tables if table is not None])
    travel = layout.travel_section
    needed = rule is None and travel.needs_coordinates
    near_xy, far_xy = locate(tables, layout, needed=needed)
    rule = rule or travel.rule(base, faults, geographic=layout.in_degrees, separator=separator)
    past = None
    if layout.history is not None:
        past = layout.history.file.read(base, faults, separator=separator)
    types = demand_types(layout.zone_columns, past, layout.history)
    kinds = charger_kinds(layout.chargers, types, faults)
    near = read_zones(near_xy, layout, types, past) if near_xy is not None else None
    far = read_sites(far_xy, layout, kinds, types) if far_xy is not None else None
    people = None
    if layout.population_history is not None and near is not None:
        lived = layout.population_history.file.read(base, faults, separator=separator)
        if lived is not None:
            people = read_population(lived, layout.population_history, near.places.ids)
    arcs = None
    if near is not None and near.places.xy is None:
        reach = EVERYTHING  # where zones are is then told by their travel costs alone
    if near is not None and far is not None and rule is not None:
        arcs = rule(far.places, near.places, reach)
    faults.raise_if_any()
    _tell_cut_off(present(arcs), present(near).places.ids, reach)
    found = (present(near), present(far), kinds, types, present(arcs), reach, people)
    return _assemble(layout, *found)


def _tell_cut_off(arcs: Arcs, zones: tuple[str, ...], reach: Reach) -> None:
    """Log which zones have no site within reach; whether that is a fault, the model decides."""
    ids = [zones[j] for j in arcs.cut_off]
    if ids:
        names = ", ".join(ids[:NUM_NAMED]) + (", ..." if len(ids) > NUM_NAMED else "")
        logger.warning(
            "%s without any site within reach (%s): %s; demand there can only stay unserved",
            count(len(ids), "zone"), reach, names,
        )  # fmt: skip


def _assemble(
    layout: TableLayout,
    zones: ZoneRows,
    sites: SiteRows,
    kinds: tuple[ChargerKind, ...],
    types: tuple[str, ...],
    arcs: Arcs,
    reach: Reach,
    people: PopulationHistory | None,
) -> Region:
    near, far = zones.places, sites.places
    return Region(
        name=layout.name,
        zones=Zones(near.ids, near.x, near.y, zones.population, near.groups, near.names),
        sites=Sites(
            ids=far.ids, slots=sites.slots, existing=sites.existing,
            existing_open=sites.existing_open, opening_cost=sites.opening_cost,
            fixed_capacity=sites.capacity, x=far.x, y=far.y, groups=far.groups, names=far.names,
        ),
        kinds=kinds, types=types, demand=present(zones.demand), arcs=arcs, reach=reach,
        geographic=layout.in_degrees, history=zones.history, source=layout.source,
        past_population=people,
    )  # fmt: skip
