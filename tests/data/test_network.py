"""Shortest paths, checked against Bellman-Ford by hand, and attachment to the nearest node."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robustev.core.arrays import FloatArray, IntArray
from robustev.data.network import RoadNetwork
from robustev.data.shortest_paths import Attachment
from robustev.data.travel import geodesic_km

edges = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 9), st.booleans()),
    min_size=1, max_size=15,
)  # fmt: skip


def network(rows: list[tuple[int, int, float, bool]], nodes: int = 6) -> RoadNetwork:
    start, end, length, oneway = (np.array(column) for column in zip(*rows, strict=True))
    names = tuple(f"n{i}" for i in range(nodes))
    return RoadNetwork.from_edges(
        names, start.astype(int), end.astype(int), length.astype(float), oneway=oneway.astype(bool)
    )


def ways(roads: RoadNetwork, sites: IntArray, zones: IntArray) -> FloatArray:
    return roads.arcs(Attachment.at(sites), Attachment.at(zones)).matrix()


@given(edges)
def test_travel_is_the_shortest_way_from_zone_to_site(
    rows: list[tuple[int, int, float, bool]],
) -> None:
    """Relaxing every arc until nothing changes gives the same distances."""
    distance = np.full((6, 6), np.inf)
    np.fill_diagonal(distance, 0)
    for _ in range(6):
        for u, v, length, oneway in rows:
            distance[:, v] = np.minimum(distance[:, v], distance[:, u] + length)
            if not oneway:
                distance[:, u] = np.minimum(distance[:, u], distance[:, v] + length)
    every = np.arange(6)
    np.testing.assert_array_equal(ways(network(rows), every, every), distance.T)


def test_oneway_road_lets_only_one_side_through() -> None:
    """From node 0 one can reach a site at 1, but not the other way."""
    roads = network([(0, 1, 5.0, True)], nodes=2)
    np.testing.assert_array_equal(
        ways(roads, np.array([0, 1]), np.array([0, 1])), [[0, np.inf], [5, 0]]
    )


def test_of_parallel_roads_the_shortest_counts() -> None:
    """Two roads between the same nodes do not add up."""
    roads = network([(0, 1, 5.0, False), (1, 0, 3.0, False)], nodes=2)
    assert ways(roads, np.array([0]), np.array([1])).item() == 3.0


def test_sites_at_the_same_node_have_the_same_travel() -> None:
    """Repeated nodes keep their own rows, in the order asked for."""
    roads = network([(0, 1, 2.0, False), (1, 2, 2.0, False)], nodes=3)
    travel = ways(roads, np.array([2, 0, 2]), np.array([1, 0]))
    np.testing.assert_array_equal(travel, [[2, 4], [2, 0], [2, 4]])


@pytest.mark.parametrize("geographic", [False, True])
def test_nearest_node_is_nearest_of_all(geographic: bool) -> None:
    """The tree finds what comparing every pair finds, also across the date line."""
    rng = np.random.default_rng(3)
    x, y = rng.uniform(-180, 180, 60), rng.uniform(-80, 80, 60)
    roads = network([(0, 1, 1.0, False)], nodes=40)
    located = RoadNetwork(roads.nodes, roads.graph, x[:40], y[:40], geographic)
    found = located.nearest(x[40:], y[40:])
    i, j = (index.ravel() for index in np.indices((20, 40)))
    if geographic:
        pairs = geodesic_km(x[40:][i], y[40:][i], x[:40][j], y[:40][j])
    else:
        pairs = np.hypot(x[40:][i] - x[:40][j], y[40:][i] - y[:40][j])
    np.testing.assert_allclose(found.distance, pairs.reshape(20, 40).min(axis=1), rtol=5e-3)


def test_nearest_needs_coordinates() -> None:
    """A network without coordinates says so."""
    with pytest.raises(ValueError, match="no coordinates"):
        network([(0, 1, 1.0, False)]).nearest(np.zeros(1), np.zeros(1))
