"""The commands as a user meets them: output, exit codes, errors in words."""

import inspect
import json
from pathlib import Path

import pytest
import shellingham
from typer.testing import CliRunner, Result

from robustev.cli.app import app


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_run_writes_a_folder_and_sums_up(experiment_file: Path, tmp_path: Path) -> None:
    result = invoke("run", experiment_file, "--output", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "robust: " in result.stdout
    assert "Results:" in result.stdout
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["experiment"] == "tiny"


def test_costs_of_a_nominal_plan_are_not_to_be_compared(
    experiment_file: Path, tmp_path: Path
) -> None:
    both = "plans={robust: {}, nominal: {model: {objective: {measure: nominal}}}}"
    alone = invoke("run", experiment_file, "-o", tmp_path / "alone")
    beside = invoke("run", experiment_file, "-o", tmp_path / "both", "--set", both)
    assert beside.exit_code == 0, beside.output
    assert "costs do not compare" in beside.stdout.replace("\n", " ")
    assert "costs do not compare" not in alone.stdout.replace("\n", " ")


def test_quiet_prints_nothing(experiment_file: Path, tmp_path: Path) -> None:
    result = invoke("run", experiment_file, "--output", tmp_path / "out", "--quiet")
    assert (result.exit_code, result.stdout) == (0, "")


def test_solve_prints_the_stations_and_writes_nothing(experiment_file: Path) -> None:
    before = sorted(experiment_file.parent.rglob("*"))
    result = invoke("solve", experiment_file)
    assert result.exit_code == 0, result.output
    assert "west" in result.stdout
    assert sorted(experiment_file.parent.rglob("*")) == before


def test_solve_names_the_nearest_plan(experiment_file: Path) -> None:
    result = invoke("solve", experiment_file, "--plan", "robst")
    assert result.exit_code == 2
    assert "is 'robust' meant?" in result.stderr


def test_check_tells_size_and_method(experiment_file: Path) -> None:
    result = invoke("check", experiment_file)
    assert result.exit_code == 0, result.output
    assert "3 zones, 2 sites" in result.stdout
    assert "method benders, as asked" in result.stdout
    spread = invoke("check", experiment_file, "--ranks", "3")
    assert "method benders on 3 MPI ranks" in spread.stdout
    assert "3 x 0.3 GB" in spread.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        pytest.param(["--set", "solve.gap=-1"], 2, "--set solve.gap=-1", id="bad value"),
        pytest.param(["--set", "modle.x=1"], 2, "is 'model' meant?", id="unknown key"),
        pytest.param(["--set", "region.zones=none.csv"], 2, "none.csv", id="missing data"),
        pytest.param(["--set", "model.stations.exactly=3"], 3, "", id="infeasible"),
    ],
)
def test_what_goes_wrong_is_told_in_words_with_an_exit_code(
    experiment_file: Path, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    result = invoke("run", experiment_file, "--output", tmp_path / "out", *arguments)
    assert result.exit_code == code, result.output
    assert message in result.stderr.replace("\n", "")
    assert "Traceback" not in result.output


def test_debug_shows_the_traceback(experiment_file: Path) -> None:
    result = invoke("check", experiment_file, "--set", "seed=x", "--debug")
    assert "Traceback" in result.stderr


def test_results_never_replace_something_else(experiment_file: Path) -> None:
    result = invoke("run", experiment_file, "--output", experiment_file.parent)
    assert result.exit_code == 1
    assert "something else than results" in result.stderr
    assert experiment_file.exists()


@pytest.mark.parametrize("arguments", [["schema"], ["schema", "--json"], ["version"], ["--help"]])
def test_commands_without_a_file(arguments: list[str]) -> None:
    result = invoke(*arguments)
    assert result.exit_code == 0
    assert "robustev" in result.stdout or "experiment" in result.stdout


def test_the_version_is_an_option_too() -> None:
    result = invoke("--version")
    assert result.exit_code == 0
    assert result.stdout.startswith("robustev ")
    assert "versions" in json.loads(invoke("version", "--json").stdout)


def test_every_command_answers_in_json() -> None:
    for command in app.registered_commands:
        assert command.callback is not None
        if command.callback.__name__ == "explore":  # which serves a page until it is stopped
            continue
        assert "as_json" in inspect.signature(command.callback).parameters, command.callback


def test_shells_can_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shellingham, "detect_shell", lambda: ("bash", "/bin/bash"))
    shown = invoke("--show-completion")
    assert shown.exit_code == 0
    assert "complete" in shown.stdout


def test_answers_in_json_hold_nothing_else(experiment_file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    made = json.loads(invoke("run", experiment_file, "-o", folder, "--json").stdout)
    assert made["plans"]["robust"]["status"] in {"optimal", "gap_reached"}
    assert made["folder"] == str(folder.resolve())
    assert json.loads(invoke("check", experiment_file, "--json").stdout)["region"]["zones"] == 3
    found = json.loads(invoke("verify", folder, "--json").stdout)["findings"]
    assert {finding["verdict"] for finding in found} >= {"proved"}
    judged = json.loads(invoke("evaluate", folder, "robust", "--json").stdout)
    assert [plan["plan"] for plan in judged["trial"]["plans"]] == ["robust"]
    assert json.loads(invoke("report", folder, "--json").stdout)["report"].endswith("report.html")
    solved = json.loads(invoke("solve", experiment_file, "--json").stdout)
    assert solved["plans"]["robust"]["stations"] == made["plans"]["robust"]["stations"]


def test_a_narrow_terminal_cuts_no_cell(
    experiment_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    result = invoke("solve", experiment_file)
    assert "…" not in result.stdout
    header = next(line for line in result.stdout.splitlines() if "chargers" in line)
    assert all(word in header for word in ("cost", "bound", "gap", "stations", "time"))
