"""The result folder appears whole or not at all."""

import json
from pathlib import Path

import numpy as np
import pytest

from robustev.config.load import load_experiment
from robustev.results.disk import OutputError, replacing
from robustev.results.writer import plain, resolved_config, write_json


def write_one(target: Path, text: str, *, keep: bool = False) -> Path:
    with replacing(target, keep=keep) as staging:
        (staging.path / "manifest.json").write_text(text)
    return staging.final


def test_a_new_folder_has_its_contents_and_leaves_nothing_beside(tmp_path: Path) -> None:
    write_one(tmp_path / "results" / "x", "1")
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["x"]
    assert (tmp_path / "results" / "x" / "manifest.json").read_text() == "1"


def test_an_existing_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    target = tmp_path / "x"
    write_one(target, "1")
    (target / "stale.csv").write_text("old")
    write_one(target, "2")
    assert [path.name for path in target.iterdir()] == ["manifest.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_failure_while_writing_leaves_the_old_results_untouched(tmp_path: Path) -> None:
    target = tmp_path / "x"
    write_one(target, "1")
    with pytest.raises(RuntimeError), replacing(target) as staging:  # noqa: PT012
        (staging.path / "manifest.json").write_text("2")
        raise RuntimeError
    assert (target / "manifest.json").read_text() == "1"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_keep_numbers_the_new_folder(tmp_path: Path) -> None:
    write_one(tmp_path / "x", "1")
    assert write_one(tmp_path / "x", "2", keep=True).name == "x-2"
    assert write_one(tmp_path / "x", "3", keep=True).name == "x-3"
    assert (tmp_path / "x" / "manifest.json").read_text() == "1"


def test_a_folder_that_holds_something_else_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(OutputError, match="something else than results"):
        write_one(tmp_path, "1")
    with pytest.raises(OutputError, match="is a file"):
        write_one(tmp_path / "thesis.tex", "1")
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


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
