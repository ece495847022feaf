"""``robustev simulate``: in words, as JSON, in results and their report; what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from robustev.cli.app import app
from robustev.experiment.run import run_experiment
from robustev.report import write_report
from robustev.results.reader import read_results

QUICK = ("--set", "simulate.hours=2", "--set", "simulate.warm_up=1")
QUICK += ("--set", "simulate.replications=3")
PROMISE = ("--set", "simulate.promise={minutes: 10, service: 30}")


@pytest.fixture
def folder(experiment_file: Path, tmp_path: Path) -> Path:
    """The results of a tiny experiment."""
    made = run_experiment(experiment_file, folder=tmp_path / "out").folder
    assert made is not None
    return made


def simulate(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["simulate", *map(str, arguments)])


def test_a_result_folder_keeps_what_was_found_and_its_report_tells_it(
    folder: Path,
) -> None:
    result = simulate(folder, "robust", *QUICK, *PROMISE, "--set", "simulate.patience=20")
    assert result.exit_code == 0, result.output
    assert "The promise: a mean wait of at most 10 minutes in the peak hour." in result.stdout
    found = read_results(folder).plans["robust"].simulation
    assert found is not None
    assert [case.name for case in found.cases] == ["promise", "patience"]
    page = write_report(folder).read_text(encoding="utf-8")
    assert "How long drivers wait" in page
    assert "drivers who wait give up" in page


def test_json_is_one_document_with_every_queue(folder: Path) -> None:
    result = simulate(folder, "robust", *QUICK, *PROMISE, "--json")
    assert result.exit_code == 0, result.output
    (found,) = json.loads(result.stdout)
    queues = found["cases"][0]["queues"]
    assert {one["verdict"] for one in queues} <= {"kept", "undecided", "broken"}
    assert found["plan"] == "robust"


def test_plans_without_a_promise_are_refused_in_words(folder: Path, experiment_file: Path) -> None:
    result = simulate(folder, "robust")
    assert result.exit_code == 2
    assert "plan 'robust' has no promise on waiting" in result.stderr
    result = simulate(experiment_file)
    assert result.exit_code == 2
    assert "no plan to simulate" in result.stderr


def test_a_plan_of_any_origin_is_simulated_on_fresh_scenarios(
    experiment_file: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own.csv"
    own.write_text("id,fast\nwest,2\neast,1\n")
    result = simulate(
        experiment_file, own, *QUICK, *PROMISE,
        "--set", "scenarios.source={kind: drivers, ev_adoption: [1.0, 2.0]}", "-n", "3",
        "--output", tmp_path / "other",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert json.loads((tmp_path / "other/simulation/own.json").read_text())["scenarios"] == 3
