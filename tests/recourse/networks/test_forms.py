"""A network answers alike as a matrix and as a list of arcs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robustev.data.arcs import Arcs
from robustev.recourse.covers import FlowCovers
from robustev.recourse.networks.base import Network
from robustev.recourse.networks.choose import DENSE_SHARE, network_of
from robustev.recourse.networks.dense import DenseNetwork
from robustev.recourse.networks.sparse import SparseNetwork

SITES, ZONES, TYPES = 5, 7, 2
SEEDS = st.integers(0, 10_000)


def forms(rng: np.random.Generator) -> tuple[Network, Network]:
    """Return both forms of one network; some zones may have no arc at all."""
    travel = rng.uniform(0, 10, (SITES, ZONES)).round(2)
    travel[rng.random(travel.shape) < 0.5] = np.inf
    ceiling = rng.uniform(2, 12, ZONES) if rng.random() < 0.5 else 8.0
    return DenseNetwork(travel, ceiling), SparseNetwork(Arcs.of_matrix(travel), ceiling)


def arcs_of(network: Network, chosen: np.ndarray) -> set[tuple[int, int, float]]:
    return set(zip(*(part.tolist() for part in network.ends(chosen)), strict=True))


@given(seed=SEEDS)
def test_values_and_savings_agree(seed: int) -> None:
    rng = np.random.default_rng(seed)
    dense, sparse = forms(rng)
    u, v = rng.uniform(0, 4, SITES), rng.uniform(0, 8, ZONES)
    x = rng.choice([0.0, 1.0, 0.3, 0.7], size=SITES)
    load, capacity = rng.uniform(0, 5, (3, ZONES)), rng.uniform(0, 12, 2)
    some = np.array([1, 4])
    for opened in (x, np.round(x), np.zeros(SITES)):
        assert sparse.zone_values(u, opened) == pytest.approx(dense.zone_values(u, opened))
        assert sparse.unit_costs(u, v, opened) == pytest.approx(dense.unit_costs(u, v, opened))
    assert sparse.savings(u, v, load) == pytest.approx(dense.savings(u, v, load))
    assert sparse.largest_saving(v, some) == pytest.approx(dense.largest_saving(v, some))
    found = sparse.knapsack_prices(v, some, load[0], capacity)
    assert found == pytest.approx(dense.knapsack_prices(v, some, load[0], capacity))
    assert sparse.reduced_minimum(u) == pytest.approx(dense.reduced_minimum(u))


@given(seed=SEEDS)
def test_sets_of_arcs_agree(seed: int) -> None:
    rng = np.random.default_rng(seed)
    dense, sparse = forms(rng)
    u, v = rng.uniform(0, 4, SITES), rng.uniform(0, 8, ZONES)
    asked_of_all = (
        ("usable", ()), ("cheapest", (u, 2)), ("below", (u, v)), ("within", (u, 1.5)),
    )  # fmt: skip
    for name, asked in asked_of_all:
        chosen = [arcs_of(of, getattr(of, name)(*asked)) for of in (dense, sparse)]
        assert chosen[0] == chosen[1]
    site, cost = sparse.nearest()
    reached = np.isfinite(cost)
    assert cost == pytest.approx(dense.nearest()[1])
    assert (site[reached] == dense.nearest()[0][reached]).all()
    arcs = sparse.arcs
    assert (sparse.costs_of(arcs.site, arcs.zone) == dense.costs_of(arcs.site, arcs.zone)).all()


@given(seed=SEEDS)
def test_networks_made_of_them_agree(seed: int) -> None:
    rng = np.random.default_rng(seed)
    dense, sparse = forms(rng)
    kind = rng.integers(0, 3, (4, SITES))
    covers = FlowCovers(rng.random((4, ZONES)) < 0.6, kind == 1, kind == 2)
    price, demand = rng.uniform(0, 3, (SITES, TYPES)), rng.uniform(0, 5, (ZONES, TYPES))
    sites, zones = np.array([0, 2, 3]), np.array([1, 2, 5, 6])
    made = [
        (
            of.surcharged(covers, np.array([1.0, 0.5, 2.0, 0.0])),
            of.of_bundles(price, demand, demand @ np.array([6.0, 9.0])),
            of.part(sites, zones),
            of.phase_one(),
        )
        for of in (dense, sparse)
    ]
    for one, other in zip(*made, strict=True):
        assert one.shape == other.shape
        assert one.arcs.matrix() == pytest.approx(other.arcs.matrix())
        assert one.ceilings == pytest.approx(other.ceilings)


def test_few_arcs_become_a_list_and_many_a_matrix() -> None:
    travel = np.full((10, 10), np.inf)
    travel.ravel()[: int(100 * DENSE_SHARE)] = 1.0
    assert isinstance(network_of(Arcs.of_matrix(travel), 5.0), DenseNetwork)
    travel[0, 0] = np.inf
    assert isinstance(network_of(Arcs.of_matrix(travel), 5.0), SparseNetwork)
