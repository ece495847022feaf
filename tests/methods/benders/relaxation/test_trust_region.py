"""The relaxation by a trust region: what it proves, and when it is used."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robustev.methods.benders.engine import CutEngine
from robustev.methods.benders.master import Master
from robustev.methods.benders.relaxation import trust_region
from robustev.methods.benders.representatives import representatives
from robustev.methods.benders.solver import BendersSolver
from robustev.methods.bounds import Bounds
from robustev.model.instance import Instance
from robustev.model.model import Model
from robustev.model.risk import ScenarioRisk, measure_of
from tests import instances


def solver_of(instance: Instance, gap: float = 1e-5) -> BendersSolver:
    risk = ScenarioRisk(instance.model.objective, instance.probability)
    return BendersSolver(CutEngine(instance, risk), Bounds(), gap=gap)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2000), types=st.integers(1, 2))
def test_from_nothing_it_finds_what_the_whole_program_finds(seed: int, types: int) -> None:
    instance = instances.random_instance(seed, types=types, kinds=2, scenarios=4)
    few = representatives(solver_of(instance).engine)
    assert few is not None
    solver = solver_of(instance, gap=0.0)  # else a plan within the gap would end the search
    solver.run(trust_region.TrustRegion(solver.parts, solver.engine.first.lower.copy()).run())
    whole = Master(solver.engine.first, solver.engine.num_theta)
    whole.extend(solver.engine.cuts_of(few.z, few.duals))
    assert solver.state.relaxed == pytest.approx(whole.solve_relaxation().bound, rel=1e-4)


@pytest.mark.parametrize("measure", ["expected", "cvar", "worst_case"])
@pytest.mark.parametrize("penalty", [instances.PENALTY, None])
@pytest.mark.parametrize("seed", range(3))
def test_its_bound_holds_for_every_plan(seed: int, penalty: float | None, measure: str) -> None:
    goal = measure_of({"measure": measure, "tail": 0.4})
    model = Model(unserved_penalty=penalty, objective=goal)
    instance = instances.random_instance(seed, model=model, kinds=2, slots=3)
    solver = solver_of(instance)
    begin = solver.master.solve_relaxation().z
    assert begin is not None
    solver.run(trust_region.TrustRegion(solver.parts, begin).run())
    costs = [solver.engine.objective(plan) for plan in instances.every_plan(instance)]
    assert solver.bounds.lower <= min(costs) + 1e-6
    assert solver.state.relaxed > 0


def test_it_is_for_chargers_of_types_that_split_on_their_own() -> None:
    assert trust_region.pays(solver_of(instances.random_instance(0)).engine)
    assert not trust_region.pays(solver_of(instances.random_instance(0, kinds=0)).engine)
    shared = Model(split="shared", unserved_penalty=1.0)
    assert not trust_region.pays(
        solver_of(instances.random_instance(0, types=2, model=shared)).engine
    )


def test_it_is_not_for_networks_where_solving_all_scenarios_takes_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = solver_of(instances.random_instance(0)).engine
    monkeypatch.setattr(trust_region, "MAX_ARCS", 35)
    assert not trust_region.pays(engine)  # 3 sites, 4 zones, 3 scenarios


def test_few_scenarios_need_a_program_to_begin_with(monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = instances.random_instance(0, scenarios=2), instances.random_instance(0, scenarios=8)
    monkeypatch.setattr(trust_region, "MAX_FLOWS", 11)  # 3 sites, 4 zones
    assert not trust_region.pays(solver_of(few).engine)
    assert trust_region.pays(solver_of(many).engine)
