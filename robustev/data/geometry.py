"""Where zones are, for everything that depends on distance between them."""

from __future__ import annotations

import math

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.data.region import Region

EARTH_RADIUS_KM = 6371.0088


def zone_points(region: Region) -> FloatArray:
    """Return a point for every zone, shape (zones, dimensions), whose distances make sense.

    Planar coordinates are used as they are; longitudes and latitudes become kilometres on the
    sphere's chord (three dimensions). Zones without coordinates are placed by their travel costs:
    zones that are equally far from every site coincide. There, distance is the root mean square
    difference of travel costs, and a missing connection counts as twice the longest one.
    """
    x, y = region.zones.x, region.zones.y
    if x is None or y is None:
        travel = region.arcs.matrix().T
        finite = np.isfinite(travel)
        far = 2.0 * travel[finite].max() if finite.any() else 1.0
        return np.asarray(np.where(finite, travel, far) / np.sqrt(travel.shape[1]))
    if not region.geographic:
        return np.column_stack([x, y])
    longitude, latitude = np.radians(x), np.radians(y)
    return EARTH_RADIUS_KM * np.column_stack(
        [
            np.cos(latitude) * np.cos(longitude),
            np.cos(latitude) * np.sin(longitude),
            np.sin(latitude),
        ]
    )


def extent(points: FloatArray) -> float:
    """Return the diagonal of the box around ``points``; 1 where they all coincide.

    >>> extent(np.array([[0.0, 0.0], [3.0, 4.0]]))
    5.0
    """
    # Not a norm of the linear algebra library, whose last bit depends on the processor.
    return math.hypot(*np.ptp(points, axis=0)) or 1.0


def distances(points: FloatArray, others: FloatArray) -> FloatArray:
    """Return Euclidean distances, shape (points, others).

    >>> distances(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0]])).tolist()
    [[5.0]]
    """
    from scipy.spatial.distance import cdist  # noqa: PLC0415

    return np.asarray(cdist(points, others))


def distances_within(points: FloatArray) -> FloatArray:
    """Return Euclidean distances between all of ``points``, shape (points, points).

    By the Gram matrix, which is fast for rows of thousands of numbers; exact to about ``1e-8`` of
    the largest distance.

    >>> distances_within(np.array([[0.0, 0.0], [3.0, 4.0]])).tolist()
    [[0.0, 5.0], [5.0, 0.0]]
    """
    centred = points - points.mean(axis=0)
    square = np.einsum("ij,ij->i", centred, centred)
    gram = centred @ centred.T
    gram *= -2.0
    gram += square[:, None]
    gram += square[None, :]
    np.fill_diagonal(gram, 0.0)
    return np.asarray(np.sqrt(np.maximum(gram, 0.0)))
