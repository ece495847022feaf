"""Places and roads of an OpenStreetMap extract (.osm.pbf), by pyosmium.

Data (c) OpenStreetMap contributors, ODbL.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from pydantic import Field

from robustev.core.errors import FaultCollector, InputError
from robustev.core.files import check_file
from robustev.core.formatting import count
from robustev.readers.importers.base import Imported, Importer
from robustev.readers.importers.stations import whole

NO_OSMIUM = "reading OpenStreetMap extracts needs the extra 'gis': pip install 'robustev[gis]'"
DRIVABLE = {
    "motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential",
    "living_street", "service", "motorway_link", "trunk_link", "primary_link", "secondary_link",
    "tertiary_link",
}  # fmt: skip
"""Values of ``highway`` that cars may use, but for private ways and tracks."""
FORWARD, BACKWARD = {"yes", "true", "1"}, {"-1", "reverse"}


class OsmPlacesImporter(Importer):
    """Car parks, fuel stations and other amenities of an extract as candidate sites.

    Nodes stand where they are, ways at the mean of their corners. Slots are a share of the tag
    ``capacity``; a place without that tag, or with words in it, has ``slots`` of them.
    """

    key: ClassVar[str] = "osm-places"
    amenities: tuple[str, ...] = Field(("parking", "fuel"), min_length=1)
    """Values of the tag ``amenity``."""
    share: float = Field(0.1, gt=0, le=1)
    """Share of a place's capacity that may become slots; at least one slot."""
    slots: int = Field(4, ge=1)
    """Slots of a place without a usable capacity."""

    def read(self, path: Path) -> Imported:
        """Return ``sites.csv``: id, name, x, y, slots, amenity."""
        osmium = _osmium(path)
        rows, seen = [], Counter[str]()
        extract = osmium.FileProcessor(str(path)).with_locations().with_filter(
            osmium.filter.KeyFilter("amenity")
        )  # fmt: skip
        for thing in _all(extract, path):
            amenity = thing.tags.get("amenity")
            if amenity not in self.amenities or not (thing.is_node() or thing.is_way()):
                continue
            place = _centre(thing)
            if place is None:
                seen["without coordinates in the extract, left out"] += 1
                continue
            capacity = whole(thing.tags.get("capacity"))
            if capacity is None:
                seen[f"without a usable capacity, taken as {count(self.slots, 'slot')}"] += 1
            slots = self.slots if capacity is None else max(1, round(self.share * capacity))
            kind = "n" if thing.is_node() else "w"
            rows.append((f"{kind}{thing.id}", thing.tags.get("name", ""), *place, slots, amenity))
        if not rows:
            raise InputError(f"{path}: no place with amenity {', '.join(self.amenities)}")
        frame = pd.DataFrame(rows, columns=["id", "name", "x", "y", "slots", "amenity"])
        notes = tuple(f"{count(number, 'place')} {what}" for what, number in seen.items())
        return Imported({"sites.csv": frame}, notes)


class OsmRoadsImporter(Importer):
    """The roads of an extract that cars may use, as edges and nodes of a network.

    Lengths are geodesic, in km. ``oneway`` is kept; roundabouts and motorways are one-way.
    """

    key: ClassVar[str] = "osm-roads"

    def read(self, path: Path) -> Imported:
        """Return ``edges.csv`` (from, to, length, oneway) and ``nodes.csv`` (id, x, y)."""
        osmium = _osmium(path)
        places: dict[int, tuple[float, float]] = {}
        ends: list[tuple[int, int, bool]] = []
        cut = 0
        extract = osmium.FileProcessor(str(path)).with_locations().with_filter(
            osmium.filter.KeyFilter("highway")
        )  # fmt: skip
        for way in _all(extract, path):
            if not way.is_way() or way.tags.get("highway") not in DRIVABLE:
                continue
            known = [(n.ref, (n.lon, n.lat)) for n in way.nodes if n.location.valid()]
            cut += len(known) < len(way.nodes)
            places.update(known)
            chain = [ref for ref, _ in known]
            first, second = chain[:-1], chain[1:]
            if way.tags.get("oneway") in BACKWARD:
                first, second = second, first
            ends += [(a, b, _one_way(way.tags)) for a, b in zip(first, second, strict=True)]
        if not ends:
            raise InputError(f"{path}: no road that cars may use")
        edges = pd.DataFrame(ends, columns=["from", "to", "oneway"])
        edges["oneway"] = edges["oneway"].astype(int)
        edges["length"] = _lengths([places[a] for a in edges["from"]],
                                   [places[b] for b in edges["to"]])  # fmt: skip
        nodes = pd.DataFrame([(ref, *xy) for ref, xy in places.items()], columns=["id", "x", "y"])
        notes = (f"{count(cut, 'road')} cut off at the edge of the extract",) if cut else ()
        return Imported({"edges.csv": edges, "nodes.csv": nodes}, notes)


def _osmium(path: Path) -> Any:
    try:
        import osmium  # noqa: PLC0415
    except ImportError:
        raise InputError(NO_OSMIUM) from None
    faults = FaultCollector()
    check_file(path, faults)
    faults.raise_if_any()
    return osmium


def _all(extract: Any, path: Path) -> Any:
    """Yield the things of an extract; one that cannot be read is an error of input."""
    try:
        yield from extract
    except RuntimeError as error:
        raise InputError(f"{path}: not a readable OpenStreetMap extract: {error}") from error


def _centre(thing: Any) -> tuple[float, float] | None:
    if thing.is_node():
        return (thing.lon, thing.lat) if thing.location.valid() else None
    corners = [(node.lon, node.lat) for node in thing.nodes if node.location.valid()]
    corners = corners[:-1] if len(corners) > 1 and corners[0] == corners[-1] else corners
    if not corners:
        return None
    x, y = np.mean(corners, axis=0)
    return float(x), float(y)


def _one_way(tags: Any) -> bool:
    stated = tags.get("oneway")
    if stated is None:
        return bool(tags.get("junction") == "roundabout" or tags.get("highway") == "motorway")
    return stated in FORWARD | BACKWARD


def _lengths(start: list[tuple[float, float]], end: list[tuple[float, float]]) -> Any:
    """Return geodesic lengths in km on the ellipsoid WGS 84."""
    from pyproj import Geod  # noqa: PLC0415

    (x0, y0), (x1, y1) = np.array(start).T, np.array(end).T
    return Geod(ellps="WGS84").inv(x0, y0, x1, y1)[2] / 1000
