"""A full disk is told before the long solve, by what a folder will really take."""

from __future__ import annotations

from collections import namedtuple
from pathlib import Path

import numpy as np
import pytest

from robustev.config.load import load_experiment
from robustev.data.scenarios import ScenarioSet
from robustev.experiment import run
from robustev.experiment.run import run_experiment
from robustev.results import room
from robustev.results.disk import OutputError
from robustev.results.reader import read_results
from robustev.scenarios.storage import write_scenarios

Usage = namedtuple("Usage", "free")


def drawn(count: int, zones: int, whole: bool) -> ScenarioSet:
    demand = np.random.default_rng(1).gamma(2.0, 10.0, size=(count, zones, 1))
    names = [f"z{j}" for j in range(zones)]
    return ScenarioSet.equiprobable(np.rint(demand) if whole else demand, names, ["all"])


@pytest.mark.parametrize("whole", [True, False])
def test_the_forecast_of_a_large_table_is_near_what_it_takes(tmp_path: Path, whole: bool) -> None:
    scenarios = drawn(1200, 2000, whole)
    write_scenarios(scenarios, tmp_path)
    taken = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert taken / 1.5 < room.demand_bytes(scenarios) < 1.5 * taken


def test_a_folder_that_is_not_there_yet_stands_on_its_parents_disk(tmp_path: Path) -> None:
    assert room.free_bytes(tmp_path / "a" / "b") > 0


def test_a_run_without_room_is_refused_before_any_plan(
    experiment_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room.shutil, "disk_usage", lambda _: Usage(free=10))
    monkeypatch.setattr(run, "_plans", lambda *_, **__: pytest.fail("a plan was begun"))
    with pytest.raises(OutputError, match=r"the results need about .*, but only 0\.0 MB are free"):
        run_experiment(experiment_file, folder=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_run_with_just_enough_room_goes_through(
    experiment_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = load_experiment(experiment_file, ["solve.method=ef"])
    whole = run_experiment(experiment, folder=tmp_path / "first")
    needed = room.folder_bytes(experiment, whole.region, whole.scenarios)
    monkeypatch.setattr(room.shutil, "disk_usage", lambda _: Usage(free=needed))
    run_experiment(experiment, folder=tmp_path / "second")
    assert read_results(tmp_path / "second").plans
