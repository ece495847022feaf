"""The command starts its ranks itself, and only rank 0 speaks and writes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from robustev.parallel.launch import LaunchError, find_launcher


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
