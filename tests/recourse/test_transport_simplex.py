"""The transportation problem by network simplex, against a linear program and duality."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from robustev.core.arrays import FloatArray
from robustev.data.arcs import Arcs
from robustev.recourse import transport_simplex
from robustev.recourse.linked_transport import LinkedTransport
from robustev.recourse.networks.base import Network
from robustev.recourse.networks.dense import DenseNetwork
from robustev.recourse.networks.sparse import SparseNetwork
from robustev.recourse.transport_simplex import solve_transport

CEILING = 9.0


def draw(seed: int, *, sites: int = 5, zones: int = 7) -> tuple[Network, FloatArray, FloatArray]:
    """Return a network of either form, and demand and capacity with zeros and no limits."""
    rng = np.random.default_rng(seed)
    travel = rng.uniform(0, 12, size=(sites, zones))
    travel[rng.random(travel.shape) < 0.2] = np.inf
    demand = rng.uniform(0, 5, zones) * (rng.random(zones) < 0.8)
    capacity = rng.choice([0.0, 1.0, 3.0, 8.0, np.inf], p=[0.2, 0.25, 0.25, 0.25, 0.05], size=sites)
    dense = DenseNetwork(travel, CEILING)
    network = SparseNetwork(Arcs.of_matrix(travel), CEILING) if seed % 2 else dense
    return network, demand, capacity


def by_linprog(
    network: Network, demand: FloatArray, capacity: FloatArray, x: FloatArray | None = None
) -> float:
    """Return the cost of units over arcs, ``f_ij <= D_j x_i``; the last site stands for nobody."""
    sites, zones = network.shape
    travel = network.arcs.matrix()
    arc = np.isfinite(travel)
    opened = np.ones(sites) if x is None else x
    cost = np.vstack([np.where(arc, travel, 0.0), network.ceilings])
    upper = np.vstack([arc * demand * opened[:, None], demand])
    leaving = np.kron(np.eye(sites + 1), np.ones(zones))[:sites]
    finite = np.isfinite(capacity)
    done = linprog(
        cost.ravel(),
        A_ub=leaving[finite],
        b_ub=capacity[finite],
        A_eq=np.tile(np.eye(zones), sites + 1),
        b_eq=demand,
        bounds=np.column_stack([np.zeros(upper.size), upper.ravel()]),
        method="highs",
    )
    return float(done.fun)


def close(value: float) -> object:
    return pytest.approx(value, rel=1e-7, abs=1e-7)


@settings(deadline=None)
@given(seed=st.integers(0, 10_000))
def test_its_cost_is_the_linear_programs(seed: int) -> None:
    network, demand, capacity = draw(seed)
    flow = solve_transport(network, demand, capacity)
    assert flow.value == close(by_linprog(network, demand, capacity))


@settings(deadline=None)
@given(seed=st.integers(0, 10_000))
def test_its_flow_is_feasible_and_its_prices_prove_it_best(seed: int) -> None:
    network, demand, capacity = draw(seed)
    flow = solve_transport(network, demand, capacity)
    served = np.bincount(flow.zone, flow.amount, minlength=len(demand))
    load = np.bincount(flow.site, flow.amount, minlength=len(capacity))
    assert served + flow.unserved == pytest.approx(demand, abs=1e-9)
    assert (load <= capacity + 1e-9).all()
    u, v = flow.dual.site, flow.dual.zone
    assert (u >= 0).all()
    assert (v <= CEILING + 1e-9).all()
    usable = capacity > 0
    assert (v <= network.arcs.matrix()[usable] + u[usable, None] + 1e-9).all()
    paid = u @ np.where(u > 0, capacity, 0.0)
    assert demand @ v - paid == close(flow.value)


@pytest.mark.parametrize("seed", range(4))
def test_few_arcs_at_first_end_at_the_same_optimum(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, demand, capacity = draw(seed, sites=12, zones=30)
    whole = solve_transport(network, demand, capacity)
    monkeypatch.setattr(transport_simplex, "DENSE_ARCS", 0)
    monkeypatch.setattr(transport_simplex, "NUM_NEAREST", 2)
    for start in (None, np.zeros(12), np.full(12, 100.0), whole.dual.site):
        assert solve_transport(network, demand, capacity, start).value == close(whole.value)


@pytest.mark.parametrize(
    ("demand", "capacity", "value"),
    [
        pytest.param([0.0, 0.0], [5.0, 5.0], 0.0, id="nobody wants anything"),
        pytest.param([1.0, 2.0], [0.0, 0.0], 27.0, id="nothing is open"),
        pytest.param([1.0, 2.0], [np.inf, np.inf], 5.0, id="no limits: the nearest site"),
        pytest.param([1.0, 2.0], [3.0, 0.0], 9.0, id="one site for all"),
        pytest.param([1.0, 2.0], [0.0, 1.0], 2.0 + 9.0 + 9.0, id="the last unit goes to the best"),
    ],
)
def test_small_cases_by_hand(demand: list[float], capacity: list[float], value: float) -> None:
    network = DenseNetwork(np.array([[1.0, 4.0], [3.0, 2.0]]), CEILING)
    flow = solve_transport(network, np.array(demand), np.array(capacity))
    assert flow.value == pytest.approx(value)


@pytest.mark.parametrize("seed", [3, 8])
def test_very_unlike_sizes_still_agree_to_the_last_digits(seed: int) -> None:
    network, demand, capacity = draw(seed)
    for scale in (1e-12, 1e-6, 1e5 / 3, 1e8, 1e12):
        flow = solve_transport(network, demand * scale, capacity * scale)
        assert flow.value == pytest.approx(scale * by_linprog(network, demand, capacity), rel=1e-8)


@settings(deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_linked_program_goes_on_from_one_scenario_to_the_next(seed: int) -> None:
    network, _, _ = draw(seed)
    rng = np.random.default_rng([seed, 1])
    linked = LinkedTransport(network, np.full(network.shape[0], np.inf), np.ones(network.shape[1]))
    for step in range(3):
        _, demand, capacity = draw(seed + step)
        x = rng.choice([0.0, 1.0, rng.random()], size=len(capacity))
        value, dual = linked.solve(demand, x, capacity)
        truth = by_linprog(network, demand, capacity, x)
        assert value == pytest.approx(truth, rel=1e-6, abs=1e-6)
        assert (dual.site >= 0).all()
