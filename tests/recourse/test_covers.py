"""Flow covers: rows that hold at whole openings, and prices that serve every scenario with them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from robustev.core.arrays import FloatArray
from robustev.recourse.covers import FlowCovers, find_covers
from robustev.recourse.kernels.base import EXACT, SeparationMode
from robustev.recourse.kernels.transport import TransportKernel
from robustev.recourse.networks.dense import DenseNetwork

SITES, ZONES = 4, 5
COVERS = SeparationMode(covers=True)
SEEDS = st.integers(0, 10_000)


def draw(seed: int) -> tuple[np.random.Generator, FloatArray, FloatArray]:
    """Return demand of three scenarios, and capacities of about the same size."""
    rng = np.random.default_rng(seed)
    demand = rng.uniform(0.5, 4, (3, ZONES)) * (rng.random((3, ZONES)) < 0.9)
    return rng, demand, rng.choice([2.0, 5.0, 5.0, 7.5, np.inf], size=SITES)


def random_covers(rng: np.random.Generator) -> FlowCovers:
    kind = rng.integers(0, 3, (6, SITES))
    return FlowCovers(rng.random((6, ZONES)) < 0.6, kind == 1, kind == 2)


def most(covers: FlowCovers, c: int, demand: FloatArray, capacity: FloatArray) -> float:
    """Return the most that the cover's sites can deliver to its zones."""
    counted = np.outer(covers.sites[c], covers.zones[c]).astype(float)
    done = linprog(
        -counted.ravel(),
        A_ub=np.vstack([np.kron(np.eye(SITES), np.ones(ZONES)), np.tile(np.eye(ZONES), SITES)]),
        b_ub=np.concatenate([np.minimum(capacity, demand.sum()), demand]),
        method="highs",
    )
    return float(-done.fun)


@settings(deadline=None, max_examples=60)
@given(seed=SEEDS)
def test_the_rows_hold_at_every_whole_opening_in_every_scenario(seed: int) -> None:
    rng, demand, potential = draw(seed)
    covers = random_covers(rng)
    constant, slope = covers.limit(demand, potential)
    for x in product([0.0, 1.0], repeat=SITES):
        opened = np.where(np.array(x) > 0, potential, 0.0)
        limit = constant + slope @ np.array(x)
        for s, c in product(range(len(demand)), range(len(covers))):
            assert most(covers, c, demand[s], opened) <= limit[s, c] + 1e-7


@settings(deadline=None, max_examples=30)
@given(seed=SEEDS)
def test_relief_is_the_weighted_sum_of_the_limits(seed: int) -> None:
    rng, demand, potential = draw(seed)
    covers, multiplier = random_covers(rng), rng.random(6)
    constant, slope = covers.limit(demand, potential)
    total, rising = covers.relief(multiplier, demand, potential)
    assert total == pytest.approx(constant @ multiplier)
    assert rising == pytest.approx(np.einsum("c,sci->si", multiplier, slope))


def test_a_cover_by_hand() -> None:
    """Two sites of 3 for zones that want 4: without one of them 1 unit of what is left stays."""
    everything = np.ones((1, 2), dtype=bool)
    covers = FlowCovers(everything, everything, np.zeros((1, 2), dtype=bool))
    constant, slope = covers.limit(np.array([[3.0, 1.0]]), np.array([3.0, 3.0]))
    assert constant == pytest.approx(np.array([[2.0]]))
    assert slope == pytest.approx(np.array([[[1.0, 1.0]]]))


def test_what_is_found_is_violated() -> None:
    """Half a site of 4 serves 2 of a zone that wants 3, beside a whole site of 1."""
    x, potential, demand = np.array([0.5, 1.0]), np.array([4.0, 1.0]), np.array([3.0])
    flow = np.array([[2.0], [1.0]])
    found = find_covers(x, (*np.nonzero(flow), flow.ravel()), demand, potential)
    assert len(found)
    constant, slope = found.limit(demand[None], potential)
    served = np.array(
        [flow[np.ix_(i, j)].sum() for i, j in zip(found.sites, found.zones, strict=True)]
    )
    assert (served > constant[0] + slope[0] @ x + 1e-6).all()


@settings(deadline=None, max_examples=40)
@example(seed=3314)  # a scenario without any demand
@given(seed=SEEDS)
def test_prices_with_covers_never_exceed_what_a_plan_costs(seed: int) -> None:
    rng, demand, potential = draw(seed)
    network = DenseNetwork(rng.uniform(0, 10, (SITES, ZONES)), 12.0)
    unlimited = np.isinf(potential)
    kernel = TransportKernel(network, demand, potential, unlimited)
    plain = TransportKernel(network, demand, potential, unlimited)
    every = np.arange(len(demand))
    for s in every:
        x = rng.choice([0.0, 1.0, 0.3, 0.6], size=SITES)
        capacity = np.where(unlimited, np.inf, np.where(unlimited, 0.0, potential) * x)[:, None]
        value, dual = kernel.price(int(s), x, capacity, COVERS)
        index = kernel.add(dual)
        assert value >= plain.price(int(s), x, capacity)[0] - 1e-6
        assert kernel.values(x, capacity, every)[s, index] == pytest.approx(value, rel=1e-6)
    for whole in product([0.0, 1.0], repeat=SITES):
        x = np.array(whole)
        capacity = np.where(x > 0, potential, 0.0)[:, None]
        truth = np.array([plain.price(s, x, capacity)[0] for s in range(len(demand))])
        assert (kernel.values(x, capacity, every) <= truth[:, None] * (1 + 1e-7) + 1e-7).all()
        for index in range(len(kernel.pool)):
            cut = kernel.cuts(every, np.full(3, index), np.ones(3), np.zeros(3, dtype=np.int64), x)[
                0
            ]
            limit = np.where(unlimited, 0.0, capacity[:, 0])
            bound = cut.constant + cut.open_slope @ x + cut.capacity_slope[:, 0] @ limit
            assert bound <= truth.sum() * (1 + 1e-7) + 1e-7


def test_covers_lift_the_bound_where_plain_prices_leave_a_gap() -> None:
    """One zone of 3 units: with covers, half a site of 4 is worth half of what the whole is."""
    network = DenseNetwork(np.array([[1.0], [1.0]]), 100.0)
    demand, potential = np.array([[3.0]]), np.array([4.0, 1.0])
    kernel = TransportKernel(network, demand, potential, np.zeros(2, dtype=bool))
    x = np.array([0.5, 1.0])
    plain, _ = kernel.price(0, x, (potential * x)[:, None], EXACT)
    lifted, _ = kernel.price(0, x, (potential * x)[:, None], COVERS)
    assert plain == pytest.approx(2.5 + 0.5 * 100)
    without, whole = 1.0 + 2 * 100, 3.0
    assert lifted == pytest.approx((without + whole) / 2)
