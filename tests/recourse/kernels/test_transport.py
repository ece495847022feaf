"""The kernel of one type: what it finds depends on what it is asked, not on what it was before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from robustev.core.arrays import FloatArray
from robustev.recourse import linked_transport, transport_simplex
from robustev.recourse.dual import DualPoint
from robustev.recourse.kernels.transport import TransportKernel
from robustev.recourse.networks.dense import DenseNetwork

SITES, ZONES, SCENARIOS = 12, 40, 8
EVERY = list(range(SCENARIOS))
SHUFFLED = [5, 2, 7, 0, 3, 6, 1, 4]


@pytest.fixture(autouse=True)
def few_arcs_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have exact solves begin with few arcs, as on large networks, so that a start matters."""
    monkeypatch.setattr(transport_simplex, "DENSE_ARCS", 0)
    monkeypatch.setattr(transport_simplex, "FEW_ARCS", 0)
    monkeypatch.setattr(transport_simplex, "NUM_NEAREST", 2)
    monkeypatch.setattr(linked_transport, "ALL_ARCS", 0)
    monkeypatch.setattr(linked_transport, "NUM_NEAREST", 2)


def draw(seed: int, dtype: type = np.float64) -> tuple[TransportKernel, FloatArray, FloatArray]:
    """Return a kernel, openings of which some are fractional, and tight capacities."""
    rng = np.random.default_rng(seed)
    travel = rng.integers(1, 9, (SITES, ZONES)).astype(float)  # with many equal costs
    demand = rng.integers(0, 6, (SCENARIOS, ZONES)).astype(dtype)
    potential = np.full(SITES, 1.2 * demand.sum(axis=1).max() / SITES)
    unlimited = np.zeros(SITES, dtype=bool)
    kernel = TransportKernel(DenseNetwork(travel, 20.0), demand, potential, unlimited)
    x = rng.choice([1.0, 0.5, 0.75], size=SITES)
    return kernel, x, (potential * x)[:, None]


def same(one: DualPoint, other: DualPoint) -> bool:
    return one.site.tobytes() == other.site.tobytes() and one.zone.tobytes() == other.zone.tobytes()


def in_order(ask: Callable[[int], DualPoint], order: list[int]) -> Iterator[DualPoint]:
    """Yield the answers for all scenarios, asked for in an order of their own."""
    found = {s: ask(s) for s in order}
    return iter([found[s] for s in EVERY])


@pytest.mark.parametrize("seed", range(4))
def test_a_plans_duals_depend_neither_on_threads_nor_on_the_order(seed: int) -> None:
    def server() -> Callable[[int], DualPoint]:
        kernel, _, capacity = draw(seed)
        return lambda s: kernel.serve(s, np.ones(SITES), capacity).dual

    alone = list(in_order(server(), EVERY))
    with ThreadPoolExecutor(4) as pool:
        threaded = list(pool.map(server(), EVERY))
    assert all(map(same, alone, threaded))
    assert all(map(same, alone, in_order(server(), SHUFFLED)))


@pytest.mark.parametrize("seed", range(4))
def test_duals_at_fractional_openings_do_not_depend_on_the_order(seed: int) -> None:
    def solver() -> Callable[[int], DualPoint]:
        kernel, x, capacity = draw(seed)
        return lambda s: kernel.price(s, x, capacity)[1]

    assert all(map(same, in_order(solver(), EVERY), in_order(solver(), SHUFFLED)))


@pytest.mark.parametrize("seed", range(4))
def test_single_precision_proves_the_same_to_a_millionth(seed: int) -> None:
    double, x, capacity = draw(seed)
    single, _, _ = draw(seed, np.float32)
    assert single.demand.dtype == np.float32
    for kernel in (double, single):
        for s in EVERY:
            kernel.add(kernel.price(s, x, capacity)[1])
    every = np.arange(SCENARIOS)
    for point in (x, np.ones(SITES)):
        expected = double.values(point, capacity, every).max(axis=1)
        assert single.values(point, capacity, every).max(axis=1) == pytest.approx(
            expected, rel=1e-6
        )
