"""Spacing: cliques that hold every pair that is too close, and no other."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robustev.core.errors import ConfigError
from robustev.data.plan import Plan
from robustev.data.travel import great_circle
from robustev.model.features.spacing import Spacing
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from tests import instances

COORDINATES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=7)


def placed(x: object, y: object, least: float, *, geographic: bool = False) -> Instance:
    """Return a problem with sites at these coordinates."""
    region = instances.region(0, sites=len(np.asarray(x)))
    sites = replace(region.sites, x=np.asarray(x, dtype=float), y=np.asarray(y, dtype=float))
    region = replace(region, sites=sites, geographic=geographic)
    model = Model(unserved_penalty=40.0, spacing=Spacing(least=least))
    return build_instance(region, instances.scenario_set(0, region), model)


def pairs_of(instance: Instance) -> set[tuple[int, int]]:
    """Return the pairs that some row holds."""
    matrix = instance.model.spacing.rows(instance).matrices["open"].toarray()
    return {
        pair for row in matrix for pair in itertools.combinations(np.flatnonzero(row).tolist(), 2)
    }


@given(COORDINATES, st.sampled_from([1.0, 2.0, 2.5, 5.0]))
def test_the_rows_hold_the_pairs_that_are_too_close_and_no_others(
    places: list[tuple[int, int]], least: float
) -> None:
    x, y = np.array(places, dtype=float).T
    close = {
        (i, h)
        for i, h in itertools.combinations(range(len(x)), 2)
        if np.hypot(x[i] - x[h], y[i] - y[h]) < least
    }
    assert pairs_of(placed(x, y, least)) == close


def test_sites_at_exactly_the_distance_may_both_open() -> None:
    assert pairs_of(placed([0.0, 3.0, 3.0], [0.0, 0.0, 4.0], 3.0)) == set()
    assert pairs_of(placed([0.0, 3.0, 3.0], [0.0, 0.0, 4.0], 5.0)) == {(0, 1), (1, 2)}


def test_a_crowd_is_one_row() -> None:
    instance = placed(np.zeros(6), np.linspace(0.0, 1.0, 6), 2.0)
    rows = instance.model.spacing.rows(instance)
    assert rows.meaning == ("at most one of i0, i1, i2, i3, i4, i5",)


def test_on_a_globe_distances_are_great_circles() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.uniform(179.0, 181.0, 8) % 360 - 180.0, rng.uniform(59.0, 61.0, 8)
    apart = great_circle(x, y, x, y)
    expected = {(i, h) for i, h in itertools.combinations(range(8), 2) if apart[i, h] < 40.0}
    instance = placed(x, y, 40.0, geographic=True)
    assert pairs_of(instance) == expected
    everywhere = Plan("all", np.ones(8, dtype=bool), np.zeros((8, 1)))
    assert len(instance.model.spacing.broken(everywhere, instance)) == len(expected)


def test_sites_without_coordinates_are_a_fault() -> None:
    region = instances.region(0)
    region = replace(region, sites=replace(region.sites, x=None, y=None))
    with pytest.raises(ConfigError, match=r"model\.spacing: the sites have no coordinates"):
        build_instance(region, instances.scenario_set(0, region), Model(spacing=Spacing(least=1)))
