"""Guessed prices of capacity: true where nothing changes, near where demand does."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.core.arrays import FloatArray
from robustev.data.arcs import Arcs
from robustev.recourse.networks.base import Network
from robustev.recourse.networks.dense import DenseNetwork
from robustev.recourse.networks.sparse import SparseNetwork
from robustev.recourse.price_response import PriceResponse
from robustev.recourse.transport_simplex import Flow, solve_transport

SITES, ZONES, CEILING = 16, 900, 40.0


def drawn(seed: int) -> tuple[Network, FloatArray, FloatArray]:
    """Return a plane of many zones, demand, and capacities of which some bind."""
    rng = np.random.default_rng(seed)
    here, there = rng.uniform(0, 10, (SITES, 2)), rng.uniform(0, 10, (ZONES, 2))
    travel = np.hypot(*(here[:, None] - there).transpose(2, 0, 1))
    demand = rng.gamma(4.0, 1.0, ZONES)
    capacity = rng.dirichlet(np.full(SITES, 5.0)) * 1.15 * demand.sum()
    dense = DenseNetwork(travel, CEILING)
    return (SparseNetwork(Arcs.of_matrix(travel), CEILING) if seed % 2 else dense), demand, capacity


def solved(
    network: Network, demand: FloatArray, capacity: FloatArray, start: FloatArray | None = None
) -> Flow:
    return solve_transport(network, demand, capacity, start)


@pytest.mark.parametrize("seed", range(4))
def test_the_guess_for_other_demand_proves_more_than_the_prices_it_is_made_from(seed: int) -> None:
    network, demand, capacity = drawn(seed)
    known = solved(network, demand, capacity)
    response = PriceResponse(network, known.dual, demand, capacity)
    other = demand * np.random.default_rng([seed, 1]).gamma(20.0, 1 / 20, ZONES) * 1.05
    guess = response.prices(other)

    def proven(u: FloatArray) -> float:
        v = np.minimum(network.reduced_minimum(u), CEILING)
        return float(other @ v - capacity @ u)

    truth = solved(network, other, capacity).value
    assert truth - proven(guess) < 0.5 * (truth - proven(known.dual.site))


@pytest.mark.parametrize("factor", [0.0, 0.5, 0.9, 1.2, 2.0])
@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_guessed_the_optimum_is_the_same(seed: int, factor: float) -> None:
    network, demand, capacity = drawn(seed)
    known = solved(network, demand, capacity)
    guess = PriceResponse(network, known.dual, demand, capacity).prices(factor * demand)
    assert (guess >= 0).all()
    assert (guess <= CEILING).all()
    whole = solved(network, factor * demand, capacity)
    assert solved(network, factor * demand, capacity, guess).value == pytest.approx(whole.value)


def test_closed_and_unlimited_sites_are_left_as_they_are() -> None:
    network, demand, capacity = drawn(2)
    capacity[:3], capacity[3] = 0.0, np.inf
    known = solved(network, demand, capacity)
    guess = PriceResponse(network, known.dual, demand, capacity).prices(1.1 * demand)
    assert (guess[:4] == known.dual.site[:4]).all()


def test_without_demand_the_known_prices_stay() -> None:
    network, demand, capacity = drawn(0)
    known = solved(network, demand, capacity)
    response = PriceResponse(network, known.dual, 0.0 * demand, capacity)
    assert (response.prices(demand) == known.dual.site).all()
