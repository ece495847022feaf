"""Simulating a plan: who arrives where, the same on any number of processes and in any order."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.core.errors import ConfigError
from robustev.data.plan import Plan
from robustev.model.features.waiting import Waiting
from robustev.model.instance import Instance
from robustev.model.model import Model
from robustev.simulate import simulate as module
from robustev.simulate.config import SimulationConfig
from robustev.simulate.queues import queues_of
from robustev.simulate.simulate import simulate
from tests import instances

SHORT = SimulationConfig(hours=4, warm_up=1, replications=6)
PROMISE = Waiting(minutes=12, service=30)
PLAN = Plan("some", np.ones(3, dtype=bool), np.array([[2, 1], [3, 0], [1, 2]]))


def promised(**options: object) -> Instance:
    model = Model(unserved_penalty=40.0, **options)
    return instances.random_instance(4, model=model, kinds=2, slots=3)


def test_sessions_are_the_units_served_shared_by_what_chargers_can_do() -> None:
    instance = promised(waiting=PROMISE)
    queues, flows = queues_of(instance, PLAN, PROMISE)
    assert instance.charger_table is not None
    for s, flow in enumerate(flows):
        for q, (i, r) in enumerate(zip(queues.site, queues.kind, strict=True)):
            table = instance.charger_table[PLAN.chargers[i], [0, 1], 0]
            units = flow.amount[flow.site == i].sum() * table[r] / table.sum()
            sessions = 2 * units / instance.charger_capacity[r, 0]
            assert queues.rate[s, q] == pytest.approx(sessions)
    load = queues.rate * queues.service / 60
    assert (load < queues.chargers).all()


def test_a_plan_that_keeps_its_promise_by_the_formula_is_not_called_broken() -> None:
    config = SimulationConfig(hours=10, warm_up=2, replications=20)
    found = simulate(promised(waiting=PROMISE), PLAN, PROMISE, config, 5)
    (case,) = found.cases
    assert case.broken == 0
    assert all(one.formula is not None and one.formula <= 12 * (1 + 1e-9) for one in case.queues)


def test_a_promise_that_nobody_made_is_found_broken() -> None:
    crowded = Plan("few", np.array([True, False, False]), np.array([[1, 0], [0, 0], [0, 0]]))
    config = SimulationConfig(hours=30, warm_up=2, replications=20)
    found = simulate(promised(), crowded, Waiting(minutes=5, service=30), config, 5)
    assert found.cases[0].broken == 1
    assert found.cases[0].queues[0].formula is None


def test_a_queue_has_its_own_stream_whatever_stands_beside_it() -> None:
    instance = promised(waiting=PROMISE)
    queues, _ = queues_of(instance, PLAN, PROMISE)
    less = simulate(instance, PLAN, PROMISE, SHORT.model_copy(update={"replications": 4}), 5)
    more = simulate(instance, PLAN, PROMISE, SHORT.model_copy(update={"patience": 9.0}), 5)
    assert len(less.cases[0].queues) == len(queues)
    again = simulate(instance, PLAN, PROMISE, SHORT, 5)
    assert more.cases[0] == again.cases[0]
    assert [case.name for case in more.cases] == ["promise", "patience"]


def test_processes_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = promised(waiting=PROMISE)
    config = SHORT.model_copy(update={"speed": 30.0})
    alone = simulate(instance, PLAN, PROMISE, config, 5)
    monkeypatch.setattr(module, "FEW_DRIVERS", 0)
    assert simulate(instance, PLAN, PROMISE, config, 5, workers=2) == alone


def test_drivers_who_choose_wait_less_than_those_who_may_not() -> None:
    instance = promised()
    config = SimulationConfig(hours=8, warm_up=4, replications=10, speed=1e6)
    found = simulate(instance, PLAN, PROMISE, config, 5)
    assigned, choosing = found.cases
    assert choosing.wait is not None
    assert assigned.wait is not None
    assert choosing.wait < assigned.wait


def test_capacity_that_is_no_queue_is_refused() -> None:
    fixed = instances.random_instance(0, model=Model(unserved_penalty=9.0), kinds=1, fixed=True)
    plan = Plan("one", np.ones(3, dtype=bool), np.ones((3, 1), dtype=np.int64))
    with pytest.raises(ConfigError, match="no queue"):
        queues_of(fixed, plan, PROMISE)
