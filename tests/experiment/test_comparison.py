"""A comparison from Python: of a file, of an experiment, and of results."""

from __future__ import annotations

from pathlib import Path

import pytest

from robustev import compare_experiment, load_experiment
from robustev.experiment import run as runner

QUICK = [
    "compare={plans: [nominal], scenarios: 8, regret_scenarios: 0, foresight_scenarios: 0, "
    "redraws: 0}"
]


def test_a_file_is_compared_and_its_results_are_again(
    experiment_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = compare_experiment(experiment_file, QUICK, folder=tmp_path / "out")
    assert first.comparison is not None
    assert {row.plan for row in first.comparison.comparison.plans} >= {"robust", "nominal"}
    monkeypatch.setattr(runner, "solve_plan", lambda *_, **__: pytest.fail("made a plan again"))
    again = compare_experiment(tmp_path / "out", ["compare.scenarios=5"])
    assert again.comparison is not None
    assert again.folder == tmp_path / "out"
    assert again.comparison.comparison.trials[0].num_scenarios == 5


def test_an_experiment_without_a_comparison_gets_one(experiment_file: Path) -> None:
    experiment = load_experiment(experiment_file)
    assert experiment.compare is None
    settings = {"scenarios": 8, "regret_scenarios": 0, "foresight_scenarios": 0, "redraws": 0}
    asked = load_experiment(experiment_file, [f"compare.{k}={v}" for k, v in settings.items()])
    outcome = compare_experiment(asked, write=False)
    assert outcome.folder is None
    assert outcome.comparison is not None
    assert "The robust plan" in outcome.comparison.comparison.headline.answer
