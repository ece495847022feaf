"""``robustev scenarios``: the folder, the figures, and what it refuses."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from robustev.cli.app import app


def scenarios(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["scenarios", *map(str, arguments)])


def test_the_folder_holds_the_scenarios_that_a_run_would_use(
    experiment_file: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "study"
    result = scenarios(experiment_file, "--output", folder)
    assert result.exit_code == 0, result.output
    assert "4 scenarios, sobol draws." in result.stdout
    assert str(folder / "scenarios.html") in result.stdout.replace("\n", "")
    run = CliRunner().invoke(app, ["run", str(experiment_file), "-q", "-o", str(tmp_path / "run")])
    assert run.exit_code == 0, run.output
    drawn, used = (
        pd.read_parquet(place / "scenarios.parquet") for place in (folder, tmp_path / "run")
    )
    assert drawn["demand"].tolist() == used["demand"].tolist()


@pytest.mark.parametrize("distance", ["demand", "cost"])
def test_a_reduction_tells_what_it_lost(
    experiment_file: Path, tmp_path: Path, distance: str
) -> None:
    result = scenarios(
        experiment_file, "-o", tmp_path / "study", "--set", "scenarios.number=16",
        "--set", f"scenarios.reduction={{method: k_medoids, to: 5, distance: {distance}}}",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "16 scenarios" in result.stdout
    assert "5 of them stand for all" in result.stdout
    about = json.loads((tmp_path / "study" / "about.json").read_text())
    assert (about["drawn"], about["scenarios"]) == (16, 5)
    assert about["reduction"]["distance"] == distance


def test_it_writes_over_its_own_folder_alone(experiment_file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    assert scenarios(experiment_file, "-o", folder).exit_code == 0
    assert scenarios(experiment_file, "-o", folder).exit_code == 0
    result = scenarios(experiment_file, "-o", experiment_file.parent)
    assert result.exit_code == 1
    assert "something else than scenarios" in result.stderr


def noted(file: Path, *arguments: str) -> tuple[str, int]:
    """Run the command in a process of its own; return what it says, and how often of a repair.

    The region's history is given four years, which is noted as few.
    """
    years = [f"{zone},{year},{year - 2000}" for zone in "abc" for year in range(2015, 2019)]
    (file.parent / "history.csv").write_text("zone,year,demand\n" + "\n".join(years) + "\n")
    settings = [
        "--set", "region.history={file: history.csv}",
        "--set", "scenarios.source={kind: history}",
    ]  # fmt: skip
    command = [sys.executable, "-m", "robustev", "scenarios", str(file), *settings, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    said = done.stdout + done.stderr
    return said, " ".join(said.split()).count("only 4 years")


def test_a_repair_is_noted_once_and_with_quiet_not_at_all(
    experiment_file: Path, tmp_path: Path
) -> None:
    folder = str(tmp_path / "study")
    assert noted(experiment_file, "-o", folder)[1] == 1
    assert noted(experiment_file, "-q", "-o", folder) == ("", 0)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("scenarios.source={kind: given}", "bring no scenarios"),
        ("scenarios.number=0", "scenarios.number"),
        ("scenarios.source={kind: history}", "has no history to fit"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(
    experiment_file: Path, tmp_path: Path, setting: str, message: str
) -> None:
    result = scenarios(experiment_file, "-o", tmp_path / "study", "--set", setting)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not (tmp_path / "study").exists()
