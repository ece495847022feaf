"""Locks: what is fixed, and names that a region does not have."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.core.errors import ConfigError
from robustev.data.plan import Plan
from robustev.methods.infeasibility import explain
from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model, Stations
from tests import instances


def locked(**options: object) -> Instance:
    region = instances.region(0, kinds=2)
    model = Model(unserved_penalty=40.0, locks=options, stations=Stations(maximum=2))
    return build_instance(region, instances.scenario_set(0, region), model)


def test_columns_are_fixed_and_no_others() -> None:
    first = first_stage(locked(open=["i1"], closed=["i2"], chargers={"i1": {"kind1": 2}}))
    assert first.openings(first.lower).tolist() == [0, 1, 0]
    assert first.openings(first.upper).tolist() == [1, 1, 0]
    assert first.chargers(first.lower).tolist() == [[0, 0], [0, 2], [0, 0]]
    assert first.chargers(first.upper).tolist() == [[2, 2], [2, 2], [2, 2]]


def test_every_lock_that_is_broken_is_told() -> None:
    instance = locked(open=["i1"], closed=["i2"], chargers={"i1": {"kind1": 2}})
    plan = Plan("other", np.array([True, False, True]), np.array([[1, 0], [0, 1], [0, 0]]))
    assert instance.model.locks.broken(plan, instance) == [
        "i1 is closed, but locked open",
        "1 kind1 at i1, not 2",
        "i2 is open, but locked closed",
    ]


def test_all_unknown_names_are_told_at_once_with_the_nearest() -> None:
    with pytest.raises(ConfigError) as told:
        locked(open=["i1", "j1"], closed=["i1", "11"], chargers={"i0": {"kid0": 1}, "x": {}})
    text = str(told.value)
    assert "5 faults" in text
    assert "model.locks.open: unknown name (is 'i1' meant?); found 'j1'" in text
    assert "model.locks.closed: unknown name (is 'i1' meant?); found '11'" in text
    assert "model.locks.chargers: unknown name; found 'x'; expected one of i0, i1, i2" in text
    assert "model.locks.chargers.i0: unknown name (is 'kind0' meant?); found 'kid0'" in text
    assert "model.locks: i1 is both open and closed" in text


def test_locks_that_clash_with_another_rule_are_named_with_it() -> None:
    words = explain(locked(open=["i0", "i1", "i2"]))
    assert words == (
        "No plan keeps all of these limits: i0, i1, i2 open; at most 2 stations."
        " It is enough to loosen at most 2 stations by 1."
    )
