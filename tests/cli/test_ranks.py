"""The command starts its ranks itself, and only rank 0 speaks and writes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from robustev.parallel.launch import RANKS, LaunchError, find_launcher, rank_environment
from robustev.results.reader import read_results


@pytest.mark.mpi
@pytest.mark.parametrize(
    ("setting", "code"),
    [
        pytest.param("solve.gap=1e-3", 0, id="solved"),
        pytest.param("model.stations.exactly=3", 3, id="infeasible"),
    ],
)
def test_hedging_runs_on_ranks_of_its_own(
    experiment_file: Path, tmp_path: Path, setting: str, code: int
) -> None:
    try:
        find_launcher()
    except LaunchError as error:
        pytest.skip(str(error))
    command = [sys.executable, "-m", "robustev", "run", str(experiment_file), "--output",
               str(tmp_path / "out"), "--ranks", "3", "--set", "solve.method=ph",
               "--set", setting]  # fmt: skip
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=110, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert done.stdout.count("Results:") == 1
    assert "\x1b[" not in done.stdout
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["ranks"] == 3


def by_hand(file: Path, *arguments: str, ranks: int) -> subprocess.CompletedProcess[str]:
    """Run the command under an mpiexec of the user's own, as a batch script would."""
    try:
        launcher = find_launcher()
    except LaunchError as error:
        pytest.skip(str(error))
    environment = rank_environment(launcher.flavour, ranks, os.environ)
    environment = {name: value for name, value in environment.items() if name != RANKS}
    return subprocess.run(
        launcher.command(ranks, ["run", str(file), *arguments]),
        capture_output=True, text=True, timeout=110, check=False,
        env={**environment, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip


@pytest.mark.mpi
def test_ranks_stay_until_the_results_are_written(experiment_file: Path, tmp_path: Path) -> None:
    """An infeasible plan makes every rank end with a code, which ends those that still write."""
    plans = "plans={good: {}, none: {model: {stations: {exactly: 9}}}}"
    done = by_hand(experiment_file, "-o", str(tmp_path / "out"), "--set", plans, ranks=2)
    assert done.returncode != 0
    folder = read_results(tmp_path / "out")
    assert folder.plans["good"].document.has_plan
    assert folder.manifest.complete
    assert [path.name for path in tmp_path.glob(".out*")] == []


@pytest.mark.mpi
def test_every_rank_learns_of_a_folder_that_cannot_be_written(experiment_file: Path) -> None:
    done = by_hand(experiment_file, "-o", str(experiment_file.parent), ranks=2)
    assert done.returncode != 0
    assert "something else than results" in done.stderr
