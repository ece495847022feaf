"""Travel costs between zones and sites: straight lines and great circles.

Costs are ``t_ij``, of bringing one demand unit from zone j to site i.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import cdist

from robustev.core.arrays import FloatArray, IntArray
from robustev.data.arcs import Arcs
from robustev.data.neighbours import Neighbourhood
from robustev.data.reach import EVERYTHING, Reach

METRES_PER_KM = 1000.0
EARTH_RADIUS_KM = 6371.0088
LONGEST_ON_SPHERE = 1.0 / 0.9944
"""The WGS 84 ellipsoid has radii of curvature from 6335.44 km (along the meridian at the equator)
to 6399.59 km (at the poles). Every curve on it is therefore at least 0.99442 times as long as the
curve through the same longitudes and latitudes on a sphere of the mean radius; so are geodesics.
"""
ROUNDING = 1.0 + 1e-9
"""Distances by two formulas differ by less than this factor, and on the unit sphere by:"""
ROUNDING_ON_SPHERE = 1e-12


def euclidean(
    site_x: FloatArray, site_y: FloatArray, zone_x: FloatArray, zone_y: FloatArray
) -> FloatArray:
    """Return straight-line distances in the coordinates' unit, shape (sites, zones).

    >>> euclidean(np.array([0.0]), np.array([0.0]), np.array([3.0]), np.array([4.0]))
    array([[5.]])
    """
    sites = np.column_stack([site_x, site_y])
    return np.asarray(cdist(sites, np.column_stack([zone_x, zone_y])), dtype=np.float64)


def euclidean_arcs(
    site_x: FloatArray,
    site_y: FloatArray,
    zone_x: FloatArray,
    zone_y: FloatArray,
    *,
    factor: float = 1.0,
    reach: Reach = EVERYTHING,
) -> Arcs:
    """Return the arcs within ``reach`` at straight-line distances times ``factor``.

    >>> zero = np.zeros(2)
    >>> euclidean_arcs(zero, np.array([0.0, 9.0]), zero, zero, reach=Reach(nearest=1)).site.tolist()
    [0, 0]
    """
    if reach.is_everything:
        return Arcs.of_matrix(factor * euclidean(site_x, site_y, zone_x, zone_y))

    def cost(site: IntArray, zone: IntArray) -> FloatArray:
        across, along = site_x[site] - zone_x[zone], site_y[site] - zone_y[zone]
        return np.asarray(factor * np.sqrt(across * across + along * along))

    def bound(cost: FloatArray) -> FloatArray:
        return cost / factor * ROUNDING

    sites, zones = np.column_stack([site_x, site_y]), np.column_stack([zone_x, zone_y])
    return Neighbourhood(sites, zones, cost, bound).arcs(reach)


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


def great_circle_arcs(
    site_longitude: FloatArray,
    site_latitude: FloatArray,
    zone_longitude: FloatArray,
    zone_latitude: FloatArray,
    *,
    detour: float = 1.0,
    reach: Reach = EVERYTHING,
) -> Arcs:
    """Return the arcs within ``reach`` at the costs of :func:`great_circle`.

    Candidates are found by chords of the sphere, which keep the order of distances on it; the
    ellipsoid's differ by so little that few candidates are looked at in vain.
    """
    if reach.is_everything:
        return Arcs.of_matrix(
            great_circle(site_longitude, site_latitude, zone_longitude, zone_latitude, detour)
        )

    def cost(site: IntArray, zone: IntArray) -> FloatArray:
        return detour * geodesic_km(
            site_longitude[site], site_latitude[site], zone_longitude[zone], zone_latitude[zone]
        )

    def bound(cost: FloatArray) -> FloatArray:
        angle = cost / detour * LONGEST_ON_SPHERE / EARTH_RADIUS_KM
        return 2.0 * np.sin(np.minimum(angle, np.pi) / 2.0) * ROUNDING + ROUNDING_ON_SPHERE

    sites = on_sphere(site_longitude, site_latitude)
    zones = on_sphere(zone_longitude, zone_latitude)
    return Neighbourhood(sites, zones, cost, bound).arcs(reach)


def on_sphere(longitude: FloatArray, latitude: FloatArray) -> FloatArray:
    """Return points on the unit sphere, shape (points, 3): chords keep the order of distances."""
    lon, lat = np.radians(longitude), np.radians(latitude)
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def geodesic_km(
    longitude: FloatArray, latitude: FloatArray, to_longitude: FloatArray, to_latitude: FloatArray
) -> FloatArray:
    """Return the geodesic distance in km of each pair of points, all of shape (pairs,)."""
    from pyproj import Geod  # noqa: PLC0415

    metres = Geod(ellps="WGS84").inv(longitude, latitude, to_longitude, to_latitude)[2]
    return np.asarray(metres, dtype=np.float64) / METRES_PER_KM
