"""The whole comparison of a small experiment, from the file to the answer."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from robustev.assess.schema import Comparison
from robustev.assess.tables import tables
from robustev.cli.app import app
from robustev.config.load import load_experiment
from robustev.experiment.outcome import Outcome
from robustev.experiment.run import run_experiment
from tests.conftest import TINY_EXPERIMENT, TINY_SITES, TINY_ZONES

COMPARE = """
compare:
  plans: [nominal, margin_10, cvar, existing]
  given: {mine: mine.csv}
  scenarios: 40
  regret_scenarios: 4
  redraws: 2
  misspecified:
    wilder: {scenarios: {source: {kind: zones, spread: 0.6}}, number: 20}
  frontiers:
    money: {vary: budget, values: [10, 30]}
"""


def write(folder: Path) -> Path:
    (folder / "data").mkdir()
    (folder / "data" / "zones.csv").write_text(TINY_ZONES)
    (folder / "data" / "sites.csv").write_text(TINY_SITES)
    (folder / "mine.csv").write_text("id,fast\nwest,2\neast,1\n")
    file = folder / "tiny.yaml"
    file.write_text(TINY_EXPERIMENT.replace("benders", "ef") + COMPARE)
    return file


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("compare")
    return run_experiment(load_experiment(write(folder)), folder=folder / "results")


@pytest.fixture(scope="module")
def comparison(outcome: Outcome) -> Comparison:
    assert outcome.folder is not None
    return Comparison.model_validate_json((outcome.folder / "comparison.json").read_text())


def test_the_file_holds_the_comparison_that_was_made(
    outcome: Outcome, comparison: Comparison
) -> None:
    assert outcome.comparison is not None
    assert comparison == outcome.comparison.comparison


def test_every_plan_is_judged_on_the_same_fresh_scenarios(comparison: Comparison) -> None:
    fresh = comparison.trials[0]
    names = [one.plan for one in fresh.plans]
    assert names == ["robust", "nominal", "margin_10", "cvar", "mine"]
    assert (fresh.num_scenarios, fresh.regret_scenarios) == (40, 4)
    assert (fresh.pairs[0].plan, fresh.pairs[0].other) == ("robust", "nominal")
    assert len(fresh.pairs) == 10
    assert [one.what for one in comparison.skipped] == ["plan existing"]


def test_figures_agree_with_the_rows_of_the_evaluation(
    outcome: Outcome, comparison: Comparison
) -> None:
    assert outcome.folder is not None
    rows = pd.read_parquet(outcome.folder / "evaluation.parquet")
    assert set(rows["trial"]) >= {"in_sample", "out_of_sample", "wilder"}
    for one in comparison.trials[0].plans:
        own = rows[(rows["trial"] == "out_of_sample") & (rows["plan"] == one.plan)]
        assert one.mean.value == pytest.approx(own["cost"].mean())
        assert one.worst.value == pytest.approx(own["cost"].max())
        assert one.unserved_share.value == pytest.approx(
            own["unserved"].sum() / own["demand"].sum()
        )
        assert one.mean_regret.value == pytest.approx(own["regret"].mean())
        assert (own["regret"].dropna() >= -1e-9).all()
        assert one.mean.interval is not None
        low, high = one.mean.interval
        assert (low or 0) <= one.mean.value <= (high or 0)  # type: ignore[operator]


def test_other_worlds_frontiers_and_stability_are_there(comparison: Comparison) -> None:
    assert [trial.kind for trial in comparison.trials][-1] == "misspecified"
    assert [point.x for point in comparison.frontiers[0].points] == [10, 30]
    assert comparison.site_persistence is not None
    assert comparison.site_persistence.redraws == 2
    assert comparison.saa_gap is not None
    assert comparison.headline.answer.startswith("The robust plan")


def test_plan_files_carry_the_load_and_given_plans_have_files_too(outcome: Outcome) -> None:
    assert outcome.folder is not None
    table = pd.read_csv(outcome.folder / "plans" / "robust.csv")
    assert {"capacity", "load", "utilisation"} <= set(table.columns)
    mine = json.loads((outcome.folder / "plans" / "mine.json").read_text())
    assert (mine["method"], mine["objective"], mine["status"]) == ("given", None, None)
    assert mine["chargers"] == {"west": {"fast": 2}, "east": {"fast": 1}}


def test_tables_hold_every_part(outcome: Outcome, comparison: Comparison) -> None:
    assert outcome.folder is not None
    found = tables(comparison)
    assert {"plans", "figures", "pairs", "information", "site_persistence", "frontiers"} <= set(
        found
    )
    for name, table in found.items():
        stored = pd.read_csv(outcome.folder / "tables" / f"{name}.csv")
        assert len(stored) == len(table)
    assert found["figures"]["mean_low"].notna().all()


def test_the_same_seed_gives_the_same_comparison(outcome: Outcome, comparison: Comparison) -> None:
    again = run_experiment(outcome.experiment, write=False)
    assert again.comparison is not None
    same = {"seconds": {}, "frontiers": ()}
    one, two = (c.model_copy(update=same) for c in (comparison, again.comparison.comparison))
    assert one == two


def test_a_result_folder_is_judged_again_without_making_its_plans(
    outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a plan was made again")

    monkeypatch.setattr("robustev.experiment.run.solve_plan", refuse)
    arguments = ["compare", str(outcome.folder), "--set", "compare.redraws=0"]
    arguments += ["--set", "compare.frontiers={}", "--set", "compare.equal_spend=false"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert "The robust plan costs" in done.output


def test_the_command_writes_a_workbook(outcome: Outcome, tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    assert outcome.comparison is not None
    from robustev.assess.tables import write_excel

    path = tmp_path / "tables.xlsx"
    write_excel(outcome.comparison.comparison, path)
    sheets = pd.read_excel(path, sheet_name=None)
    assert set(sheets) == set(tables(outcome.comparison.comparison))


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("compare.nominal=nomnal", "is 'nominal' meant"),
        ("compare.robust=robst", "is 'robust' meant"),
        ("compare.given={nominal: mine.csv}", "the plan name 'nominal' is taken"),
        ("compare.given={mine: nowhere.csv}", "nowhere.csv"),
        ("compare.given={mine: bad.csv}", "unknown site"),
        ("compare.observed_years=[2017]", "the history has no year 2017"),
        ("scenarios.source={kind: reference}", r"name others under compare\.source"),
    ],
)
def test_a_comparison_that_cannot_be_made_is_refused(
    tmp_path: Path, setting: str, words: str
) -> None:
    file = write(tmp_path)
    (tmp_path / "bad.csv").write_text("id,fast\nnorth,2\n")
    done = CliRunner().invoke(
        app, ["compare", str(file), "-o", str(tmp_path / "out"), "--set", setting]
    )
    assert done.exit_code != 0
    assert words.replace("\\", "") in " ".join(done.output.split())


def test_evaluate_takes_plans_of_any_origin(outcome: Outcome, tmp_path: Path) -> None:
    assert outcome.folder is not None
    mine = outcome.folder.parent / "mine.csv"
    arguments = ["evaluate", str(outcome.folder), "robust", str(mine), "-n", "25"]
    done = CliRunner().invoke(app, [*arguments, "-o", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    rows = pd.read_csv(tmp_path / "out" / "evaluation.csv")
    assert rows.groupby("plan").size().to_dict() == {"mine": 25, "robust": 25}
    assert {"sites.csv", "zones.csv", "flows.csv"} <= {p.name for p in (tmp_path / "out").iterdir()}


def test_evaluate_names_the_nearest_plan(outcome: Outcome) -> None:
    done = CliRunner().invoke(app, ["evaluate", str(outcome.folder), "robst"])
    assert done.exit_code == 2
    assert "is 'robust' meant" in " ".join(done.output.split())
