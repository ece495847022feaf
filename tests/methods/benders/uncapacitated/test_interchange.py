"""Greedy opening and interchange, against trying every move."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robustev.core.arrays import FloatArray
from robustev.methods.benders.uncapacitated.interchange import Interchange
from robustev.model.first_stage import first_stage
from robustev.model.model import Budget, Model, Reach, Stations
from robustev.recourse.kernels.uncapacitated import uncapacitated_recourse
from tests import instances

CAREFUL = settings(max_examples=40, deadline=None)
STATIONS = st.sampled_from([Stations(), Stations(exactly=2), Stations(minimum=1, maximum=3)])


def interchange(
    seed: int, stations: Stations, *, budget: bool = False, forbidden: bool = False
) -> Interchange:
    model = Model(
        capacitated=False,
        stations=stations,
        budget=Budget(limit=30.0) if budget else None,
        unserved_penalty=None if forbidden else 8.0,
        reach=Reach(nearest=3 if forbidden else None),
    )
    instance = instances.random_instance(
        seed, model=model, sites=6, zones=7, kinds=0, existing=seed % 2 == 0
    )
    sites = uncapacitated_recourse(instance)
    assert sites is not None
    return Interchange(first_stage(instance), sites)


def cost(moves: Interchange, z: FloatArray) -> float:
    return float(moves.first.cost @ z) + moves.sites.total(moves.first.openings(z) > 0.5)


@CAREFUL
@given(seed=st.integers(0, 5000), stations=STATIONS, budget=st.booleans(), forbidden=st.booleans())
def test_improved_plans_are_allowed_and_no_move_improves_them_further(
    seed: int, stations: Stations, budget: bool, forbidden: bool
) -> None:
    moves = interchange(seed, stations, budget=budget, forbidden=forbidden)
    x = np.random.default_rng(seed).random(6)
    for z in (moves.greedy(), moves.rounded(x)):
        if z is None:
            continue
        assert moves.allows(z)
        better = moves.improved(z, lambda: False)
        assert moves.allows(better)
        assert cost(moves, better) <= cost(moves, z) + 1e-9
        for flipped in [*itertools.combinations(range(6), 1), *itertools.combinations(range(6), 2)]:
            other = better.copy()
            other[list(flipped)] = 1.0 - other[list(flipped)]
            if len(flipped) == 2 and other.sum() != better.sum():
                continue  # two openings or two closings are no single move
            fits = moves.allows(other) and moves.first.holds(other)
            assert not fits or cost(moves, other) >= cost(moves, better) - 1e-6


def test_greedy_opens_as_many_as_asked_even_where_that_does_not_pay() -> None:
    moves = interchange(3, Stations(exactly=6))
    z = moves.greedy()
    assert z is not None
    assert z.sum() == 6


def test_rounding_opens_what_is_most_open() -> None:
    moves = interchange(1, Stations(exactly=2))
    z = moves.rounded(np.array([0.1, 0.9, 0.2, 0.0, 0.6, 0.2]))
    assert z is not None
    assert np.flatnonzero(z).tolist() == [1, 4]


def test_nothing_is_built_where_no_plan_keeps_the_rows() -> None:
    model = Model(capacitated=False, unserved_penalty=8.0, budget=Budget(limit=0.0),
                  stations=Stations(exactly=2))  # fmt: skip
    instance = instances.random_instance(3, model=model, sites=4, kinds=0)
    sites = uncapacitated_recourse(instance)
    assert sites is not None
    moves = Interchange(first_stage(instance), sites)
    assert moves.greedy() is None
    assert moves.rounded(np.ones(4)) is None


def test_an_interrupt_leaves_the_plan_as_it_is() -> None:
    moves = interchange(5, Stations(exactly=2))
    z = moves.rounded(np.arange(6.0))
    assert z is not None
    assert moves.improved(z, lambda: True) == pytest.approx(z)
