"""Points of zones: planes, spheres, and regions without coordinates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from robustev.data.arcs import Arcs
from robustev.data.geometry import EARTH_RADIUS_KM, distances, extent, zone_points
from tests.scenarios.conftest import grid_region


def test_planar_coordinates_are_used_as_they_are() -> None:
    region = grid_region()
    points = zone_points(region)
    assert region.zones.x is not None
    np.testing.assert_array_equal(points[:, 0], region.zones.x)


def test_degrees_become_kilometres() -> None:
    region = grid_region()
    count = region.num_zones
    degrees = replace(region.zones, x=np.linspace(0, 1, count), y=np.zeros(count))
    points = zone_points(replace(region, zones=degrees, geographic=True))
    one_degree = 2 * np.pi * EARTH_RADIUS_KM / 360
    assert abs(distances(points[:1], points[-1:])[0, 0] - one_degree) < 0.01


def test_without_coordinates_zones_far_from_the_same_sites_coincide() -> None:
    region = grid_region(coordinates=False)
    travel = np.array(region.arcs.matrix())
    travel[:, 1] = travel[:, 0]
    travel[0, 2] = np.inf
    points = zone_points(replace(region, arcs=Arcs.of_matrix(travel)))
    assert np.isfinite(points).all()
    assert distances(points[:1], points[1:2])[0, 0] == 0.0
    assert distances(points[:1], points[2:3])[0, 0] > 0.0


def test_coinciding_points_have_extent_one() -> None:
    assert extent(np.zeros((3, 2))) == 1.0
