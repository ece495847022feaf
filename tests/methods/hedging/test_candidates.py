"""The inner bound: points of scenarios become plans, evaluated once and exactly."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.data.plan import Plan
from robustev.methods.benders.engine import CutEngine
from robustev.methods.bounds import Bounds
from robustev.methods.hedging.candidates import Candidates
from robustev.model.risk import Expected, ScenarioRisk
from tests import instances
from tests.instances import true_costs, true_objective


@pytest.fixture
def candidates() -> Candidates:
    instance = instances.random_instance(2, kinds=2)
    engine = CutEngine(instance, ScenarioRisk(Expected(), instance.probability))
    return Candidates(engine, Bounds())


def points_of(candidates: Candidates, seed: int = 0) -> tuple[list[Plan], np.ndarray]:  # type: ignore[type-arg]
    """Return one plan per scenario, and the plans as first-stage points."""
    rng = np.random.default_rng(seed)
    instance = candidates.engine.instance
    plans = [instances.random_plan(instance, rng) for _ in range(len(instance.scenarios))]
    return plans, np.array([candidates.engine.first.columns(plan) for plan in plans])


def test_the_best_of_the_scenarios_plans_or_better_is_kept(candidates: Candidates) -> None:
    plans, points = points_of(candidates)
    assert candidates.consider(points, lambda: False)
    instance = candidates.engine.instance
    values = [true_objective(instance, true_costs(instance, plan)) for plan in plans]
    assert candidates.bounds.upper <= min(values) * (1 + 1e-9)
    kept = candidates.bounds.plan
    assert kept is not None
    exact = true_objective(instance, true_costs(instance, kept))
    assert candidates.bounds.upper == pytest.approx(exact)


def test_a_plan_is_evaluated_only_once(
    candidates: Candidates, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, points = points_of(candidates)
    candidates.consider(points, lambda: False)

    def again(plan: Plan) -> float:
        raise AssertionError(f"{plan} was evaluated again")

    monkeypatch.setattr(candidates.engine, "objective", again)
    assert not candidates.consider(points, lambda: False)


def test_points_that_break_a_limit_are_no_candidates(candidates: Candidates) -> None:
    first = candidates.engine.first
    too_many = np.where(np.arange(first.num_columns) < first.num_sites, 0.0, first.upper)
    candidates.consider(np.tile(too_many, (3, 1)), lambda: False)
    plan = candidates.bounds.plan
    assert plan is not None
    assert first.violation(first.columns(plan)) <= 1e-9


def test_it_stops_between_candidates_when_told_to(candidates: Candidates) -> None:
    _, points = points_of(candidates)
    candidates.consider(points, lambda: True)
    assert [row.source for row in candidates.bounds.trace] == ["hedging mean"]
