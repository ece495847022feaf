"""Travel costs between zones and sites: straight lines and great circles.

Every function returns shape (sites, zones), the cost ``t_ij`` of bringing one demand unit from
zone j to site i.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import cdist

from robustev.core.arrays import FloatArray

METRES_PER_KM = 1000.0


def euclidean(
    site_x: FloatArray, site_y: FloatArray, zone_x: FloatArray, zone_y: FloatArray
) -> FloatArray:
    """Return straight-line distances in the coordinates' unit, shape (sites, zones).

    >>> euclidean(np.array([0.0]), np.array([0.0]), np.array([3.0]), np.array([4.0]))
    array([[5.]])
    """
    sites = np.column_stack([site_x, site_y])
    return np.asarray(cdist(sites, np.column_stack([zone_x, zone_y])), dtype=np.float64)


def great_circle(
    site_longitude: FloatArray,
    site_latitude: FloatArray,
    zone_longitude: FloatArray,
    zone_latitude: FloatArray,
    detour: float = 1.0,
) -> FloatArray:
    """Return geodesic distances on the WGS 84 ellipsoid times ``detour``, in km, (sites, zones).

    Coordinates are degrees. ``detour`` is the mean ratio of road to straight distance; around
    1.3 in dense road networks (Ballou, Rahardja and Sakai 2002).

    >>> zero = np.array([0.0])
    >>> great_circle(zero, zero, np.array([1.0]), zero).round(3)  # a degree of the equator
    array([[111.319]])
    """
    shape = (len(site_longitude), len(zone_longitude))
    columns = [
        np.broadcast_to(values, shape).ravel()
        for values in (
            np.asarray(site_longitude)[:, None],
            np.asarray(site_latitude)[:, None],
            np.asarray(zone_longitude)[None, :],
            np.asarray(zone_latitude)[None, :],
        )
    ]
    return detour * geodesic_km(*columns).reshape(shape)


def geodesic_km(
    longitude: FloatArray, latitude: FloatArray, to_longitude: FloatArray, to_latitude: FloatArray
) -> FloatArray:
    """Return the geodesic distance in km of each pair of points, all of shape (pairs,)."""
    from pyproj import Geod  # noqa: PLC0415

    metres = Geod(ellps="WGS84").inv(longitude, latitude, to_longitude, to_latitude)[2]
    return np.asarray(metres, dtype=np.float64) / METRES_PER_KM
