"""The promise on waiting: its capacities, what it refuses, and what limits and checks see."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from robustev.core.errors import ConfigError
from robustev.data.plan import Plan
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from robustev.verify.extensive import extensive_optimum
from robustev.verify.first_stage import violations
from tests import instances
from tests.methods.conftest import METHODS, Solve, solve_by
from tests.referee.queues import lengths

__all__ = ["solve_by"]


def promised(
    *, seed: int = 0, kinds: int = 2, more: dict[str, object] | None = None, **options: object
) -> Instance:
    asked = {"minutes": 12.0, "service": 30.0, **options}
    model = Model(unserved_penalty=40.0, waiting=asked, **(more or {}))
    return instances.random_instance(seed, model=model, kinds=kinds, slots=3)


def wait_by_balance(chargers: int, busy: float, service: float) -> float:
    """Return the mean wait in minutes from the balance equations of the queue."""
    cars = lengths(chargers, busy)
    return float(np.maximum(np.arange(len(cars)) - chargers, 0) @ cars / busy * service)


def test_a_table_filled_to_the_brim_has_the_wait_that_is_promised() -> None:
    instance = promised(service={"kind0": 30.0, "kind1": 50.0})
    assert instance.charger_table is not None
    for r, service in enumerate((30.0, 50.0)):
        for n in range(1, 4):
            busy = instance.charger_table[n, r, 0] / instance.charger_capacity[r, 0]
            assert wait_by_balance(n, busy, service) == pytest.approx(12.0, rel=1e-6)


def test_a_share_of_the_day_comes_in_the_peak_hour() -> None:
    instance = promised(peak_share=0.2, session_units=0.1)
    assert instance.charger_table is not None
    for n in range(1, 4):
        sessions = 0.2 * instance.charger_table[n, 0, 0] / 0.1  # an hour
        assert wait_by_balance(n, sessions * 30 / 60, 30.0) == pytest.approx(12.0, rel=1e-6)


def test_chargers_never_do_more_than_their_capacity() -> None:
    instance = promised(peak_share=0.01, session_units=100.0, more={"utilisation": 0.5})
    each = instance.charger_capacity[:, 0]
    expected = np.arange(4)[:, None] * each
    assert instance.charger_table is not None
    assert instance.charger_table[:, :, 0] == pytest.approx(expected)


def test_a_limit_on_late_drivers_holds_by_the_distribution_of_waits() -> None:
    instance = promised(minutes=10.0, share=0.1)
    assert instance.charger_table is not None
    for n in range(1, 4):
        busy = instance.charger_table[n, 0, 0] / instance.charger_capacity[0, 0]
        cars = lengths(n, busy)
        late = cars[n:].sum() * np.exp(-(n - busy) * 10 / 30)
        assert late == pytest.approx(0.1, rel=1e-6)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(2))
def test_every_method_proves_the_best_of_all_plans(method: str, seed: int, solve_by: Solve) -> None:
    model = Model(
        unserved_penalty=40.0,
        waiting={"minutes": 12.0, "service": 30.0},
        objective={"measure": "cvar", "tail": 0.5, "weight": 0.5},
        stations={"maximum": 2},
    )
    instance = instances.random_instance(seed, model=model, kinds=1, slots=3, existing=True)
    optimum, _ = instances.brute_force(instance)
    result = solve_by(instance, method)
    assert result.objective == pytest.approx(optimum, rel=1e-6)
    assert result.lower_bound == pytest.approx(optimum, rel=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_the_second_whole_model_finds_the_same_optimum(seed: int) -> None:
    instance = promised(seed=seed, kinds=1, more={"stations": {"maximum": 2}})
    optimum, _ = instances.brute_force(instance)
    found = extensive_optimum(instance, 20.0)
    assert found.upper == pytest.approx(optimum, rel=1e-6)
    assert found.lower == pytest.approx(optimum, rel=1e-6)


def test_more_patience_never_costs_more() -> None:
    costs = [
        instances.brute_force(promised(seed=2, kinds=1, minutes=w))[0] for w in (3.0, 10.0, 60.0)
    ]
    free = instances.random_instance(2, model=Model(unserved_penalty=40.0), kinds=1, slots=3)
    assert costs == sorted(costs, reverse=True)
    assert costs[0] > costs[-1] >= instances.brute_force(free)[0]


def test_the_check_tells_capacities_that_are_too_large_or_too_small() -> None:
    instance = promised()
    plan = Plan("some", np.ones(3, dtype=bool), np.array([[2, 0], [0, 1], [1, 1]]))
    assert violations(instance, plan) == []
    assert instance.charger_table is not None
    for factor, text in ((1.01, "too many"), (0.99, "may serve more")):
        wrong = replace(instance, charger_table=factor * instance.charger_table)
        found = wrong.model.waiting.broken(plan, wrong)
        assert found
        assert all(text in one for one in found)


def test_what_is_no_queue_is_refused_by_name() -> None:
    region = instances.region(0, kinds=2, types=2, fixed=True)
    scenarios = instances.scenario_set(0, region)
    asked = {"minutes": 5.0, "service": {"kind0": 30.0}, "peak_share": {"typ0": 0.1, "type1": 0.1}}
    with pytest.raises(ConfigError) as raised:
        build_instance(region, scenarios, Model(waiting=asked))
    text = str(raised.value)
    for part in (
        "leaves out kind1", "is 'type0' meant", "leaves out type0", "capacity of its own",
        "kind kind0 serves several demand types", "kind kind1 serves several demand types",
    ):  # fmt: skip
        assert part in text


def test_types_at_different_hours_have_the_queue_to_themselves() -> None:
    region = instances.region(0, kinds=1, types=2)
    scenarios = instances.scenario_set(0, region)
    asked = {"minutes": 12.0, "service": 30.0, "apart": True}
    instance = build_instance(region, scenarios, Model(unserved_penalty=40.0, waiting=asked))
    assert instance.charger_table is not None
    busy = instance.charger_table[1, 0] / instance.charger_capacity[0]
    assert busy == pytest.approx(np.full(2, 2 / 7))


@pytest.mark.parametrize(
    "wrong", [{"service": 0.0}, {"peak_share": 1.2}, {"session_units": {"a": 0.0}}]
)
def test_numbers_that_mean_nothing_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Model(waiting={"minutes": 5.0, "service": 30.0, **wrong})
