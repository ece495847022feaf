"""The cut engine: what it proves about the objective, under every risk measure."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robustev.methods.benders import engine as engine_module
from robustev.methods.benders import subproblems
from robustev.methods.benders.engine import CutEngine
from robustev.model.model import Model
from robustev.model.risk import CVaR, Expected, Regret, RiskMeasure, ScenarioRisk, WorstCase
from robustev.recourse.kernels import transport
from robustev.recourse.kernels.base import SeparationMode
from tests import instances
from tests.instances import PENALTY

SEEDS = st.integers(0, 2000)
OBJECTIVES = st.sampled_from(
    [
        Expected(),
        CVaR(tail=0.4),
        CVaR(tail=0.3, weight=0.6),
        WorstCase(),
        WorstCase(weight=0.5),
        Regret(),
    ]
)
CAREFUL = settings(max_examples=25, deadline=None)


def engine_of(
    seed: int, goal: RiskMeasure, split: Literal["by_type", "shared"] = "by_type", **shape: object
) -> CutEngine:
    model = Model(unserved_penalty=PENALTY, objective=goal, split=split)
    instance = instances.random_instance(seed, model=model, scenarios=5, **shape)
    best = np.random.default_rng(seed).uniform(0, 50, size=5) if goal.measure == "regret" else None
    return CutEngine(instance, ScenarioRisk(goal, instance.probability, best))


def bound_at(engine: CutEngine, cuts: list, z: np.ndarray) -> float:  # type: ignore[type-arg]
    """Return the objective that the best cut of every cost-to-go variable proves at ``z``."""
    x, capacity = engine.split(z)
    theta = np.full(engine.num_theta, -np.inf)
    for cut, group in cuts:
        theta[group] = max(theta[group], cut.at(x, capacity))
    return float(engine.first.cost @ z + engine.first.constant + theta.sum())


@CAREFUL
@given(seed=SEEDS, goal=OBJECTIVES, types=st.integers(1, 2), groups=st.sampled_from([2, 40]))
def test_cuts_never_exceed_the_objective_of_any_plan(
    seed: int, goal: RiskMeasure, types: int, groups: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine_module, "MAX_GROUPS", groups)
        engine = engine_of(seed, goal, types=types)
    mode = SeparationMode(covers=seed % 2 == 0)
    rng = np.random.default_rng(seed)
    plans = [instances.random_plan(engine.instance, rng) for _ in range(4)]
    cuts = []
    for plan in plans[:3]:
        z = 0.7 * engine.first.columns(plan) + 0.3 * rng.random()
        cuts += engine.separate(z, tolerance=1e-9, max_exact=2, mode=mode)
    for plan in plans:
        costs = instances.true_costs(engine.instance, plan)
        value = engine.risk.value(costs)
        slack = 1e-6 * max(1.0, abs(value))
        assert bound_at(engine, cuts, engine.first.columns(plan)) <= value + slack
        assert engine.proven_objective(plan) <= value + slack
        assert engine.objective(plan) == pytest.approx(value)


@CAREFUL
@given(seed=SEEDS, goal=OBJECTIVES)
def test_after_solving_every_scenario_the_cut_is_the_objective_itself(
    seed: int, goal: RiskMeasure
) -> None:
    engine = engine_of(seed, goal)
    plan = instances.random_plan(engine.instance, np.random.default_rng(seed))
    z = engine.first.columns(plan)
    cuts = engine.separate(z, tolerance=0.0, max_exact=5, patience=6)
    assert bound_at(engine, cuts, z) == pytest.approx(engine.objective(plan), rel=1e-6)


@CAREFUL
@given(seed=SEEDS, types=st.integers(1, 2), groups=st.sampled_from([2, 40]))
def test_cuts_above_a_cost_to_go_are_those_of_the_groups_in_which_it_is_too_low(
    seed: int, types: int, groups: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine_module, "MAX_GROUPS", groups)
        engine = engine_of(seed, Expected(), types=types)
    rng = np.random.default_rng(seed)
    z = engine.first.columns(instances.random_plan(engine.instance, rng))
    known = engine.learn(z, tolerance=0.0, max_exact=5, patience=6)
    x, capacity = engine.split(z)
    every = {group: cut.at(x, capacity) for cut, group in engine.cuts_from(known)}
    theta = np.array([every[group] for group in range(engine.num_theta)]) + 1.0
    low = int(rng.integers(engine.num_theta))
    theta[low] -= 2.0
    some = {group: cut.at(x, capacity) for cut, group in engine.cuts_from(known, theta)}
    with_workers = len(engine.recourse.kernels)
    assert set(some) == {g for g in every if g // with_workers == low // with_workers}
    assert some == pytest.approx({group: every[group] for group in some})
    assert known.objective == pytest.approx(bound_at(engine, engine.cuts_from(known), z))


@CAREFUL
@given(seed=SEEDS, goal=OBJECTIVES, types=st.integers(1, 2), shared=st.booleans())
def test_exact_cuts_of_a_plan_are_its_objective_there_and_below_it_elsewhere(
    seed: int, goal: RiskMeasure, types: int, shared: bool
) -> None:
    engine = engine_of(seed, goal, split="shared" if shared else "by_type", types=types)
    instance, rng = engine.instance, np.random.default_rng(seed)
    plan, other = (instances.random_plan(instance, rng) for _ in range(2))
    objective, cuts = engine.evaluate(plan)
    assert objective == pytest.approx(engine.risk.value(instances.true_costs(instance, plan)))
    assert bound_at(engine, cuts, engine.first.columns(plan)) == pytest.approx(objective, rel=1e-6)
    elsewhere = engine.risk.value(instances.true_costs(instance, other))
    slack = 1e-6 * max(1.0, abs(elsewhere))
    assert bound_at(engine, cuts, engine.first.columns(other)) <= elsewhere + slack


@CAREFUL
@given(seed=SEEDS, goal=OBJECTIVES)
def test_an_evaluated_plan_is_known_from_then_on(seed: int, goal: RiskMeasure) -> None:
    engine = engine_of(seed, goal)
    plan = instances.random_plan(engine.instance, np.random.default_rng(seed))
    value = engine.objective(plan)
    assert engine.proven_objective(plan) == pytest.approx(value, rel=1e-5)


@CAREFUL
@given(seed=SEEDS)
def test_feasibility_cuts_keep_every_plan_that_serves_all(seed: int) -> None:
    instance = instances.random_instance(seed, model=Model(), slots=3, sites=4)
    engine = CutEngine(instance, ScenarioRisk(Expected(), instance.probability))
    rng = np.random.default_rng(seed)
    cuts = engine.price_demand()
    for _ in range(3):
        plan = instances.random_plan(instance, rng)
        cuts += engine.feasibility_cuts(*engine.split(engine.first.columns(plan)))
    for _ in range(5):
        plan = instances.random_plan(instance, rng)
        x, capacity = engine.split(engine.first.columns(plan))
        if np.isfinite(instances.true_costs(instance, plan)).all():
            assert all(cut.at(x, capacity) <= 1e-6 for cut, _ in cuts)


@pytest.mark.parametrize("seed", range(6))
def test_shortages_at_fractional_openings_take_quick_solves_that_stay_valid(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "CHEAP_TO_SORT", 0)
    monkeypatch.setattr(transport, "LinkedTransport", None)  # the slow program would fail
    instance = instances.random_instance(seed, model=Model(), slots=3, sites=4)
    engine = CutEngine(instance, ScenarioRisk(Expected(), instance.probability))
    rng = np.random.default_rng(seed)
    cuts = engine.price_demand()
    for _ in range(4):
        x, capacity = instances.random_point(instance, rng)
        cuts += engine.feasibility_cuts(0.5 * x + 0.25, capacity)
    assert cuts
    for plan in instances.every_plan(instance):
        x, capacity = engine.split(engine.first.columns(plan))
        if np.isfinite(instances.true_costs(instance, plan)).all():
            assert all(cut.at(x, capacity) <= 1e-6 for cut, _ in cuts)


@pytest.mark.parametrize("workers", [1, 3])
def test_threads_do_not_change_a_value(workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subproblems, "THREADED_ARCS", 0)
    instance = instances.random_instance(8, scenarios=12)
    risk = ScenarioRisk(Expected(), instance.probability)
    plan = instances.random_plan(instance, np.random.default_rng(0))
    alone = CutEngine(instance, risk).objective(plan)
    assert CutEngine(instance, risk, workers=workers).objective(plan) == alone
