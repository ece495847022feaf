"""Every rule is shown by an experiment that ships, and every such experiment can be read."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from robustev.config.load import load_experiment
from robustev.core.errors import ConfigError
from robustev.model.features.base import active_features
from robustev.model.features.register import FEATURES
from tests.pages import PROJECT

RULES = sorted((PROJECT / "experiments" / "rules").glob("*.yaml"))
ALL = sorted((PROJECT / "experiments").rglob("*.yaml"))


@cache
def rules_in(path: Path) -> frozenset[str]:
    """Return the keys of all rules that some plan of an experiment obeys."""
    plans = load_experiment(path, []).plans.values()
    return frozenset(rule.key for plan in plans for rule in active_features(plan.model))


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.key)
def test_every_rule_is_shown_by_an_experiment(feature: type) -> None:
    shown = set()
    for path in ALL:
        try:
            shown |= rules_in(path)
        except ConfigError:  # its data are not here
            continue
    assert feature.key in shown  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_an_experiment_on_a_rule_compares_a_plan_with_it_to_one_without(path: Path) -> None:
    experiment = load_experiment(path, [])
    assert experiment.name == path.stem
    free, bound = experiment.plans.values()
    added = {rule.key for rule in active_features(bound.model)}
    added -= {rule.key for rule in active_features(free.model)}
    changed = [
        rule.key for rule in active_features(bound.model) if rule not in active_features(free.model)
    ]
    assert path.stem in added | set(changed)
