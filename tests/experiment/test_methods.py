"""How many MPI ranks an experiment asks for, and which plans take them."""

from __future__ import annotations

from pathlib import Path

import pytest

from robustev.config.load import load_experiment
from robustev.experiment.methods import needs_data, num_ranks_wanted, takes_all_ranks
from robustev.experiment.prepare import prepare


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
    assert num_ranks_wanted(experiment, instances) == count


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
    experiment = load_experiment(experiment_file, settings)
    instance = prepare(experiment).instances["robust"]
    assert takes_all_ranks(instance, experiment.plans["robust"].solve) is expected
