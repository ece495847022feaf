"""``robustev backtest``: the scores of forecasts from every past year."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from robustev.cli.app import app

YEARS = range(2015, 2021)


def backtest(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["backtest", *map(str, arguments)])


@pytest.fixture
def with_history(experiment_file: Path) -> Path:
    """The experiment on nine zones, each with six years of growing demand."""
    rng = np.random.default_rng(1)
    columns: dict[str, object] = {
        "id": [f"z{j}" for j in range(9)],
        "x": [j % 3 for j in range(9)],
        "y": [j // 3 for j in range(9)],
    }
    for age, year in enumerate(YEARS):
        columns[str(year)] = (10 + 2 * age) * rng.uniform(0.9, 1.1, 9)
    pd.DataFrame(columns).to_csv(experiment_file.parent / "data" / "zones.csv", index=False)
    text = experiment_file.read_text()
    history = f"  zone_columns: {{demand: null, history: [{', '.join(map(str, YEARS))}]}}\n"
    experiment_file.write_text(text.replace("  chargers:\n", history + "  chargers:\n"))
    return experiment_file


def test_every_model_is_scored_at_every_horizon(with_history: Path, tmp_path: Path) -> None:
    result = backtest(with_history, "--horizon", "1", "--output", tmp_path / "scores.csv")
    assert result.exit_code == 0, result.output
    assert "1 year ahead, mean over forecasts from 2 past years" in result.stdout
    scores = pd.read_csv(tmp_path / "scores.csv")
    assert set(scores["horizon"]) == {1}
    assert sorted(scores["origin"].unique()) == [2018, 2019]
    assert {"gaussian", "independent", "linear"} <= set(scores["model"])


def test_a_region_without_history_is_refused_in_words(experiment_file: Path) -> None:
    result = backtest(experiment_file)
    assert result.exit_code == 2
    assert "has no history" in result.stderr
