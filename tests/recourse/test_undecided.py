"""Exact solves that begin at prices: the same cost as without, whatever the prices are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robustev.core.arrays import FloatArray
from robustev.recourse.networks.base import Network
from robustev.recourse.transport_simplex import Flow, solve_transport
from robustev.recourse.undecided import solve_undecided
from tests.recourse.test_transport_simplex import by_linprog, draw


def check(flow: Flow, network: Network, demand: FloatArray, capacity: FloatArray) -> None:
    """Hold a flow against its limits, its prices, and the linear program."""
    served = np.bincount(flow.zone, flow.amount, minlength=len(demand))
    load = np.bincount(flow.site, flow.amount, minlength=len(capacity))
    assert served + flow.unserved == pytest.approx(demand, abs=1e-9)
    assert (load <= capacity + 1e-9).all()
    cost = flow.amount @ network.costs_of(flow.site, flow.zone) + flow.unserved @ network.ceilings
    assert flow.value == pytest.approx(cost, rel=1e-9, abs=1e-9)
    finite = np.isfinite(capacity)
    proven = demand @ flow.dual.zone - capacity[finite] @ flow.dual.site[finite]
    assert proven == pytest.approx(flow.value, rel=1e-7, abs=1e-7)
    assert flow.value == pytest.approx(by_linprog(network, demand, capacity), rel=1e-7, abs=1e-7)


@settings(deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.sampled_from([0.0, 0.5, 4.0, 30.0]))
def test_any_prices_lead_to_the_optimum(seed: int, scale: float) -> None:
    network, demand, capacity = draw(seed, sites=8, zones=25)
    if not demand.any():
        return
    start = scale * np.random.default_rng(seed).random(len(capacity))
    flow = solve_undecided(network, demand, capacity, start)
    if flow is not None:
        check(flow, network, demand, capacity)


@pytest.mark.parametrize("seed", range(6))
def test_optimal_prices_are_enough_to_begin_with(seed: int) -> None:
    network, demand, capacity = draw(seed, sites=10, zones=120)
    whole = solve_transport(network, demand, capacity)
    flow = solve_undecided(network, demand, capacity, whole.dual.site)
    assert flow is not None
    check(flow, network, demand, capacity)
