"""Reach limits which arcs a region holds, and a model may not look further."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robustev.core.arrays import FloatArray
from robustev.data.arcs import Arcs
from robustev.data.network import RoadNetwork
from robustev.data.reach import EVERYTHING, Reach
from robustev.data.shortest_paths import Attachment
from robustev.data.travel import euclidean, euclidean_arcs, great_circle, great_circle_arcs

REACHES = st.builds(
    Reach,
    most=st.sampled_from([0.0, 3.0, 40.0, 2000.0, 25_000.0, np.inf]),
    nearest=st.sampled_from([None, 1, 2, 5, 30]),
)


def places(seed: int, *, grid: bool) -> FloatArray:
    """Coordinates of up to 40 sites and up to 60 zones, on a grid that makes many ties if so."""
    rng = np.random.default_rng(seed)
    size = (2, rng.integers(1, 40) + rng.integers(1, 60))
    return rng.integers(0, 8, size).astype(float) if grid else rng.uniform(-89, 89, size)


def agree(found: Arcs, travel: FloatArray, reach: Reach) -> None:
    expected = reach.of(Arcs.of_matrix(travel))
    np.testing.assert_array_equal(found.zone, expected.zone)
    np.testing.assert_array_equal(found.site, expected.site)
    np.testing.assert_allclose(found.cost, expected.cost, rtol=1e-12)


@given(seed=st.integers(0, 2000), reach=REACHES, grid=st.booleans())
def test_the_index_finds_the_straight_lines_of_the_whole_matrix(
    seed: int, reach: Reach, grid: bool
) -> None:
    x, y = places(seed, grid=grid)
    cut = np.random.default_rng(seed).integers(1, len(x))
    ends = (x[:cut], y[:cut], x[cut:], y[cut:])
    agree(euclidean_arcs(*ends, factor=1.5, reach=reach), 1.5 * euclidean(*ends), reach)


@given(seed=st.integers(0, 2000), reach=REACHES, grid=st.booleans())
def test_the_index_finds_the_geodesics_of_the_whole_matrix(
    seed: int, reach: Reach, grid: bool
) -> None:
    x, y = places(seed, grid=grid)
    cut = np.random.default_rng(seed).integers(1, len(x))
    ends = (2 * x[:cut], y[:cut], 2 * x[cut:], y[cut:])
    agree(great_circle_arcs(*ends, detour=1.3, reach=reach), great_circle(*ends, 1.3), reach)


def test_the_nearest_on_the_ellipsoid_need_not_be_the_nearest_on_the_sphere() -> None:
    """A degree along the meridian at the equator is shorter than one along the equator."""
    zone = np.zeros(1)
    site_x, site_y = np.array([0.0, 0.997]), np.array([1.0, 0.0])
    one = great_circle_arcs(site_x, site_y, zone, zone, reach=Reach(nearest=1))
    assert one.site.tolist() == [0]


def roads(seed: int) -> tuple[RoadNetwork, Attachment, Attachment]:
    """A random network, with ways that cannot be driven back, parts without a way, and ties."""
    rng = np.random.default_rng(seed)
    nodes, edges = int(rng.integers(2, 25)), int(rng.integers(1, 60))
    start, end = rng.integers(0, nodes, (2, edges))
    length = rng.integers(1, 9, edges).astype(float)
    network = RoadNetwork.from_edges(
        tuple(map(str, range(nodes))), start, end, length, oneway=rng.random(edges) < 0.3
    )
    sites, zones = (
        Attachment(rng.integers(0, nodes, count), rng.integers(0, 3, count).astype(float))
        for count in rng.integers(1, 30, 2)
    )
    return network, sites, zones


@given(seed=st.integers(0, 5000), reach=REACHES, cells=st.sampled_from([1, 60, 10**6]))
def test_bounded_searches_find_the_shortest_ways_of_the_whole_matrix(
    seed: int, reach: Reach, cells: int
) -> None:
    network, sites, zones = roads(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("robustev.data.shortest_paths.MAX_CELLS", cells)
        found = network.arcs(sites, zones, reach)
    agree(found, network.arcs(sites, zones).matrix(), reach)


@given(seed=st.integers(0, 500), several=st.lists(REACHES, max_size=4))
def test_the_loosest_of_several_holds_each_and_all_their_arcs(
    seed: int, several: list[Reach]
) -> None:
    loosest = Reach.loosest(several)
    x, y = places(seed, grid=True)
    arcs = Arcs.of_matrix(euclidean(x[:1], y[:1], x, y))
    for one in several:
        assert loosest.holds(one)
        np.testing.assert_array_equal(one.of(loosest.of(arcs)).matrix(), one.of(arcs).matrix())


@pytest.mark.parametrize(
    ("held", "wanted"),
    [(Reach(most=5.0), Reach(most=6.0)), (Reach(nearest=2), Reach(nearest=3)),
     (Reach(most=5.0), EVERYTHING), (Reach(nearest=2), Reach(most=1.0)),
     (Reach(5.0, 2), Reach(nearest=1))],
)  # fmt: skip
def test_a_limit_does_not_hold_what_goes_beyond_it(held: Reach, wanted: Reach) -> None:
    assert not held.holds(wanted)
    assert EVERYTHING.holds(wanted)


def test_as_many_nearest_sites_as_there_are_is_no_limit() -> None:
    assert Reach(7.0, 3).among(3) == Reach(7.0)
    assert Reach(7.0, 3).among(4) == Reach(7.0, 3)
