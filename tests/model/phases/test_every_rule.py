"""Every rule and every risk measure in several phases: two methods agree, or refuse by name."""

from __future__ import annotations

from typing import Any

import pytest

from robustev.core.errors import ConfigError
from robustev.methods.options import SolveOptions
from robustev.methods.result import Status
from robustev.methods.solve import solve_instance
from robustev.model.features.register import FEATURES
from robustev.model.instance import build_instance
from robustev.model.model import Model
from robustev.model.risk import REGISTER
from tests.instances import PENALTY, region, scenario_set

REFUSED = ("designs", "removal")
"""Rules by which things do not only grow."""
RULES = [rule for rule in FEATURES if not rule.flat and rule.key not in REFUSED]


def solved(model: dict[str, Any], build: str, method: str) -> tuple[Status, float | None]:
    """Return how a small problem of two phases ends, and its optimum."""
    of = region(5, sites=3, zones=4, types=2, kinds=2, existing=True)
    steps = [{"name": "now", "growth": 1.0}, {"name": "later", "growth": 1.6, "discount": 0.9}]
    section = {"build": build, "branches": 2, "steps": steps}
    whole = Model(**({"unserved_penalty": PENALTY} | model | {"phases": section}))
    instance = build_instance(of, scenario_set(5, of, 4), whole)
    options = SolveOptions(method=method, gap=1e-6, time_limit=60, ranks=1)
    found = solve_instance(instance, options)
    assert found.lower_bound is None or found.lower_bound == pytest.approx(
        found.objective, rel=1e-5, abs=1e-6
    )
    return found.status, found.objective


def agree(model: dict[str, Any], build: str) -> None:
    """Hold the decomposition against the extensive form."""
    one, optimum = solved(model, build, "ef")
    other, found = solved(model, build, "benders")
    assert (one is Status.INFEASIBLE) == (other is Status.INFEASIBLE)
    if optimum is not None:
        assert found == pytest.approx(optimum, rel=1e-5, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("build", ["path", "tree"])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.key)
def test_a_rule_holds_in_every_phase(rule: Any, build: str) -> None:
    agree({rule.key: dict(rule.example)}, build)


@pytest.mark.parametrize("key", REFUSED)
def test_a_rule_by_which_things_do_not_only_grow_is_refused_by_name(key: str) -> None:
    rule = next(rule for rule in FEATURES if rule.key == key)
    with pytest.raises(ConfigError, match=f"model.{key}.*only grow"):
        solved({key: dict(rule.example)}, "path", "ef")


@pytest.mark.slow
def test_a_ball_of_distances_by_cost_sees_all_phases() -> None:
    agree({"objective": {"measure": "wasserstein", "radius": 0.3, "distance": "cost"}}, "path")


@pytest.mark.slow
@pytest.mark.parametrize("measure", list(REGISTER))
def test_a_path_is_best_by_any_measure_and_a_tree_by_the_expected_cost(measure: str) -> None:
    section = {"measure": measure, **REGISTER[measure].example}
    agree({"objective": section}, "path")
    goal = Model(objective=section).objective
    if goal.is_expectation:
        agree({"objective": section}, "tree")
    else:
        with pytest.raises(ConfigError, match="minimises the expected cost"):
            solved({"objective": section}, "tree", "ef")
