"""Whole numbers by one tree in SCIP, and by solving the master anew, against all plans."""

from __future__ import annotations

import time

import numpy as np
import pytest

from robustev.core.errors import SolverError
from robustev.methods.base import SolveRun
from robustev.methods.benders import solver
from robustev.methods.benders.engine import CutEngine
from robustev.methods.bounds import Bounds
from robustev.methods.options import SolveOptions
from robustev.methods.result import StopRule
from robustev.methods.solve import solve
from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance
from robustev.model.model import Model
from robustev.model.risk import CVaR, ScenarioRisk, WorstCase
from tests import instances

CASES = {
    "openings": (Model(unserved_penalty=9.0), {"kinds": 0, "sites": 5}),
    "chargers": (Model(unserved_penalty=9.0), {"kinds": 2, "slots": 2}),
    "two types": (Model(unserved_penalty=9.0), {"types": 2}),
    "shared split": (Model(unserved_penalty=9.0, split="shared"), {"types": 2}),
    "nobody left out": (Model(), {"slots": 4}),
    "cvar": (
        Model(unserved_penalty=9.0, objective=CVaR(tail=0.4, weight=0.6)),
        {"kinds": 0, "sites": 5},
    ),
    "worst case": (Model(unserved_penalty=9.0, objective=WorstCase()), {}),
}


def with_plan(case: str) -> tuple[Instance, float]:
    model, shape = CASES[case]
    for seed in range(100):
        instance = instances.random_instance(seed, model=model, **shape)
        optimum, _ = instances.brute_force(instance)
        if np.isfinite(optimum):
            return instance, optimum
    raise AssertionError("no seed gives a problem that has a plan")


@pytest.mark.parametrize("case", CASES)
def test_the_tree_proves_the_best_of_all_plans_from_no_cuts_at_all(case: str) -> None:
    pytest.importorskip("pyscipopt")
    instance, optimum = with_plan(case)
    risk = ScenarioRisk(instance.model.objective, instance.probability)
    bounds = Bounds()
    benders = solver.BendersSolver(CutEngine(instance, risk), bounds, gap=1e-6)
    benders.grow_tree(30.0)
    assert bounds.upper == pytest.approx(optimum, rel=1e-6)
    assert bounds.lower == pytest.approx(optimum, rel=2e-6)
    assert bounds.lower <= optimum * (1 + 1e-7)
    assert {row.source for row in bounds.trace} == {"tree"}


@pytest.mark.parametrize("seed", range(12))
def test_a_tree_pruned_by_a_plan_that_is_nearly_the_best_does_not_call_its_cost_a_bound(
    seed: int,
) -> None:
    pytest.importorskip("pyscipopt")
    instance = instances.random_instance(seed, kinds=0, sites=5)
    engine = CutEngine(instance, ScenarioRisk(instance.model.objective, instance.probability))
    costs = {engine.objective(plan): plan for plan in instances.every_plan(instance)}
    best, second = sorted(costs)[:2]
    bounds = Bounds()
    benders = solver.BendersSolver(engine, bounds, gap=1.5 * (second - best) / second)
    benders.begin_with([costs[second]])
    benders.grow_tree(30.0)
    assert bounds.lower <= best * (1 + 1e-9)


@pytest.mark.parametrize("case", CASES)
def test_without_scip_the_master_is_solved_anew_to_the_same_end(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solver, "SCIP", False)
    instance, optimum = with_plan(case)
    risk = ScenarioRisk(instance.model.objective, instance.probability)
    result = solver.solve_benders(SolveRun(instance, StopRule(1e-7, 30.0, None), risk))
    assert result.objective == pytest.approx(optimum, rel=1e-6)
    assert result.lower_bound == pytest.approx(optimum, rel=1e-6)
    assert "tree" not in {row.source for row in result.trace}


def test_the_tree_ends_when_asked_to() -> None:
    pytest.importorskip("pyscipopt")
    instance = instances.random_instance(3, sites=6, kinds=2, slots=5, scenarios=6)
    risk = ScenarioRisk(instance.model.objective, instance.probability)
    benders = solver.BendersSolver(
        CutEngine(instance, risk), Bounds(), gap=0.0, interrupted=lambda: True
    )
    start = time.perf_counter()
    benders.grow_tree(60.0)
    assert time.perf_counter() - start < 20


def test_an_error_inside_the_tree_comes_out_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyscipopt")
    instance, _ = with_plan("openings")
    risk = ScenarioRisk(instance.model.objective, instance.probability)
    benders = solver.BendersSolver(CutEngine(instance, risk), Bounds(), gap=1e-6)

    def fail(*_: object, **__: object) -> None:
        raise SolverError("no price")

    monkeypatch.setattr(benders.engine, "learn", fail)
    with pytest.raises(SolverError, match="no price"):
        benders.grow_tree(30.0)


def test_where_scip_fails_the_master_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    pyscipopt = pytest.importorskip("pyscipopt")

    class Broken(pyscipopt.Model):  # type: ignore[misc]
        def optimizeNogil(self) -> None:  # noqa: N802
            raise Exception("SCIP: error in LP solver!")

    monkeypatch.setattr(pyscipopt, "Model", Broken)
    instance, optimum = with_plan("openings")
    risk = ScenarioRisk(instance.model.objective, instance.probability)
    result = solver.solve_benders(SolveRun(instance, StopRule(1e-7, 30.0, None), risk))
    assert result.objective == pytest.approx(optimum, rel=1e-6)
    assert result.lower_bound == pytest.approx(optimum, rel=1e-6)


def test_a_point_that_breaks_a_row_is_no_plan_whatever_it_would_cost() -> None:
    """SCIP may ask about points before it has looked at the rows."""
    coverage = {"radius": 7.8, "share": 0.1, "stations": 2}
    model = Model(unserved_penalty=0.5, coverage=coverage)
    found = 0
    for seed in range(12):
        instance = instances.random_instance(seed, model=model, sites=4, zones=1, existing=True)
        optimum, _ = instances.brute_force(instance)
        options = SolveOptions(method="benders", gap=1e-7, ranks=1)
        result = solve(instance.region, instance.scenarios, model, options)
        found += np.isfinite(optimum)
        if np.isfinite(optimum):
            assert result.objective == pytest.approx(optimum, rel=1e-6, abs=1e-6)
            assert first_stage(instance).allows(result.plan)
    assert found > 6
