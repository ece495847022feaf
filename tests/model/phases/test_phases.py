"""Several phases: brute force over all build-outs is the referee."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from robustev.core.errors import ConfigError
from robustev.core.highs import new_highs
from robustev.methods.hedging.projected import projected_model
from robustev.methods.options import SolveOptions
from robustev.methods.solve import solve_instance
from robustev.methods.sppy import every_node, tree_creator
from robustev.methods.write_model import write_model
from robustev.model.decisions import agreed, decisions, scenario_infrastructure
from robustev.model.first_stage import first_stage
from robustev.model.instance import build_instance
from robustev.model.model import Model
from robustev.model.phases.config import Phases
from robustev.model.phases.instance import PhasedInstance
from robustev.model.risk import CVaR, ScenarioRisk
from tests.instances import region, scenario_set
from tests.methods.smps import solve_smps
from tests.model.phases.small import Referee, Small, small

METHODS = ("ef", "benders", "ph")
VARIANTS: list[dict[str, Any]] = [
    {},
    {"types": 2, "kinds": 2},
    {"types": 2, "split": "shared"},
    {"existing": True, "existing_cost": "counted"},
    {"stations": {"maximum": 1}},
    {"phases": {"charged": "every_phase"}},
]


def groups(problem: Small) -> list[np.ndarray]:
    """Return the scenarios of each second decision, by their names in the given order."""
    made = problem.instance
    place = {name: s for s, name in enumerate(problem.scenarios.names)}
    return [
        np.array([place[made.scenarios.names[s]] for s in node.scenarios])
        for node in made.tree.nodes
        if node.phase == 1
    ]


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_the_optimum_is_that_of_brute_force(variant: dict[str, Any]) -> None:
    seed, optimum = VARIANTS.index(variant), {}
    referee = Referee(small(seed, "path", **variant))
    for build in ("path", "tree"):
        problem = small(seed, build, **variant)
        charged = problem.model.phases.charged
        truth = referee.optimum(groups(problem), every_phase=charged == "every_phase")
        optimum[build] = truth
        for method in METHODS[: 3 if seed == 0 else 2]:
            options = SolveOptions(method=method, gap=1e-6, time_limit=30, ranks=1)
            found = solve_instance(problem.instance, options)
            assert found.objective == pytest.approx(truth, rel=1e-5)
            assert found.lower_bound == pytest.approx(truth, rel=1e-5)
    assert optimum["tree"] <= optimum["path"] + 1e-9


def test_one_phase_is_the_problem_without_phases() -> None:
    of = region(3)
    drawn = scenario_set(3, of)
    options = SolveOptions(method="ef", gap=1e-7)
    plain = solve_instance(build_instance(of, drawn, Model(unserved_penalty=40.0)), options)
    alone = Model(unserved_penalty=40.0, phases=[{"name": "now"}])
    phased = solve_instance(build_instance(of, drawn, alone), options)
    assert phased.objective == pytest.approx(plain.objective, rel=1e-9)


def test_rows_allow_just_the_build_outs_that_grow_within_their_budgets() -> None:
    problem = small(1, "tree")
    made = problem.instance
    first, rng = first_stage(made), np.random.default_rng(0)
    limits = [step.budget for step in problem.model.phases.steps]
    allowed = 0
    for _ in range(3000):
        z = rng.integers(0, first.upper.astype(int) + 1).astype(float)
        plan = first.plan(z, "tried")
        parts = made.parts(plan)
        fits = all((part.chargers.sum(axis=1) <= np.where(part.open, 2, 0)).all() for part in parts)
        money = [
            problem.of.sites.opening_cost[part.open].sum()
            + (part.chargers @ problem.of.charger_cost).sum()
            for part in parts
        ]
        grows = all(
            (parts[v].open >= parts[0].open).all()
            and (parts[v].chargers >= parts[0].chargers).all()
            for v in (1, 2)
        )
        paid = money[0] <= limits[0] and all(money[v] - money[0] <= limits[1] for v in (1, 2))
        assert first.allows(plan) == (fits and grows and paid)
        allowed += first.allows(plan)
    assert allowed >= 5


def test_nodes_hold_their_scenarios_in_the_order_of_what_was_seen() -> None:
    made = small(2, "tree").instance
    root, low, high = made.tree.nodes
    assert len(root.scenarios) == 4
    assert sorted([*low.scenarios, *high.scenarios]) == [0, 1, 2, 3]
    assert low.seen is not None
    assert high.seen is not None
    assert low.seen[1] <= high.seen[0]
    assert low.probability + high.probability == pytest.approx(1.0)


def test_a_scenario_of_a_tree_decides_at_its_own_nodes_at_what_that_costs_in_it() -> None:
    made = small(2, "tree").instance
    of, first = decisions(made), first_stage(made)
    risk = ScenarioRisk(made.model.objective, made.probability)
    create = tree_creator(made, risk, of, projected_model)
    mean = np.zeros(first.num_columns)
    for s, name in enumerate(made.scenarios.names):
        model: Any = create(name)
        path = [node.name for node in model._mpisppy_node_list]
        assert path == ["ROOT", f"ROOT_{made.tree.node_of[1, s] - 1}"]
        assert np.prod([node.cond_prob for node in model._mpisppy_node_list]) == pytest.approx(
            made.tree.nodes[made.tree.node_of[1, s]].probability
        )
        mean += made.probability[s] * scenario_infrastructure(made, of, s)[0]
    assert mean == pytest.approx(first.cost)
    leaves = [f"ROOT_{v}_{k}" for v in (0, 1) for k in range(len(of[v + 1].scenarios))]
    assert every_node(of) == ["ROOT", "ROOT_0", "ROOT_1", *leaves]


def test_columns_that_a_scenario_does_not_decide_take_the_mean_of_those_that_do() -> None:
    made = small(2, "tree").instance
    of, columns = decisions(made), first_stage(made).num_columns
    points = np.random.default_rng(0).random((4, columns))
    whole = agreed(points, of, made.probability)
    mean = made.probability @ whole
    for decision in of:
        p = made.probability[decision.scenarios]
        expected = p @ points[np.ix_(decision.scenarios, decision.columns)] / p.sum()
        assert mean[decision.columns] == pytest.approx(expected)


def test_a_path_takes_every_risk_measure() -> None:
    problem = small(0, "path", objective={"measure": "cvar", "tail": 0.4})
    found = {
        method: solve_instance(
            problem.instance, SolveOptions(method=method, gap=1e-7, time_limit=30, ranks=1)
        )
        for method in METHODS[:2]
    }
    costs = found["ef"].objective
    assert costs is not None
    assert found["benders"].objective == pytest.approx(costs, rel=1e-6)
    assert isinstance(problem.model.objective, CVaR)


def test_a_tree_refuses_a_risk_measure_by_name() -> None:
    problem = small(0, "tree", objective={"measure": "worst_case"})
    with pytest.raises(ConfigError, match=r"'tree' minimises the expected cost, not 'worst_case'"):
        build_instance(problem.of, problem.scenarios, problem.model)


def test_scenarios_of_one_year_are_refused_where_years_are_asked_for() -> None:
    of = region(0)
    model = Model(phases=[{"name": 2025, "year": 2025}, {"name": 2030, "year": 2030}])
    with pytest.raises(ConfigError, match="hold the demand of one year alone"):
        build_instance(of, scenario_set(0, of), model)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ([{"name": "a", "growth": 1}, {"name": "a", "growth": 2}], "different names"),
        ([{"name": "a"}, {"name": "b"}], "every phase needs its demand"),
        ([{"name": "a", "year": 2030}, {"name": "b", "year": 2025}], "must rise"),
        ({"rate": 0.1, "steps": [{"name": "a", "growth": 1}]}, "needs the year"),
        ({"carries": True, "steps": [{"name": "a"}]}, "every phase has one"),
        ([{"name": "a", "growth": -1}], "0 or more"),
        ([{"name": "a b"}], "letters, digits"),
    ],
)
def test_phases_refuse_what_has_no_meaning(given: object, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Phases.model_validate(given)


@pytest.mark.parametrize("build", ["path", "tree"])
def test_the_file_for_other_solvers_has_the_same_optimum(build: str, tmp_path: Path) -> None:
    problem = small(1, build)
    found = solve_instance(problem.instance, SolveOptions(method="benders", gap=1e-7, ranks=1))
    assert found.objective is not None
    for ending in ("mps", "cor"):
        file = tmp_path / f"{build}.{ending}"
        write_model(file, problem.of, problem.scenarios, problem.model)
        optimum = solve_smps(file) if ending == "cor" else solved_file(file)
        assert optimum == pytest.approx(found.objective, rel=1e-6)


def solved_file(file: Path) -> float:
    """Return the optimum of a file by HiGHS."""
    solver = new_highs(mip_rel_gap=0.0, threads=1)
    solver.readModel(str(file))
    solver.run()
    return float(solver.getInfo().objective_function_value)


def test_a_phase_may_have_rules_of_its_own() -> None:
    steps = [
        {"name": "now", "growth": 1.0, "rules": {"stations": {"maximum": 0}}},
        {"name": "later", "growth": 1.5},
    ]
    problem = small(4, "path", phases={"steps": steps})
    found = solve_instance(problem.instance, SolveOptions(method="ef", gap=1e-7))
    assert found.plan is not None
    now, later = problem.instance.parts(found.plan)
    assert not now.open.any()
    assert later.open.any()


def test_a_rule_that_cannot_be_read_is_named_with_its_phase() -> None:
    steps = [{"name": "now", "growth": 1.0, "rules": {"stations": {"most": 1}}}]
    problem = small(4, "path", phases={"steps": steps})
    with pytest.raises(ConfigError, match=r"model\.phases\.now\.rules\.stations\.most"):
        build_instance(problem.of, problem.scenarios, problem.model)


def test_a_path_may_be_asked_on_other_scenarios_and_a_tree_not() -> None:
    path, tree = small(0, "path").instance, small(0, "tree").instance
    part = path.subset([1, 3])
    assert isinstance(part, PhasedInstance)
    assert [len(node.scenarios) for node in part.nodes] == [2, 2]
    with pytest.raises(ConfigError, match="other scenarios than its own"):
        tree.subset([0])
