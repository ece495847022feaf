"""Arcs are the finite entries of a matrix, in order, and its reductions are the matrix's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robustev.core.arrays import FloatArray
from robustev.data.arcs import Arcs


def travel_of(seed: int, share: float) -> FloatArray:
    rng = np.random.default_rng(seed)
    travel = rng.integers(1, 9, size=(rng.integers(1, 6), rng.integers(1, 7))).astype(float)
    travel[rng.random(travel.shape) > share] = np.inf
    return travel


CASES = {"seed": st.integers(0, 500), "share": st.sampled_from([0.0, 0.3, 0.8, 1.0])}


@given(**CASES)
def test_a_matrix_goes_in_and_comes_out(seed: int, share: float) -> None:
    travel = travel_of(seed, share)
    arcs = Arcs.of_matrix(travel)
    np.testing.assert_array_equal(arcs.matrix(), travel)
    assert len(arcs) == np.isfinite(travel).sum()
    assert arcs.is_complete == np.isfinite(travel).all()


@given(**CASES)
def test_pairs_in_any_order_are_the_same_arcs(seed: int, share: float) -> None:
    travel = travel_of(seed, share)
    site, zone = np.indices(travel.shape).reshape(2, -1)
    order = np.random.default_rng(seed).permutation(len(site))
    arcs = Arcs.of_pairs(*travel.shape, zone[order], site[order], travel[site, zone][order])
    np.testing.assert_array_equal(arcs.matrix(), travel)
    np.testing.assert_array_equal(arcs.zone, Arcs.of_matrix(travel).zone)


@given(**CASES)
def test_both_views_hold_each_arc_once(seed: int, share: float) -> None:
    arcs = Arcs.of_matrix(travel_of(seed, share))
    for j in range(arcs.num_zones):
        assert (arcs.zone[arcs.zone_start[j] : arcs.zone_start[j + 1]] == j).all()
    for i in range(arcs.num_sites):
        own = arcs.by_site[arcs.site_start[i] : arcs.site_start[i + 1]]
        assert (arcs.site[own] == i).all()
        assert (np.diff(arcs.zone[own]) > 0).all()
    assert sorted(arcs.by_site) == list(range(len(arcs)))


@given(**CASES)
def test_reductions_are_those_of_the_matrix(seed: int, share: float) -> None:
    travel = travel_of(seed, share)
    arcs = Arcs.of_matrix(travel)
    np.testing.assert_array_equal(arcs.zone_minimum(arcs.cost, 99.0), np.minimum(travel.min(0), 99))
    finite = np.where(np.isfinite(travel), travel, 0.0)
    np.testing.assert_allclose(arcs.zone_sum(arcs.cost), finite.sum(axis=0))
    np.testing.assert_allclose(arcs.site_sum(arcs.cost), finite.sum(axis=1))


@given(**CASES, count=st.integers(1, 4))
def test_nearest_keeps_ties_and_within_keeps_the_limit(seed: int, share: float, count: int) -> None:
    travel = travel_of(seed, share)
    arcs = Arcs.of_matrix(travel)
    last = np.sort(travel, axis=0)[min(count, len(travel)) - 1]
    np.testing.assert_array_equal(
        arcs.nearest(count).matrix(), np.where(travel <= last, travel, np.inf)
    )
    np.testing.assert_array_equal(arcs.within(4.0).matrix(), np.where(travel <= 4, travel, np.inf))


def test_a_pair_that_stands_there_twice_is_refused() -> None:
    twice = np.array([0, 0])
    with pytest.raises(ValueError, match="zone 0 and site 0 stand there twice"):
        Arcs.of_pairs(1, 1, twice, twice, np.array([1.0, 2.0]))
