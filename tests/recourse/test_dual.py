"""The closed form of the recourse dual: best zone values, and what any prices prove."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robustev.core.arrays import FloatArray
from robustev.data.arcs import Arcs
from robustev.recourse.dual import DualPoint, with_closed_sites, without_empty_sites
from robustev.recourse.networks.base import Network, is_binary
from robustev.recourse.networks.dense import DenseNetwork
from robustev.recourse.networks.sparse import SparseNetwork

SITES, ZONES = 4, 5


def draw(seed: int) -> tuple[Network, FloatArray, FloatArray]:
    """Return a network of either form, some arcs missing, prices and fractional openings."""
    rng = np.random.default_rng(seed)
    travel = rng.uniform(0, 10, size=(SITES, ZONES))
    travel[rng.random(travel.shape) < 0.2] = np.inf
    x = rng.choice([0.0, 1.0, 0.3, 0.7], size=SITES)
    dense = DenseNetwork(travel, 8.0)
    network = SparseNetwork(Arcs.of_matrix(travel), 8.0) if seed % 2 else dense
    return network, rng.uniform(0, 4, SITES), x


SEEDS = st.integers(0, 10_000)


@given(seed=SEEDS, other=st.lists(st.floats(0, 8), min_size=ZONES, max_size=ZONES))
def test_no_other_zone_values_prove_more(seed: int, other: list[float]) -> None:
    network, u, x = draw(seed)
    best = network.unit_costs(u, network.zone_values(u, x), x)
    tried = network.unit_costs(u, np.array(other), x)
    assert (tried <= best + 1e-9).all()


@given(seed=SEEDS)
def test_with_whole_openings_a_zone_is_worth_its_cheapest_open_site(seed: int) -> None:
    network, u, x = draw(seed)
    x = np.round(x)
    value, travel = network.zone_values(u, x), network.arcs.matrix()
    for j in range(ZONES):
        offers = [travel[i, j] + u[i] for i in range(SITES) if x[i]]
        assert value[j] == pytest.approx(min([*offers, 8.0]))


@given(seed=SEEDS)
def test_prices_of_the_first_phase_count_unserved_units(seed: int) -> None:
    network, _, x = draw(seed)
    first = network.phase_one()
    zero = np.zeros(SITES)
    cost = first.unit_costs(zero, first.zone_values(zero, x), x)
    within = np.isfinite(network.arcs.matrix()) * x[:, None]
    assert cost == pytest.approx(np.maximum(0.0, 1.0 - within.sum(axis=0)), abs=1e-9)


def test_with_every_site_closed_a_zone_is_worth_the_penalty() -> None:
    travel = np.ones((2, 3))
    for network in (DenseNetwork(travel, 7.0), SparseNetwork(Arcs.of_matrix(travel), 7.0)):
        assert network.zone_values(np.zeros(2), np.zeros(2)).tolist() == [7.0, 7.0, 7.0]


@pytest.mark.parametrize("seed", [1, 2])
def test_nobody_wants_an_open_site_without_capacity_at_its_price(seed: int) -> None:
    network, u, _ = draw(seed)
    dual = DualPoint(u, network.zone_values(u, np.ones(SITES)))
    empty = np.array([True, False, True, False])
    raised = without_empty_sites(network, dual, empty)
    saved = network.savings(raised.site, raised.zone, np.eye(ZONES))
    assert saved[:, empty].max() == pytest.approx(0.0)
    assert raised.site[~empty] == pytest.approx(u[~empty])


@given(seed=SEEDS, other=st.floats(0, 12))
def test_a_closed_sites_price_promises_least_of_its_opening(seed: int, other: float) -> None:
    """``sum_j D_j (v_j - t_ij - u)^+ + u C_i`` is least at the price that was chosen."""
    network, u, _ = draw(seed)
    rng = np.random.default_rng([seed, 1])
    demand, capacity = rng.integers(0, 6, ZONES).astype(float), rng.integers(0, 12, SITES)
    dual = DualPoint(u, rng.uniform(0, 8, ZONES))
    closed = np.array([True, True, False, False])
    site = with_closed_sites(network, dual, closed, demand, capacity.astype(float)).site

    def promise(of_site: FloatArray) -> FloatArray:
        return network.savings(of_site, dual.zone, demand[None])[0] + of_site * capacity

    assert (promise(site)[closed] <= promise(np.full(SITES, other))[closed] + 1e-9).all()
    assert (site >= 0).all()
    assert site[~closed] == pytest.approx(u[~closed])


@pytest.mark.parametrize(
    ("x", "binary"),
    [([0.0, 1.0], True), ([1e-12, 1.0 - 1e-12], True), ([0.5, 1.0], False), ([], True)],
)
def test_whole_openings_are_known_up_to_rounding(x: list[float], binary: bool) -> None:
    assert is_binary(np.array(x)) is binary
