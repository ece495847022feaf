"""Plans from elsewhere are held to every limit, and each one that they break is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from robustev.cli.app import app
from robustev.config.load import load_experiment
from robustev.experiment.evaluate import evaluate_plans
from robustev.experiment.run import run_experiment
from robustev.report.page import render
from robustev.results.reader import read_results

COMPARE = (
    "compare={plans: [nominal], given: {mine: mine.csv}, scenarios: 8, regret_scenarios: 0, "
    "foresight_scenarios: 0, redraws: 0}"
)


@pytest.fixture
def too_full(experiment_file: Path) -> Path:
    """An experiment file beside a plan with nine chargers in four slots."""
    (experiment_file.parent / "mine.csv").write_text("id,fast\nwest,9\n")
    return experiment_file


def words(text: str) -> str:
    return " ".join(text.split())


def test_evaluate_names_every_broken_limit_with_its_amount(too_full: Path, tmp_path: Path) -> None:
    mine = str(too_full.parent / "mine.csv")
    found = evaluate_plans(load_experiment(too_full), [mine])
    assert found.violations == {"mine": ("9 chargers at west, which has 4 slots",)}
    out = tmp_path / "out"
    done = CliRunner().invoke(app, ["evaluate", str(too_full), mine, "-o", str(out)])
    assert "mine breaks a limit: 9 chargers at west, which has 4 slots" in words(done.output)
    limits = json.loads((out / "limits.json").read_text())
    assert limits == {"mine": ["9 chargers at west, which has 4 slots"]}


def test_a_comparison_names_it_in_terminal_report_and_json(too_full: Path, tmp_path: Path) -> None:
    arguments = ["compare", str(too_full), "-o", str(tmp_path / "out"), "--set", COMPARE]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    sentence = "mine breaks limits of the experiment's model: 9 chargers at west"
    assert sentence in words(done.output)
    folder = read_results(tmp_path / "out")
    assert folder.comparison is not None
    facts = {row.plan: row.violations for row in folder.comparison.plans}
    assert {"robust", "nominal", "mine"} <= set(facts)
    assert {plan: broken for plan, broken in facts.items() if broken} == {
        "mine": ("9 chargers at west, which has 4 slots",)
    }
    assert folder.plans["mine"].document.violations == facts["mine"]
    assert sentence.replace("'", "&#39;") in words(render(folder))
    assert "every plan but mine keeps the same limits" in folder.comparison.trials[0].description


def test_plans_within_the_limits_are_said_to_be(experiment_file: Path) -> None:
    (experiment_file.parent / "mine.csv").write_text("id,fast\nwest,4\n")
    outcome = run_experiment(load_experiment(experiment_file, [COMPARE]), write=False)
    assert outcome.comparison is not None
    comparison = outcome.comparison.comparison
    assert not any(row.violations for row in comparison.plans)
    assert "every plan keeps the same limits" in comparison.trials[0].description
