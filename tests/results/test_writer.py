"""What is written is strict, and describes the experiment that it came from."""

import json
from pathlib import Path

import numpy as np

from robustev.config.load import load_experiment
from robustev.results.writer import plain, resolved_config, write_json


def test_json_never_holds_what_is_not_a_number(tmp_path: Path) -> None:
    write_json(tmp_path / "x.json", {"a": float("inf"), "b": np.float64("nan"), "c": np.int64(2)})
    assert json.loads((tmp_path / "x.json").read_text()) == {"a": None, "b": None, "c": 2}


def test_plain_keeps_truth_values_and_text() -> None:
    assert plain((True, "x", None, np.bool_(False))) == [True, "x", None, False]


def test_the_resolved_file_describes_the_same_experiment(experiment_file: Path) -> None:
    experiment = load_experiment(experiment_file)
    folder = experiment_file.parent / "results" / "tiny"
    folder.mkdir(parents=True)
    (folder / "config.yaml").write_text(resolved_config(experiment, folder))
    assert load_experiment(folder / "config.yaml") == experiment
