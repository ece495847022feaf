"""The relaxation of few scenarios with all their flows, and the cuts of its duals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robustev.methods.benders import representatives as module
from robustev.methods.benders.engine import CutEngine
from robustev.methods.benders.master import Master
from robustev.methods.benders.representatives import representatives
from robustev.methods.options import SolveOptions
from robustev.methods.solve import solve
from robustev.model.instance import Instance
from robustev.model.model import Model
from robustev.model.risk import ScenarioRisk, WorstCase
from tests import instances
from tests.model.phases.small import small as small_phases

SEEDS = st.integers(0, 2000)


def engine_of(instance: Instance) -> CutEngine:
    return CutEngine(instance, ScenarioRisk(instance.model.objective, instance.probability))


def bound_of(engine: CutEngine) -> tuple[float, np.ndarray]:  # type: ignore[type-arg]
    """Return what the master proves by the cuts of few scenarios, and where they are best."""
    few = representatives(engine)
    assert few is not None
    master = Master(engine.first, engine.num_theta)
    master.extend(engine.cuts_of(few.z, [few.duals[c] for c in few.assigned]))
    return master.solve_relaxation().bound, few.z


def cost_at(engine: CutEngine, z: np.ndarray) -> float:  # type: ignore[type-arg]
    """Return the relaxation's exact cost at a first-stage point."""
    count = engine.recourse.num_scenarios
    cuts = engine.separate(z, tolerance=0.0, max_exact=count, patience=count + 1)
    x, capacity = engine.split(z)
    return float(
        engine.first.cost @ z + engine.first.constant + sum(cut.at(x, capacity) for cut, _ in cuts)
    )


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, types=st.integers(1, 2), fixed=st.booleans())
def test_one_cut_for_each_scenario_proves_the_optimum(seed: int, types: int, fixed: bool) -> None:
    instance = instances.random_instance(seed, types=types, kinds=2, fixed=fixed, existing=True)
    engine = engine_of(instance)
    bound, z = bound_of(engine)
    assert bound == pytest.approx(cost_at(engine, z), rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, share=st.sampled_from([0.5, 0.8, 1.0]))
def test_limits_of_groups_are_in_the_program(seed: int, share: float) -> None:
    rule = {"by": "district", "share": share}
    model = Model(unserved_penalty=2.0, group_service=rule)
    instance = instances.random_instance(seed, model=model, types=1, slots=3, scenarios=3)
    engine = engine_of(instance)
    if representatives(engine) is None:  # the groups cannot be served
        assert instances.brute_force(instance)[0] == np.inf
        return
    bound, z = bound_of(engine)
    assert not engine.feasibility_cuts(*engine.split(z))
    assert bound == pytest.approx(cost_at(engine, z), rel=1e-6)


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS, room=st.sampled_from([12, 24]))
def test_prices_of_few_scenarios_are_true_for_all(seed: int, room: int) -> None:
    instance = instances.random_instance(seed, kinds=1, scenarios=5)
    engine = engine_of(instance)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MAX_FLOWS", room)  # one scenario or two of five
        few = representatives(engine)
    assert few is not None
    assert len(few.duals) == room // 12
    cuts = engine.cuts_of(few.z, [few.duals[c] for c in few.assigned])
    for plan in instances.every_plan(instance):
        z = engine.first.columns(plan)
        x, capacity = engine.split(z)
        proven = engine.first.cost @ z + sum(cut.at(x, capacity) for cut, _ in cuts)
        assert proven <= engine.objective(plan) + 1e-6


def test_a_scenario_that_is_too_large_has_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_FLOWS", 11)
    assert representatives(engine_of(instances.random_instance(0))) is None


def test_demand_that_no_plan_serves_is_dear(monkeypatch: pytest.MonkeyPatch) -> None:
    instance = instances.random_instance(3, model=Model(), slots=0)
    few = representatives(engine_of(instance))
    assert few is not None
    assert few.z.max() <= 1.0


def test_where_no_site_is_within_reach_there_is_no_program() -> None:
    model = Model(unserved_penalty=5.0, reach={"max_travel": 1e-9}, objective=WorstCase())
    instance = instances.random_instance(3, model=model)
    assert not len(instance.arcs)
    options = SolveOptions(method="benders", gap=1e-7, ranks=1)
    found = solve(instance.region, instance.scenarios, model, options)
    assert found.objective == pytest.approx(instances.brute_force(instance)[0])


@pytest.mark.parametrize("build", ["path", "tree"])
def test_phases_begin_at_the_optimum_of_scenarios_that_stand_for_every_answer(build: str) -> None:
    problem = small_phases(3, build, types=2).instance
    engine = engine_of(problem)
    few = representatives(engine)
    assert few is not None
    assert len(few.duals) == len(problem.scenarios)
    bound, z = bound_of(engine)
    assert bound == pytest.approx(cost_at(engine, z), rel=1e-6)
    tops = {int(v) for v in problem.tree.node_of[-1, np.arange(len(problem.scenarios))]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MAX_FEW", 1)
        fewest = representatives(engine)
    assert fewest is not None
    assert len(fewest.duals) == len(tops)
    cuts = engine.cuts_of(fewest.z, [fewest.duals[c] for c in fewest.assigned])
    x, capacity = engine.split(fewest.z)
    proven = engine.first.infrastructure_cost(fewest.z)
    proven += sum(cut.at(x, capacity) for cut, _ in cuts)
    assert proven <= cost_at(engine, fewest.z) * (1 + 1e-9)
