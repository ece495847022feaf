"""What waiting is worth, from the plans of a result folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from robustev.config.experiment import PlanSpec
from robustev.model.model import Model
from robustev.report.sections.phases import waiting_sentence
from robustev.results.folder import ResultFolder, StoredPlan
from robustev.results.phases import ValueOfWaiting, values_of_waiting
from robustev.results.schema import PlanDocument

STEPS = [{"name": "a", "growth": 1.0}, {"name": "b", "growth": 2.0}]


def folder(path: tuple[float, float], tree: tuple[float, float], **of_tree: Any) -> ResultFolder:
    """Return a folder of a path and a tree with these objectives and bounds."""
    specs = {
        build: PlanSpec(model=Model(**{"phases": {"build": build, "steps": STEPS}, **more}))
        for build, more in (("path", {}), ("tree", of_tree))
    }
    plans = {
        build: StoredPlan(build, PlanDocument(plan=build, objective=one, lower_bound=bound))
        for build, (one, bound) in (("path", path), ("tree", tree))
    }
    experiment = cast("Any", SimpleNamespace(plans=specs))
    return replace(ResultFolder(Path()), experiment=experiment, plans=plans)


def test_waiting_is_worth_what_lies_between_both_pairs_of_bounds() -> None:
    assert values_of_waiting(folder((100.0, 98.0), (90.0, 89.0))) == [
        ValueOfWaiting("path", "tree", 8.0, 11.0, 100.0)
    ]


def test_it_is_never_below_nothing() -> None:
    (worth,) = values_of_waiting(folder((100.0, 90.0), (99.0, 95.0)))
    assert (worth.low, worth.high) == (0.0, 5.0)


def test_plans_that_differ_in_more_are_not_set_against_each_other() -> None:
    assert not values_of_waiting(folder((100.0, 98.0), (90.0, 89.0), travel_weight=2.0))


@pytest.mark.parametrize(
    ("path", "tree", "expected"),
    [
        ((100.0, 98.0), (90.0, 89.0), "saves between 8 cost units and 11 cost units"),
        ((100.0, 90.0), (99.0, 95.0), "that it saves anything is not proven"),
    ],
)
def test_the_sentence_claims_no_more_than_is_proven(
    path: tuple[float, float], tree: tuple[float, float], expected: str
) -> None:
    made = folder(path, tree)
    (worth,) = values_of_waiting(made)
    assert expected in waiting_sentence(worth, made)
