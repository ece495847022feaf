"""From an experiment file to a result folder."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from robustev.config.load import load_experiment
from robustev.core.errors import ConfigError
from robustev.experiment import run as runner
from robustev.experiment.run import run_experiment
from robustev.methods.result import Status
from robustev.results.reader import read_results


def test_a_run_writes_every_file_of_the_contract(experiment_file: Path, tmp_path: Path) -> None:
    outcome = run_experiment(experiment_file, folder=tmp_path / "out")
    written = {str(p.relative_to(tmp_path / "out")) for p in outcome.folder.rglob("*.*")}  # type: ignore[union-attr]
    assert written == {
        "manifest.json", "config.yaml", "scenarios.parquet", "drivers.parquet",
        "plans/robust.json", "plans/robust.csv", "trace/robust.csv", "certificate/robust.npz",
        "region/region.json", "region/zones.parquet", "region/sites.parquet", "report.html",
        "plans/stations.xlsx", "evaluation.parquet", "evaluation_zones.parquet",
    }  # fmt: skip


def test_the_plan_file_says_what_the_result_says(experiment_file: Path, tmp_path: Path) -> None:
    outcome = run_experiment(experiment_file, folder=tmp_path / "out")
    result = outcome.results["robust"]
    plan = json.loads((tmp_path / "out" / "plans" / "robust.json").read_text())
    assert list(plan) == [
        "plan", "method", "objective", "lower_bound", "gap", "status", "seconds", "open_sites",
        "chargers", "message", "violations", "kinds", "spend", "further_cost", "closed_sites",
        "removed", "outside", "phases",
    ]  # fmt: skip
    assert plan["objective"] == result.objective
    assert plan["lower_bound"] <= plan["objective"]
    assert plan["gap"] <= 1e-3
    assert result.plan is not None
    counts = [sum(kinds.values()) for kinds in plan["chargers"].values()]
    assert sum(counts) == result.plan.chargers.sum()


def test_the_scenarios_are_stored_as_they_were_used(experiment_file: Path, tmp_path: Path) -> None:
    outcome = run_experiment(experiment_file, folder=tmp_path / "out")
    stored = pd.read_parquet(tmp_path / "out" / "scenarios.parquet")
    assert list(stored.columns) == ["scenario", "zone", "type", "demand"]
    assert np.array_equal(stored["demand"].to_numpy(), outcome.scenarios.demand.ravel())
    drivers = pd.read_parquet(tmp_path / "out" / "drivers.parquet")
    assert drivers["probability"].sum() == pytest.approx(1)


def test_a_second_run_repeats_the_first(experiment_file: Path) -> None:
    first = run_experiment(experiment_file, write=False).results["robust"]
    second = run_experiment(experiment_file, write=False).results["robust"]
    assert (first.objective, first.lower_bound) == (second.objective, second.lower_bound)


def test_a_margin_scales_what_is_planned_for(experiment_file: Path) -> None:
    settings = ["plans={robust: {}, margin: {demand_factor: 2.0}}"]
    outcome = run_experiment(load_experiment(experiment_file, settings), write=False)
    robust, margin = outcome.results["robust"], outcome.results["margin"]
    assert robust.plan is not None
    assert margin.plan is not None
    assert margin.plan.chargers.sum() > robust.plan.chargers.sum()


def test_a_plan_that_cannot_exist_is_told_and_the_others_are_made(
    experiment_file: Path, tmp_path: Path
) -> None:
    settings = ["plans={none: {model: {stations: {exactly: 3}}}, robust: {}}"]
    outcome = run_experiment(load_experiment(experiment_file, settings), folder=tmp_path / "out")
    assert outcome.results["none"].status is Status.INFEASIBLE
    assert outcome.results["robust"].plan is not None
    plan = json.loads((tmp_path / "out" / "plans" / "none.json").read_text())
    assert (plan["objective"], plan["open_sites"], plan["status"]) == (None, None, "infeasible")


def test_an_interrupted_plan_is_kept_and_ends_the_run(
    experiment_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    solved = run_experiment(experiment_file, write=False).results["robust"]
    stopped = type(solved)("ph", solved.plan, 9.0, 8.0, Status.INTERRUPTED, 1.0)
    monkeypatch.setattr(runner, "solve_instance", lambda *_, **__: stopped)
    experiment = load_experiment(experiment_file, ["plans={a: {}, b: {}}"])
    assert run_experiment(experiment, write=False).results == {"a": stopped}


def test_given_scenarios_need_data_that_bring_them(experiment_file: Path) -> None:
    with pytest.raises(ConfigError, match=r"scenarios\.source is 'given'"):
        run_experiment(
            load_experiment(experiment_file, ["scenarios.source={kind: given}"]), write=False
        )


def test_results_go_where_the_file_says(experiment_file: Path) -> None:
    experiment = load_experiment(experiment_file, ["output.folder=deep/er"])
    assert run_experiment(experiment).folder == experiment_file.parent / "deep" / "er"


def test_the_manifest_tells_where_the_results_come_from(
    experiment_file: Path, tmp_path: Path
) -> None:
    run_experiment(experiment_file, folder=tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert (manifest["experiment"], manifest["seed"], manifest["ranks"]) == ("tiny", 3, 1)
    phases = {"region", "scenarios", "instances", "plan robust", "evaluation", "total"}
    assert set(manifest["seconds"]) == phases
    assert len(manifest["config_hash"]) == 64


def test_the_evaluation_can_be_left_out(experiment_file: Path, tmp_path: Path) -> None:
    experiment = load_experiment(experiment_file, ["output.evaluation=false"])
    run_experiment(experiment, folder=tmp_path / "out")
    assert not (tmp_path / "out" / "evaluation.parquet").exists()


def test_plans_of_a_run_are_evaluated_on_its_scenarios(
    experiment_file: Path, tmp_path: Path
) -> None:
    outcome = run_experiment(experiment_file, folder=tmp_path / "out")
    table = read_results(tmp_path / "out").main_evaluation
    assert table is not None
    assert table["probability"] @ table["cost"] == pytest.approx(
        outcome.results["robust"].objective
    )


def test_a_report_that_fails_does_not_lose_the_plans(
    experiment_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(folder: Path) -> None:
        raise RuntimeError("a picture")

    monkeypatch.setattr("robustev.report.page.write_report", fail)
    folder = run_experiment(experiment_file, folder=tmp_path / "out").folder
    assert folder is not None
    assert (folder / "plans" / "robust.json").exists()
    assert not (folder / "report.html").exists()
