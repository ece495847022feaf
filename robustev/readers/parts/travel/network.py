"""Shortest ways on a road network, zones and sites attached to its nodes."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field

from robustev.core.errors import FaultCollector
from robustev.data.arcs import Arcs
from robustev.data.network import RoadNetwork
from robustev.data.reach import Reach
from robustev.data.shortest_paths import Attachment
from robustev.readers.parts.data_file import TableFile
from robustev.readers.parts.places import Places
from robustev.readers.parts.travel.base import TravelRule, TravelSection
from robustev.readers.parts.travel.roads import read_roads

logger = logging.getLogger(__name__)


class Network(TravelSection):
    """Shortest paths from zones to sites on a road network."""

    kind: Literal["network"] = "network"
    """Selects shortest paths."""
    edges: TableFile
    """Edge list (CSV or Parquet), or a GraphML file with node attributes ``x`` and ``y``, such as
    osmnx writes."""
    nodes: TableFile | None = None
    """Table of nodes with id, x and y; needed to attach places by distance to an edge list."""
    start: str = "from"
    """Column of the edge's first node."""
    end: str = "to"
    """Column of the edge's second node."""
    length: str = "length"
    """Column (or GraphML attribute) of the edge's length."""
    oneway: str = "oneway"
    """Optional column: 1 where the edge may only be driven from its first to its second node."""
    factor: float = Field(1.0, gt=0)
    """Multiplies every length, for instance 0.001 from metres to km."""
    access: float = Field(1.0, ge=0)
    """Share of the distance from a place to its nearest node that is added to its travel; that
    distance is in the coordinates' unit, or in km if they are geographic."""
    max_access: float | None = Field(None, gt=0)
    """A place further than this from every node is a fault; absent for no limit."""

    def rule(
        self, base: Path, faults: FaultCollector, *, geographic: bool, separator: str | None = None
    ) -> TravelRule | None:
        """Return the rule, once the network is read."""
        roads = read_roads(base, self, faults, geographic=geographic, separator=separator)
        return None if roads is None else partial(self.arcs, roads=roads)

    def arcs(
        self, sites: Places, zones: Places, reach: Reach, *, roads: RoadNetwork
    ) -> Arcs | None:
        """Return arcs along shortest ways by road, with those to the nearest node at both ends."""
        far, near = (_attach(places, roads, self) for places in (sites, zones))
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
    if not places.ids or not roads.nodes:
        return None  # an empty table is a fault by now
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
