"""The limit of a flow cover holds for whatever whole sites can deliver, and can be tight."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from robustev.verify.covers import delivery_limit


@given(seed=st.integers(0, 10_000))
def test_no_whole_plan_delivers_more(seed: int) -> None:
    rng = np.random.default_rng(seed)
    largest = rng.integers(0, 9, 5).astype(float)
    demand = rng.integers(0, 6, (2, 4)).astype(float)
    zones, sites = rng.random(4) < 0.7, rng.integers(0, 3, 5).astype(np.int8)
    constant, slope = delivery_limit(zones, sites, demand, largest)
    total = demand[:, zones].sum(axis=1)
    for opened in itertools.product((0.0, 1.0), repeat=5):
        x = np.array(opened)
        most = np.minimum(total, (largest * x)[sites > 0].sum())
        assert (most <= constant + slope @ x + 1e-9).all()


def test_a_fractional_opening_is_cut_off() -> None:
    # Two sites of 6 for a demand of 10: half of each may not deliver half of everything.
    zones, sites = np.array([True]), np.array([1, 1], dtype=np.int8)
    constant, slope = delivery_limit(zones, sites, np.array([[10.0]]), np.array([6.0, 6.0]))
    assert constant.tolist() == [2.0]
    assert slope.tolist() == [[4.0, 4.0]]


def test_without_a_proper_cover_demand_alone_is_the_limit() -> None:
    zones, sites = np.array([True]), np.array([1, 0], dtype=np.int8)
    constant, slope = delivery_limit(zones, sites, np.array([[10.0]]), np.array([6.0, 6.0]))
    assert constant.tolist() == [10.0]
    assert not slope.any()
