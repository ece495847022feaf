"""Ranks share the work of a comparison, and find what one process finds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from robustev.config.load import load_experiment
from robustev.experiment.run import run_experiment
from robustev.parallel.launch import LaunchError, find_launcher, rank_environment


@pytest.mark.mpi
def test_two_ranks_find_what_one_process_finds(experiment_file: Path, tmp_path: Path) -> None:
    try:
        launcher = find_launcher()
    except LaunchError as error:
        pytest.skip(str(error))
    text = experiment_file.read_text().replace("benders", "ef")
    text += "compare: {scenarios: 40, regret_scenarios: 3, redraws: 2, equal_spend: false}\n"
    experiment_file.write_text(text)
    folder = tmp_path / "ranks"
    command = launcher.command(2, ["compare", str(experiment_file), "-q", "-o", str(folder)])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    environment = rank_environment(launcher.flavour, 2, environment)
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=110, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    alone = run_experiment(load_experiment(experiment_file), write=False).comparison
    assert alone is not None
    found = json.loads((folder / "comparison.json").read_text())
    expected = json.loads(alone.comparison.model_dump_json())
    assert {**found, "seconds": {}} == {**expected, "seconds": {}}
