"""How many MPI ranks an experiment asks for, and which plans take them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from robustev.config.load import load_experiment
from robustev.experiment.methods import (
    CHOICES,
    agreed_method,
    needs_data,
    ranks_wanted,
    takes_all_ranks,
)
from robustev.experiment.prepare import prepare
from robustev.methods.base import METHODS
from robustev.methods.builtin.auto import AutoMethod


@pytest.mark.parametrize(
    ("settings", "count"),
    [
        pytest.param(["solve.method=benders"], 1, id="benders has threads"),
        pytest.param(["solve.method=benders", "solve.ranks=4"], 4, id="benders if asked to"),
        pytest.param(["solve.method=ph"], 3, id="ph"),
        pytest.param(["solve.method=ph", "solve.ranks=1"], 1, id="ph on one rank"),
        pytest.param(["solve.method=ef", "solve.ranks=4"], 1, id="ef never"),
        pytest.param(["solve.method=auto", "solve.ranks=4"], 1, id="auto, which takes ef here"),
        pytest.param(
            ["plans={a: {}, b: {solve: {method: ph, ranks: 5}}}"], 5, id="the most of all plans"
        ),
    ],
)
def test_ranks_are_started_for_methods_that_use_them(
    experiment_file: Path, settings: list[str], count: int
) -> None:
    experiment = load_experiment(experiment_file, settings)
    instances = prepare(experiment).instances if needs_data(experiment) else {}
    assert ranks_wanted(experiment, instances).number == count


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (["solve.method=benders"], True),
        (["solve.method=ph"], True),
        (["solve.method=ef"], False),
        (["solve.method=benders", "solve.ranks=1"], False),
        (["solve.method=ph", "solve.ranks=1"], False),
    ],
)
def test_all_ranks_make_a_plan_together_unless_it_is_for_one(
    experiment_file: Path, settings: list[str], expected: bool
) -> None:
    options = load_experiment(experiment_file, settings).plans["robust"].solve
    assert takes_all_ranks(METHODS[options.method], options) is expected


def test_ranks_that_are_started_take_the_method_that_was_chosen_before(
    experiment_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = load_experiment(experiment_file, ["solve.method=auto", "solve.ranks=4"])
    instance, options = prepare(experiment).instances["robust"], experiment.plans["robust"].solve
    told = ranks_wanted(experiment, {"robust": instance}).environment
    monkeypatch.setattr(AutoMethod, "choose", lambda *_: (METHODS["ph"], "here it would be ph"))
    assert agreed_method("robust", instance, options, {}).method.name == "ph"
    taken = agreed_method("robust", instance, options, told)
    assert taken.method.name == "ef"
    assert "by forecast" in taken.reason
    assert agreed_method("another", instance, options, told).method.name == "ph"


def test_what_an_experiment_asks_for_by_name_needs_no_telling(experiment_file: Path) -> None:
    experiment = load_experiment(experiment_file, ["solve.method=benders", "solve.ranks=2"])
    assert json.loads(ranks_wanted(experiment, {}).environment[CHOICES]) == {}
