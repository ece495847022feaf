"""Straight lines and great circles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics.pairwise import haversine_distances

from robustev.data.travel import euclidean, geodesic_km, great_circle

degrees = st.tuples(st.floats(-180, 180), st.floats(-89, 89))
places = st.lists(degrees, min_size=1, max_size=5).map(np.array)


def test_euclidean_has_one_row_per_site() -> None:
    """Two sites and three zones on a line give a 2 x 3 table of absolute differences."""
    travel = euclidean(np.array([0.0, 10.0]), np.zeros(2), np.array([1.0, 4.0, 10.0]), np.zeros(3))
    np.testing.assert_allclose(travel, [[1, 4, 10], [9, 6, 0]])


def test_amsterdam_to_rotterdam_is_57_km() -> None:
    """The geodesic between two known cities has its known length."""
    distance = geodesic_km(*(np.array([v]) for v in (4.9041, 52.3676, 4.4777, 51.9244)))
    assert distance[0] == pytest.approx(57.3, abs=0.2)


@given(sites=places, zones=places)
def test_great_circle_agrees_with_the_sphere(sites: np.ndarray, zones: np.ndarray) -> None:
    """The ellipsoid differs from a sphere of mean radius by less than 0.6 per cent."""
    travel = great_circle(sites[:, 0], sites[:, 1], zones[:, 0], zones[:, 1])
    sphere = 6371.0088 * haversine_distances(np.radians(sites[:, ::-1]), np.radians(zones[:, ::-1]))
    assert travel.shape == (len(sites), len(zones))
    np.testing.assert_allclose(travel, sphere, rtol=6e-3, atol=1e-3)


def test_detour_multiplies_every_distance() -> None:
    """A detour of 1.3 makes every way 1.3 times as long."""
    sites, zones = np.array([4.0, 5.0]), np.array([6.0])
    straight = great_circle(sites, sites, zones, zones)
    np.testing.assert_allclose(great_circle(sites, sites, zones, zones, 1.3), 1.3 * straight)
