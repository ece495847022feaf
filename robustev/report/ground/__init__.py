"""The ground under every map: land, coastline and national borders from Natural Earth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from robustev.core.arrays import FloatArray

STEP = 1e-3
"""Degrees of one step of the stored coordinates, about 100 m."""

Box = tuple[float, float, float, float]
"""West, south, east, north, in degrees."""


@dataclass(frozen=True)
class Ground:
    """What of the world lies in a box, each line of shape (points, 2) in degrees.

    ``land`` are rings cut to the box; ``borders`` lines between countries.
    """

    land: tuple[FloatArray, ...]
    borders: tuple[FloatArray, ...]


@cache
def _world() -> dict[str, list[FloatArray]]:
    """Return every ring of land and every border, in degrees."""
    path = files(__name__).joinpath("natural_earth.npz")
    with path.open("rb") as file, np.load(file) as stored:
        lines = {}
        for name in ("land", "borders"):
            steps, lengths = stored[name].astype(np.int64), stored[f"{name}_lengths"]
            parts = np.split(steps, np.cumsum(lengths)[:-1])
            lines[name] = [whole for part in parts
                           for whole in unbroken(np.cumsum(part, axis=0) * STEP)]  # fmt: skip
    return lines


def unbroken(line: FloatArray) -> list[FloatArray]:
    """Return a line that crosses the date line without the jump there, on each side it is on.

    A jump from 180 to -180 degrees would be drawn straight across every map between. A line that
    goes around a pole stays as it is.

    >>> [part[:, 0].tolist() for part in unbroken(np.array([[179.0, 0.0], [-179.0, 1.0]]))]
    [[179.0, 181.0], [-181.0, -179.0]]
    """
    longitude = np.unwrap(line[:, 0], period=360.0)
    around = abs(float(longitude[-1] - longitude[0])) > 180.0
    if around or np.array_equal(longitude, line[:, 0]):
        return [line]
    longitude -= 360.0 * np.floor((longitude.min() + 180.0) / 360.0)
    turns = (0.0, 360.0) if longitude.max() > 180.0 else (0.0,)
    return [np.stack([longitude - turn, line[:, 1]], axis=1) for turn in turns]


def ground(box: Box) -> Ground:
    """Return the land and the borders within a box."""
    world = _world()
    land = [clipped(ring, box) for ring in world["land"] if _meets(ring, box)]
    borders = [
        part for line in world["borders"] if _meets(line, box) for part in _inside(line, box)
    ]
    return Ground(tuple(ring for ring in land if len(ring) > 2), tuple(borders))


def _meets(line: FloatArray, box: Box) -> bool:
    west, south, east, north = box
    (low_x, low_y), (high_x, high_y) = line.min(axis=0), line.max(axis=0)
    return bool(low_x <= east and high_x >= west and low_y <= north and high_y >= south)


def clipped(ring: FloatArray, box: Box) -> FloatArray:
    """Return a ring cut to a box, side by side. Sutherland and Hodgman (1974)."""
    west, south, east, north = box
    for axis, limit, sign in ((0, west, 1), (0, east, -1), (1, south, 1), (1, north, -1)):
        if len(ring):
            ring = _cut(ring, axis, limit, sign)
    return ring


def _cut(ring: FloatArray, axis: int, limit: float, sign: int) -> FloatArray:
    """Return the part of a ring on one side of a line."""
    before = np.roll(ring, 1, axis=0)
    here, there = sign * (ring[:, axis] - limit) >= 0, sign * (before[:, axis] - limit) >= 0
    crosses = here != there
    span = np.where(crosses, ring[:, axis] - before[:, axis], 1.0)
    share = ((limit - before[:, axis]) / span)[:, None]
    met = before + share * (ring - before)
    points = np.stack([met, ring], axis=1)
    return np.asarray(points[np.stack([crosses, here], axis=1)])


def _inside(line: FloatArray, box: Box) -> list[FloatArray]:
    """Return the pieces of a line in a box, each with the point before and after it."""
    west, south, east, north = box
    within = (line[:, 0] >= west) & (line[:, 0] <= east)
    within &= (line[:, 1] >= south) & (line[:, 1] <= north)
    near = within | np.roll(within, 1) | np.roll(within, -1)
    near[0], near[-1] = within[:2].any(), within[-2:].any()
    edges = np.flatnonzero(np.diff(np.concatenate([[0], near.astype(int), [0]])))
    pieces = [line[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return [piece for piece in pieces if len(piece) > 1]
