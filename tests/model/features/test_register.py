"""What every rule of the register must have, and what must hold for it; new ones need no test.

After a change of rows that is meant, set ROBUSTEV_ACCEPT_LP=1, run these tests, and read the
difference.
"""

from __future__ import annotations

import itertools
import os
import re
from pathlib import Path

import numpy as np
import pyomo.environ as pyo
import pytest
import yaml

from robustev.core.arrays import FloatArray
from robustev.methods.result import Status
from robustev.model import constraints, variables
from robustev.model.features.base import Feature, active_features
from robustev.model.features.register import FEATURES
from robustev.model.first_stage import FirstStage, compile_first_stage, first_stage
from robustev.model.instance import Instance
from robustev.model.model import Model
from robustev.model.pyomo_model import scenario_model
from robustev.verify.first_stage import agrees, violations
from tests import instances
from tests.instances import PENALTY
from tests.methods.conftest import METHODS, Solve, solve_by
from tests.model.test_constraints import ACCEPT, lp_text, tiny
from tests.referee.problems import APART, FLAT, RULES
from tests.referee.rules import ELSEWHERE, STATED, STATED_WITH_THE_DECISIONS

__all__ = ["solve_by"]

LP_FILES = Path(__file__).parent / "lp"
PAGES = Path(__file__).parents[3] / "docs" / "features"
MORE_LP_FILES = {
    "stations_exactly": ("stations", {"exactly": 1}),
    "coverage_twice": ("coverage", {"radius": 2.0, "share": 0.5, "stations": 2}),
    "budget_nothing_kept": ("budget", {"limit": 42.0, "keep_existing": False}),
}
"""Rules once more, in a form that their example does not show."""
IN_CHARGERS_ALONE = ("waiting",)
"""LP files of a region whose stations have no capacity before any charger."""
FIRST_STAGE = [feature for feature in FEATURES if feature.add is Feature.add]
"""Rules that a plan keeps or breaks whatever the demand; others have a test file of their own."""
GRID = 3000
"""Most points of the first stage that are all tried."""
SHAPES = ({"sites": 4, "slots": 1}, {"sites": 3, "kinds": 2, "slots": 1, "existing": True})

every_first_stage_feature = pytest.mark.parametrize(
    "feature", FIRST_STAGE, ids=lambda feature: feature.key
)
every_feature = pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.key)


def options_of(feature: type[Feature], **options: object) -> dict[str, object]:
    """Return what asks for the rule in the section ``model``: its example as a rule."""
    asked = options or dict(feature.example)
    return asked if feature.flat else {feature.key: asked}


def small(feature: type[Feature], seed: int, shape: dict[str, object]) -> Instance:
    """Return a random small problem under the rule's example."""
    model = Model(unserved_penalty=PENALTY, **options_of(feature))
    return instances.random_instance(seed, model=model, **shape)


def rule_of(instance: Instance, key: str) -> Feature:
    """Return the rule of that key."""
    return next(rule for rule in active_features(instance.model) if rule.key == key)


def alone(instance: Instance, key: str) -> FirstStage:
    """Return the first stage under one rule and no other."""
    return compile_first_stage(instance, [rule_of(instance, key)])


def forbids_no_plan(first: FirstStage) -> bool:
    """Return whether a rule has neither rows nor bounds: it shapes the region, its arcs, capacity.

    Rows that count the steps of chargers hold for every plan.
    """
    if first.steps is not None:
        return True
    free = first.layout.spread([block.upper for block in first.layout.blocks])
    return not first.rules and not first.lower.any() and np.array_equal(first.upper, free)


def grid(first: FirstStage) -> list[FloatArray]:
    """Return every whole-number plan in the bounds that every first stage has.

    Columns of the rule's own stay at zero: a plan says nothing of them.
    """
    tops = [int(top) for block in first.layout.blocks[:2] for top in block.upper.ravel()]
    assert np.prod([top + 1 for top in tops]) <= GRID
    own = np.zeros(first.num_columns - len(tops))
    return [np.append(z, own) for z in itertools.product(*(range(t + 1) for t in tops))]


# --- what there must be ----------------------------------------------------------------------


@every_feature
def test_every_rule_and_option_says_what_it_is(feature: type[Feature]) -> None:
    assert feature.__doc__
    assert feature.title
    for name, option in feature.model_fields.items():
        assert option.description, name
        assert option.description != feature.__doc__


@every_feature
def test_its_example_is_one(feature: type[Feature]) -> None:
    model = Model(**options_of(feature))
    assert feature.key in {rule.key for rule in active_features(model)}
    assert bool(feature.example) is not feature.flat
    assert Model.model_validate(model.model_dump()) == model


@every_feature
def test_its_sweep_is_over_an_option_of_its_own(feature: type[Feature]) -> None:
    if feature.frontier is not None:
        assert feature.frontier.option in feature.model_fields
        assert feature.frontier.title


@every_feature
def test_its_page_states_it_and_shows_how_to_ask_for_it(feature: type[Feature]) -> None:
    page = (PAGES / f"{feature.key}.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert blocks, "a page shows the section of an experiment file"
    for text in blocks:
        model = Model(**yaml.safe_load(text)["model"])
        assert feature.key in {rule.key for rule in active_features(model)}


def test_a_rule_of_the_second_stage_has_a_brute_force_of_its_own() -> None:
    for feature in set(FEATURES) - set(FIRST_STAGE):
        text = (Path(__file__).parent / f"test_{feature.key}.py").read_text(encoding="utf-8")
        assert "test_every_method_proves_the_best_of_all_plans" in text


@every_feature
def test_the_referee_states_it_or_names_the_test_that_does(feature: type[Feature]) -> None:
    """See :mod:`tests.referee.rules` for how a rule is stated, and problems.py for its options."""
    if feature.key in ELSEWHERE:
        assert (Path(__file__).parents[2] / ELSEWHERE[feature.key]).is_file()
        return
    assert feature.key in {*STATED, *STATED_WITH_THE_DECISIONS}
    assert feature.key in {*RULES, *FLAT, *APART}


def test_keys_are_names_of_their_own() -> None:
    keys = [feature.key for feature in FEATURES]
    assert len(set(keys)) == len(keys)
    assert {path.stem for path in PAGES.glob("*.md")} == set(keys)


# --- the rows, as they were read and agreed on -----------------------------------------------


def lp_cases() -> dict[str, dict[str, object]]:
    cases = {feature.key: options_of(feature) for feature in FEATURES}
    by_key = {feature.key: feature for feature in FEATURES}
    for name, (key, options) in MORE_LP_FILES.items():
        own = {k: v for k, v in options.items() if k in by_key[key].model_fields}
        rest = {k: v for k, v in options.items() if k not in own}
        cases[name] = {**options_of(by_key[key], **own), **rest}
    return cases


@pytest.mark.parametrize("name", lp_cases())
def test_a_rule_alone_gives_its_lp_file(name: str, tmp_path: Path) -> None:
    """A rule that shapes the region, not the first stage, is shown by a whole scenario's model."""
    instance = tiny(**lp_cases()[name], fixed=name not in IN_CHARGERS_ALONE)
    key = MORE_LP_FILES[name][0] if name in MORE_LP_FILES else name
    first = alone(instance, key)
    m = pyo.ConcreteModel()
    variables.add_first_stage(m, first)
    constraints.add_rules(m, first)
    m.every_column = pyo.Objective(expr=sum(variables.first_stage_columns(m)))
    if forbids_no_plan(first):
        m = scenario_model(instance, 0)
    written = lp_text(m, tmp_path / "model.lp")
    agreed = LP_FILES / f"{name}.lp"
    if os.environ.get(ACCEPT):
        agreed.write_text(written)
    assert written == agreed.read_text()


def test_no_lp_file_is_left_without_its_rule() -> None:
    assert {path.stem for path in LP_FILES.glob("*.lp")} == set(lp_cases())


# --- one rule, stated twice ------------------------------------------------------------------


@every_first_stage_feature
@pytest.mark.parametrize("shape", SHAPES, ids=["one kind", "two kinds beside existing"])
@pytest.mark.parametrize("seed", range(3))
def test_a_plan_breaks_a_rule_if_and_only_if_it_breaks_its_rows(
    feature: type[Feature], shape: dict[str, object], seed: int
) -> None:
    instance = small(feature, seed, shape)
    rule, first = rule_of(instance, feature.key), alone(instance, feature.key)
    for z in grid(first):
        plan = first.plan(z, "tried")
        assert first.allows(plan) == (rule.broken(plan, instance) == [])


@every_feature
def test_a_rule_forbids_something_and_not_all(feature: type[Feature]) -> None:
    verdicts = set()
    for seed, shape in itertools.product(range(3), SHAPES):
        instance = small(feature, seed, shape)
        first = alone(instance, feature.key)
        if forbids_no_plan(first):
            return
        verdicts |= {first.allows(first.plan(z, "tried")) for z in grid(first)}
    assert verdicts == {True, False}


@every_feature
def test_its_meanings_are_told_where_it_is_broken(feature: type[Feature]) -> None:
    instance = small(feature, 0, SHAPES[1])
    rule, first = rule_of(instance, feature.key), alone(instance, feature.key)
    assert all(first.meaning)
    assert rule.text()
    for z in grid(first):
        plan = first.plan(z, "tried")
        broken = rule.broken(plan, instance)
        assert set(broken) <= set(violations(instance, plan))
        assert all(broken)


@every_feature
def test_verification_believes_rows_that_agree_and_no_others(feature: type[Feature]) -> None:
    instance = small(feature, 1, SHAPES[0])
    rule, first = rule_of(instance, feature.key), alone(instance, feature.key)
    assert agrees(rule, first, instance)


# --- every method obeys it -------------------------------------------------------------------


@every_first_stage_feature
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("shape", SHAPES, ids=["one kind", "two kinds beside existing"])
def test_every_method_proves_the_best_of_all_plans_that_keep_it(
    feature: type[Feature], method: str, shape: dict[str, object], solve_by: Solve
) -> None:
    for seed in range(20):
        instance = small(feature, seed, shape)
        optimum, _ = instances.brute_force(instance)
        if np.isfinite(optimum):
            break
    result = solve_by(instance, method)
    assert result.status in (Status.OPTIMAL, Status.GAP_REACHED)
    assert result.objective == pytest.approx(optimum, rel=1e-6)
    assert result.lower_bound == pytest.approx(optimum, rel=1e-6)
    assert result.plan is not None
    assert first_stage(instance).allows(result.plan)
    assert violations(instance, result.plan) == []
