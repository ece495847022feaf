"""Capacity as a table: what it gives, and that steps and rows say the same."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robustev.core.errors import ConfigError
from robustev.model.charger_table import Steps, best_mix, from_table
from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance
from robustev.model.model import Model
from tests import instances

WAITING = {"minutes": 12.0, "service": 30.0}


def promised(seed: int = 0, **options: object) -> Instance:
    model = Model(unserved_penalty=40.0, waiting=WAITING, **options)
    return instances.random_instance(seed, model=model, kinds=2, slots=5, existing=True)


@pytest.mark.parametrize("seed", range(4))
def test_the_first_stage_gives_a_plan_the_capacity_that_the_instance_says(seed: int) -> None:
    instance, rng = promised(seed), np.random.default_rng(seed)
    first = first_stage(instance)
    for _ in range(20):
        plan = instances.random_plan(instance, rng)
        z = first.columns(plan)
        assert first.holds(z)
        given_by_columns = (first.capacity @ z).reshape(instance.num_sites, -1)
        assert given_by_columns == pytest.approx(instance.capacity(plan), rel=1e-12)


def test_steps_out_of_order_break_a_row() -> None:
    instance = promised()
    first = first_stage(instance)
    z = first.lower.copy()
    z[first.layout.columns("open")[1]] = 1
    z[first.layout.columns("chargers")[1, 0]] = 1
    second = np.flatnonzero(
        (first.steps.site == 1) & (first.steps.kind == 0) & (first.steps.number == 2)
    )
    z[first.layout.columns("steps")[second]] = 1
    assert not first.holds(z)


def test_bounds_of_chargers_leave_steps_out() -> None:
    steps = first_stage(promised()).steps
    assert steps is not None
    standing = (steps.site == 0) & (steps.kind == 0)
    assert steps.number[standing].tolist() == [2, 3, 4, 5]
    beside = (steps.site == 0) & (steps.kind == 1)
    assert steps.number[beside].tolist() == [1, 2, 3, 4]
    locked = first_stage(promised(locks={"chargers": {"i1": {"kind0": 3}}})).steps
    assert locked is not None
    assert not ((locked.site == 1) & (locked.kind == 0)).any()


@given(
    values=st.lists(st.lists(st.floats(0, 9), min_size=2, max_size=2), min_size=2, max_size=5),
    least=st.lists(st.integers(0, 1), min_size=2, max_size=2),
    room=st.integers(2, 4),
)
def test_the_best_mix_is_that_of_all_mixes(
    values: list[list[float]], least: list[int], room: int
) -> None:
    table = np.array(values)[:, :, None]
    most = len(table) - 1
    room = min(room, most)
    least = [min(least[0], room), min(least[1], room - min(least[0], room))]
    mixes = itertools.product(range(least[0], most + 1), range(least[1], most + 1))
    best = max(table[a, 0, 0] + table[b, 1, 0] for a, b in mixes if a + b <= room)
    found = best_mix(table, np.array([least]), np.array([room]))
    assert found[0, 0] == pytest.approx(best)


def test_chargers_beyond_the_table_bring_what_its_last_one_brings() -> None:
    table = np.array([0.0, 1.0, 4.0])[:, None, None]
    assert from_table(table, np.array([[2], [4]])).ravel().tolist() == [4.0, 10.0]


def test_no_step_is_left_where_bounds_meet() -> None:
    table = np.array([0.0, 1.0, 4.0])[:, None, None]
    steps = Steps.between(table, np.array([[2]]), np.array([[2]]))
    assert len(steps.site) == 0
    assert steps.base.ravel().tolist() == [2.0]


def test_a_table_needs_capacities() -> None:
    with pytest.raises(ConfigError, match="capacitated: true"):
        promised(capacitated=False)
