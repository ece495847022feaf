"""Ranks share the work of a comparison, and find what one process finds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from robustev.config.load import load_experiment
from robustev.experiment.run import run_experiment
from tests.ranks import on_ranks


@pytest.mark.mpi
def test_two_ranks_find_what_one_process_finds(experiment_file: Path, tmp_path: Path) -> None:
    text = experiment_file.read_text().replace("benders", "ef")
    text += "compare: {scenarios: 40, regret_scenarios: 3, redraws: 2, equal_spend: false}\n"
    experiment_file.write_text(text)
    folder = tmp_path / "ranks"
    command = ["robustev", "compare", str(experiment_file), "-q", "-o", str(folder)]
    done = on_ranks(2, "-m", *command, timeout=110)
    assert done.returncode == 0, done.stderr
    alone = run_experiment(load_experiment(experiment_file), write=False).comparison
    assert alone is not None
    found = json.loads((folder / "comparison.json").read_text())
    expected = json.loads(alone.comparison.model_dump_json())
    assert {**found, "seconds": {}} == {**expected, "seconds": {}}
