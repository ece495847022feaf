"""Coordinates of zones and sites come into one system, or their contradictions are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from robustev.core.errors import InputError
from robustev.data.region import Region
from robustev.readers.tables import TablesRegion

DEGREES = {"a": (9.0, 52.0), "b": (9.1, 52.1)}
METRES = {"a": (500_000.0, 5_761_038.0), "b": (506_850.0, 5_772_166.0)}  # the same, in UTM 32
SWAPPED = {name: (y, x) for name, (x, y) in DEGREES.items()}
NOWHERE = {"a": (12.0, 7_000.0), "b": (13.0, 8_000.0)}


def read(folder: Path, zones: dict[str, Any], sites: dict[str, Any], **section: Any) -> Region:
    """Read two places as zones and as sites; a part ``crs`` is that of the file."""
    given = {}
    for name, part, column in (("zones", zones, "demand"), ("sites", sites, "capacity")):
        places = {key: xy for key, xy in part.items() if key != "crs"}
        lines = [f"{key},{x},{y},1" for key, (x, y) in places.items()]
        (folder / f"{name}.csv").write_text("\n".join([f"id,x,y,{column}", *lines]) + "\n")
        given[name] = {"file": f"{name}.csv"} | ({"crs": part["crs"]} if "crs" in part else {})
    return TablesRegion.model_validate({"format": "tables", **given, **section}).read(folder)


UTM = {**METRES, "crs": "EPSG:25832"}
WGS = {**DEGREES, "crs": 4326}
AGREEING = [
    (UTM, WGS, "metres and degrees, both said"),
    (UTM, DEGREES, "degrees that lie among the others"),
    (WGS, METRES | {"crs": 25832}, "the other way about"),
    (UTM, METRES, "metres that lie among the others"),
]


@pytest.mark.parametrize(("zones", "sites"), [row[:2] for row in AGREEING],
                         ids=[row[2] for row in AGREEING])  # fmt: skip
def test_systems_that_are_said_or_found_become_degrees(
    zones: dict[str, Any], sites: dict[str, Any], tmp_path: Path
) -> None:
    region = read(tmp_path, zones, sites)
    assert region.geographic
    assert region.sites.x is not None
    assert region.sites.y is not None
    np.testing.assert_allclose(region.sites.x, [9.0, 9.1], atol=1e-4)
    np.testing.assert_allclose(region.sites.y, [52.0, 52.1], atol=1e-4)
    assert region.arcs.matrix()[0, 0] == pytest.approx(0.0, abs=0.02)
    assert region.arcs.matrix()[0, 1] == pytest.approx(1.3 * 13.07, rel=0.01)


def test_straight_lines_keep_the_plane_of_the_first_projected_file(tmp_path: Path) -> None:
    region = read(tmp_path, WGS, UTM, travel={"kind": "euclidean", "factor": 0.001})
    assert not region.geographic
    assert region.zones.x is not None
    np.testing.assert_allclose(region.zones.x, [500_000, 506_850], atol=5)
    assert region.arcs.matrix()[0, 1] == pytest.approx(13.07, rel=0.01)


def test_without_systems_coordinates_stay_as_they_are(tmp_path: Path) -> None:
    region = read(tmp_path, METRES, METRES)
    assert not region.geographic
    assert region.arcs.matrix()[0, 1] == pytest.approx(13_067, rel=0.01)


GREAT_CIRCLE = {"travel": {"kind": "great_circle"}}
CONTRADICTIONS = [
    (DEGREES, METRES, {}, "degrees, where .* has metres", "degrees beside metres"),
    (METRES, DEGREES, {}, "degrees, where .* has metres", "metres beside degrees"),
    (DEGREES, SWAPPED, {}, "the axes are swapped", "swapped axes of one file"),
    (METRES, METRES, GREAT_CIRCLE, "coordinates are no degrees", "metres as degrees"),
    ({"a": (52.0, 109.0), "b": (52.1, 109.1)}, DEGREES, GREAT_CIRCLE,
     "longitude and latitude are swapped", "swapped axes beyond their limits"),
    (UTM, NOWHERE, {}, "no coordinate reference system", "a system that cannot be found"),
    ({**DEGREES, "crs": "EPSG:1"}, DEGREES, {}, "no such coordinate reference", "an unknown one"),
    ({**METRES, "crs": 4326}, WGS, {}, "out of range", "metres that are said to be degrees"),
    (WGS, WGS, {"travel": {"kind": "euclidean"}}, "degrees are no distance", "straight degrees"),
]  # fmt: skip


@pytest.mark.parametrize(("zones", "sites", "section", "message"),
                         [row[:4] for row in CONTRADICTIONS],
                         ids=[row[4] for row in CONTRADICTIONS])  # fmt: skip
def test_contradictions(
    zones: dict[str, Any], sites: dict[str, Any], section: dict[str, Any], message: str,
    tmp_path: Path,
) -> None:  # fmt: skip
    with pytest.raises(InputError, match=message):
        read(tmp_path, zones, sites, **section)
