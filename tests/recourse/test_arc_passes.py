"""Passes over arcs and scenarios, against matrices with every pair."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.core.arrays import FloatArray
from robustev.data.arcs import Arcs
from robustev.recourse import arc_passes
from robustev.recourse.arc_passes import ArcPasses

SITES, ZONES, SCENARIOS, CEILING = 7, 40, 9, 12.0


@pytest.fixture(params=[0, 1])
def problem(request: pytest.FixtureRequest) -> tuple[Arcs, FloatArray, FloatArray, FloatArray]:
    """Arcs of unequal numbers per zone, prices, tolls and demand."""
    rng = np.random.default_rng(request.param)
    travel = rng.uniform(0, 10, (SITES, ZONES))
    travel[rng.random((SITES, ZONES)) < 0.5] = np.inf
    travel[:, 3] = np.inf  # a zone without any site
    arcs = Arcs.of_matrix(travel)
    price = rng.uniform(0, 5, (SITES, SCENARIOS)).astype(np.float32)
    toll = np.where(rng.random(len(arcs)) < 0.3, rng.uniform(0, 3, len(arcs)), 0.0)
    return arcs, price, toll, rng.uniform(0, 4, (SCENARIOS, ZONES))


def reduced(arcs: Arcs, price: FloatArray, toll: FloatArray) -> FloatArray:
    """Return ``t + w + u`` with every pair, shape (sites, zones, scenarios)."""
    travel = arcs.with_cost(arcs.cost + toll).matrix()
    return np.asarray(travel[:, :, None] + price[:, None, :].astype(float))


@pytest.mark.parametrize("entries", [arc_passes.ENTRIES, 50])
def test_the_cheapest_choice_of_every_zone_is_counted(
    problem: tuple[Arcs, FloatArray, FloatArray, FloatArray],
    entries: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(arc_passes, "ENTRIES", entries)
    monkeypatch.setattr(arc_passes, "SCENARIOS", 4)
    arcs, price, toll, demand = problem
    value = np.minimum(reduced(arcs, price, toll).min(axis=0), CEILING)
    found = ArcPasses(arcs, CEILING).served(price, toll, demand)
    assert found == pytest.approx((demand * value.T).sum(axis=1), rel=1e-12)


def test_demand_is_shared_as_entropy_says(
    problem: tuple[Arcs, FloatArray, FloatArray, FloatArray],
) -> None:
    arcs, price, toll, demand = problem
    weight = np.full(SCENARIOS, 1 / SCENARIOS)
    eps = 0.7
    odds = np.exp(-reduced(arcs, price, toll) / eps)
    share = odds / (odds.sum(axis=0) + np.exp(-CEILING / eps))
    flow = share * demand.T[None]
    found = ArcPasses(arcs, CEILING).loads(price, toll, demand, weight, eps)
    scale = demand.sum()
    assert np.abs(found.site - flow.sum(axis=1)).max() < 1e-4 * scale
    assert np.abs(found.arc - (flow @ weight)[arcs.site, arcs.zone]).max() < 1e-4 * scale


def test_sharply_shared_demand_goes_to_the_cheapest_site(
    problem: tuple[Arcs, FloatArray, FloatArray, FloatArray],
) -> None:
    arcs, price, toll, demand = problem
    cost = reduced(arcs, price, toll)
    served = cost.min(axis=0) < CEILING
    expected = np.zeros((SITES, SCENARIOS))
    for j, s in np.argwhere(served):
        expected[cost[:, j, s].argmin(), s] += demand[s, j]
    weight = np.full(SCENARIOS, 1 / SCENARIOS)
    found = ArcPasses(arcs, CEILING).loads(price, toll, demand, weight, 1e-4)
    assert found.site == pytest.approx(expected, abs=1e-3)


def test_arcs_far_above_the_cheapest_change_nothing(
    problem: tuple[Arcs, FloatArray, FloatArray, FloatArray],
) -> None:
    arcs, price, toll, demand = problem
    whole = ArcPasses(arcs, CEILING)
    near = whole.near(price, toll, margin=1.0)
    assert 0 < near.sum() < len(arcs)
    few = whole.only(near)
    assert few.served(price, toll, demand) == pytest.approx(whole.served(price, toll, demand))
    weight = np.full(SCENARIOS, 1 / SCENARIOS)
    one, other = (passes.loads(price, toll, demand, weight, 0.08) for passes in (whole, few))
    assert one.site == pytest.approx(other.site, abs=1e-3)


def test_threads_change_no_digit(
    problem: tuple[Arcs, FloatArray, FloatArray, FloatArray], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arc_passes, "ENTRIES", 50)
    arcs, price, toll, demand = problem
    weight = np.full(SCENARIOS, 1 / SCENARIOS)
    one, two = (
        ArcPasses(arcs, CEILING, workers=n).loads(price, toll, demand, weight, 0.5) for n in (1, 3)
    )
    assert np.array_equal(one.site, two.site)
    assert np.array_equal(one.arc, two.arc)
