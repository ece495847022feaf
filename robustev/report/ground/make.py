"""Make ``natural_earth.npz`` from the TopoJSON of the npm package ``world-atlas``.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python -m robustev.report.ground.make package/countries-10m.json

Arcs of the topology are simplified once each, so that neighbours still fit. An arc of two countries
is a border. Needs the extra ``gis``.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from shapely import LineString, simplify

from robustev.core.arrays import FloatArray
from robustev.report.ground import STEP

TOLERANCE = 4e-3
"""Degrees by which a simplified line may be off, about 400 m."""
SMALLEST = 2e-5
"""Square degrees below which an island is left out, about a quarter of a square kilometre."""


def make(source: Path, target: Path) -> None:
    """Read the topology and write its land and borders as steps of whole numbers."""
    topology = json.loads(source.read_text(encoding="utf-8"))
    arcs = [_simple(arc) for arc in _arcs(topology)]
    rings = [_joined(arcs, ring) for ring in _rings(topology["objects"]["land"])]
    countries = _rings(topology["objects"]["countries"])
    used = Counter(index if index >= 0 else ~index for ring in countries for index in ring)
    borders = [arcs[index] for index, number in used.items() if number > 1]
    land = [ring for ring in rings if len(ring) > 3 and _area(ring) > SMALLEST]
    content: dict[str, Any] = {}
    for name, lines in (("land", land), ("borders", borders)):
        whole = [np.rint(line / STEP).astype(np.int32) for line in lines]
        content[name] = np.concatenate(
            [np.diff(line, axis=0, prepend=np.zeros((1, 2), dtype=np.int32)) for line in whole]
        )
        content[f"{name}_lengths"] = np.array([len(line) for line in whole], dtype=np.int32)
    np.savez_compressed(target, **content)


def _arcs(topology: dict[str, Any]) -> Iterator[FloatArray]:
    scale, move = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    for arc in topology["arcs"]:
        yield np.cumsum(np.array(arc, dtype=np.int64), axis=0) * scale + move


def _simple(arc: FloatArray) -> FloatArray:
    return np.array(simplify(LineString(arc), TOLERANCE).coords) if len(arc) > 2 else arc


def _rings(owner: dict[str, Any]) -> Iterator[list[int]]:
    for part in owner.get("geometries", [owner]):
        if part["type"] == "GeometryCollection":
            yield from _rings(part)
        elif part["type"] == "Polygon":
            yield from part["arcs"]
        elif part["type"] == "MultiPolygon":
            for polygon in part["arcs"]:
                yield from polygon


def _joined(arcs: list[FloatArray], ring: list[int]) -> FloatArray:
    parts = [arcs[index] if index >= 0 else arcs[~index][::-1] for index in ring]
    return np.concatenate([part[:-1] for part in parts])


def _area(ring: FloatArray) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return abs(float(np.roll(x, -1) @ y - x @ np.roll(y, -1))) / 2


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(__file__).with_name("natural_earth.npz"))
