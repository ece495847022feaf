"""Travel rules: each turns sites and zones into the arcs within reach, noting faults as it goes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from robustev.core.errors import FaultCollector
from robustev.data.arcs import Arcs
from robustev.data.network import RoadNetwork
from robustev.data.reach import Reach
from robustev.data.shortest_paths import Attachment
from robustev.data.travel import euclidean_arcs, great_circle_arcs
from robustev.readers.config import Euclidean, GreatCircle, Matrix, Network, Travel
from robustev.readers.matrix import read_long, read_wide
from robustev.readers.places import Places
from robustev.readers.roads import read_roads
from robustev.readers.table import Table

logger = logging.getLogger(__name__)

TravelRule = Callable[[Places, Places, Reach], Arcs | None]
"""From sites and zones to the arcs within reach; None once faults are noted."""


def travel_rule(
    travel: Travel, base: Path, faults: FaultCollector, *, geographic: bool, separator: str = ","
) -> TravelRule | None:
    """Return the rule that a travel section describes, its files read; None with faults noted."""
    match travel:
        case Euclidean():
            return partial(straight, factor=travel.factor)
        case GreatCircle():
            return partial(geodesic, detour=travel.detour)
        case Matrix():
            table = Table.read(base / travel.file, faults, separator=separator)
            return partial(given, table=table, columns=travel) if table is not None else None
        case Network():
            nodes = base / travel.nodes if travel.nodes is not None else None
            roads = read_roads(base / travel.edges, nodes, travel, faults, geographic=geographic)
            return partial(driven, roads=roads, options=travel) if roads is not None else None


def needs_coordinates(travel: Travel) -> bool:
    """Return whether zones and sites must have coordinates."""
    return isinstance(travel, Euclidean | GreatCircle)


def straight(sites: Places, zones: Places, reach: Reach, *, factor: float) -> Arcs | None:
    """Return arcs at straight-line distances times ``factor``."""
    if sites.xy is None or zones.xy is None:
        return None
    return euclidean_arcs(*sites.xy, *zones.xy, factor=factor, reach=reach)


def geodesic(sites: Places, zones: Places, reach: Reach, *, detour: float) -> Arcs | None:
    """Return arcs at geodesic distances in km times ``detour``."""
    if sites.xy is None or zones.xy is None:
        return None
    return great_circle_arcs(*sites.xy, *zones.xy, detour=detour, reach=reach)


def given(
    sites: Places, zones: Places, reach: Reach, *, table: Table, columns: Matrix
) -> Arcs | None:
    """Return the arcs of a given table at its travel costs times its factor."""
    if columns.layout == "wide":
        arcs = read_wide(table, sites.ids, zones.ids, columns.site)
    else:
        arcs = read_long(table, sites.ids, zones.ids, columns)
    return None if arcs is None else reach.of(arcs.with_cost(columns.factor * arcs.cost))


def driven(
    sites: Places, zones: Places, reach: Reach, *, roads: RoadNetwork, options: Network
) -> Arcs | None:
    """Return arcs along shortest ways by road, with those to the nearest node at both ends."""
    far, near = (_attach(places, roads, options) for places in (sites, zones))
    return None if far is None or near is None else roads.arcs(far, near, reach)


def _attach(places: Places, roads: RoadNetwork, options: Network) -> Attachment | None:
    """Return the node of each place and what the way there costs: 0 where a column names it."""
    if places.node is not None:
        return _named_nodes(places, places.node, roads)
    if places.xy is None or roads.x is None:
        lacking = "the places" if roads.x is not None else "the network's nodes"
        places.table.faults.add(
            f"places cannot be attached to the road network: {lacking} have no coordinates",
            file=places.table.file, expected="a column of nodes, or coordinates on both sides",
        )  # fmt: skip
        return None
    attachment = roads.nearest(*places.xy)
    far = int(np.argmax(attachment.distance))
    logger.info(
        "%s: nearest road nodes are %.3g away on average, %.3g at most (%s)", places.table.file,
        attachment.distance.mean(), attachment.distance[far], places.ids[far],
    )  # fmt: skip
    limit = options.max_access if options.max_access is not None else np.inf
    for index in np.flatnonzero(attachment.distance > limit):
        places.table.faults.add(
            f"{places.ids[index]!r} is too far from the road network", file=places.table.file,
            row=places.table.rows[int(index)], found=round(float(attachment.distance[index]), 3),
            expected=f"at most {limit:g}",
        )  # fmt: skip
    return Attachment(attachment.node, options.access * attachment.distance)


def _named_nodes(places: Places, column: str, roads: RoadNetwork) -> Attachment | None:
    nodes = places.table.positions(column, roads.nodes, "a node of the road network")
    return Attachment.at(nodes) if (nodes >= 0).all() else None
