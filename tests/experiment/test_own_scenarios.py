"""What the plans of a run cost on its own scenarios."""

from __future__ import annotations

import logging
from pathlib import Path

import pandas as pd
import pytest

from robustev.config.load import load_experiment
from robustev.experiment.run import run_experiment

MUST_SERVE = [
    "model.unserved_penalty=null",
    "model.capacitated=true",
    "solve.method=ef",
    "plans={robust: {}, scarce: {model: {unserved_penalty: 0.01}, solve: {method: ef}}}",
]


def test_a_plan_that_cannot_serve_what_must_be_served_is_left_out_and_named(
    experiment_file: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        outcome = run_experiment(
            load_experiment(experiment_file, MUST_SERVE), folder=tmp_path / "out"
        )
    assert outcome.folder is not None
    table = pd.read_parquet(outcome.folder / "evaluation.parquet")
    assert set(table["plan"]) == {"robust"}
    assert "scarce is not evaluated" in caplog.text
    assert (tmp_path / "out" / "report.html").exists()
