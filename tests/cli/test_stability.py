"""``robustev stability``: how many scenarios are enough, and what it refuses."""

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from robustev.cli.app import app


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unfinished studies are kept in the working folder."""
    monkeypatch.chdir(tmp_path)


def stability(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["stability", *map(str, arguments)])


def test_it_tells_costs_spreads_and_how_many_are_enough(
    experiment_file: Path, tmp_path: Path
) -> None:
    result = stability(
        experiment_file, "--counts", "2,32", "--repetitions", "3", "--fresh", "64",
        "--tolerance", "0.2", "--output", tmp_path / "runs.csv",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "scenarios: from there on both spreads are within 20 %." in result.stdout
    runs = pd.read_csv(tmp_path / "runs.csv")
    assert runs["count"].tolist() == [2] * 3 + [32] * 3


def test_it_says_when_nothing_was_enough(experiment_file: Path) -> None:
    result = stability(
        experiment_file, "--counts", "1,2", "--repetitions", "2", "--fresh", "16",
        "--tolerance", "0",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "larger numbers with --counts" in result.stdout or "promise" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        pytest.param(["--counts", "4,x"], 2, "whole numbers >= 1", id="not a number"),
        pytest.param(["--counts", "0"], 2, "whole numbers >= 1", id="no scenarios"),
        pytest.param(
            ["--set", "scenarios.source={kind: reference}"], 2, "not drawn", id="nothing to draw"
        ),
        pytest.param(["--set", "model.stations.exactly=3"], 3, "", id="infeasible"),
        pytest.param(["--plan", "robst"], 2, "is 'robust' meant?", id="unknown plan"),
    ],
)
def test_what_cannot_be_studied_is_told_in_words(
    experiment_file: Path, arguments: list[str], code: int, message: str
) -> None:
    result = stability(experiment_file, *arguments)
    assert result.exit_code == code, result.output
    assert message in result.stderr.replace("\n", " ")
    assert "Traceback" not in result.output
