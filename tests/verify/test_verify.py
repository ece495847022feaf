"""A result folder that is right is proved right, and one that was tampered with is found out."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from robustev.cli.app import app
from robustev.config.load import load_experiment
from robustev.core.errors import InputError
from robustev.experiment.run import run_experiment
from robustev.verify.finding import Verdict
from robustev.verify.verify import verify
from tests.conftest import TINY_EXPERIMENT, TINY_SITES, TINY_ZONES

COMPARE = """
plans:
  robust: {}
  cvar: {model: {objective: {measure: cvar, tail: 0.5}}}
compare:
  plans: [nominal, margin_20]
  scenarios: 12
  regret_scenarios: 0
  foresight_scenarios: 0
  redraws: 0
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verify")
    (folder / "data").mkdir()
    (folder / "data" / "zones.csv").write_text(TINY_ZONES)
    (folder / "data" / "sites.csv").write_text(TINY_SITES)
    file = folder / "tiny.yaml"
    file.write_text(TINY_EXPERIMENT.replace("benders", "ef").replace("1e-3", "1e-8") + COMPARE)
    return run_experiment(load_experiment(file), folder=folder / "results").folder or folder


@pytest.fixture
def copy(results: Path) -> Path:
    target = results.with_name("copy")
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(results, target)
    return target


def change(folder: Path, plan: str, **content: object) -> None:
    path = folder / "plans" / f"{plan}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | content))


def wrong(folder: Path) -> list[str]:
    return [f"{f.plan}: {f.statement}" for f in verify(folder) if f.verdict is Verdict.WRONG]


def test_a_sound_folder_has_nothing_wrong_and_all_is_proved(results: Path) -> None:
    findings = verify(results)
    assert {finding.plan for finding in findings} >= {"robust", "cvar", "nominal", "margin_20"}
    assert not [f for f in findings if f.verdict is Verdict.WRONG]
    proved = [f.statement for f in findings if f.verdict is Verdict.PROVED and f.plan == "robust"]
    assert len(proved) == 5
    trusted = [f for f in findings if f.verdict is Verdict.TRUSTED]
    assert not trusted


@pytest.mark.parametrize("factor", [0.999, 1.001])
def test_a_wrong_objective_is_found(copy: Path, factor: float) -> None:
    value = json.loads((copy / "plans" / "cvar.json").read_text())["objective"]
    change(copy, "cvar", objective=factor * value, lower_bound=0.5 * value)
    assert any("cvar: its objective is" in text for text in wrong(copy))


def test_a_lower_bound_above_the_optimum_is_found(copy: Path) -> None:
    content = json.loads((copy / "plans" / "robust.json").read_text())
    change(copy, "robust", lower_bound=content["objective"] * 1.01)
    assert any("lies above its objective" in text for text in wrong(copy))


def test_a_false_bound_below_a_poor_objective_is_found_by_the_other_solver(copy: Path) -> None:
    value = json.loads((copy / "plans" / "nominal.json").read_text())["objective"]
    change(copy, "nominal", objective=1.5 * value, lower_bound=1.001 * value)
    assert any("a second time, and solved by HiGHS, finds a plan" in text for text in wrong(copy))


def test_an_infeasible_plan_is_found(copy: Path) -> None:
    content = json.loads((copy / "plans" / "robust.json").read_text())
    site = content["open_sites"][0]
    change(copy, "robust", chargers=content["chargers"] | {site: {"fast": 9}})
    assert any("robust: infeasible" in text for text in wrong(copy))


def test_a_wrong_row_of_the_evaluation_is_found(copy: Path) -> None:
    path = copy / "evaluation.parquet"
    table = pd.read_parquet(path)
    row = table.index[(table["trial"] == "in_sample") & (table["plan"] == "robust")][1]
    table.loc[row, "cost"] += 1.0
    table.to_parquet(path, index=False)
    assert any("its cost in scenario s0001" in text for text in wrong(copy))


PRICED = """
plans:
  cvar: {model: {objective: {measure: cvar, tail: 0.5}}}
  worst_case: {model: {objective: {measure: worst_case}}, solve: {method: ph, ranks: 1}}
  regret: {model: {objective: {measure: regret}}}
"""


@pytest.fixture(scope="module")
def priced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Plans whose bounds no other solver checks: they rest on dual prices."""
    folder = tmp_path_factory.mktemp("priced")
    (folder / "data").mkdir()
    (folder / "data" / "zones.csv").write_text(TINY_ZONES)
    (folder / "data" / "sites.csv").write_text(TINY_SITES)
    file = folder / "tiny.yaml"
    file.write_text(TINY_EXPERIMENT.replace("1e-3", "1e-6") + PRICED)
    return run_experiment(load_experiment(file), folder=folder / "results").folder or folder


@pytest.mark.parametrize("plan", ["cvar", "worst_case", "regret"])
def test_bounds_are_derived_from_the_prices_that_were_stored(priced: Path, plan: str) -> None:
    findings = verify(priced, plans=[plan])
    assert not [f for f in findings if f.verdict is Verdict.WRONG]
    proved = [f.statement for f in findings if f.verdict is Verdict.PROVED]
    assert any("its lower bound" in text for text in proved)
    on_trust = [f.statement for f in findings if f.verdict is Verdict.TRUSTED]
    assert any("own optima" in text for text in on_trust) == (plan == "regret")


def test_a_bound_that_prices_do_not_prove_is_not_believed(priced: Path) -> None:
    folder = priced.with_name("high")
    shutil.copytree(priced, folder)
    value = json.loads((folder / "plans" / "cvar.json").read_text())["objective"]
    change(folder, "cvar", objective=1.2 * value, lower_bound=1.1 * value)
    on_trust = [f.statement for f in verify(folder, plans=["cvar"], seconds=4.0)
                if f.verdict is Verdict.TRUSTED]  # fmt: skip
    assert any(text.startswith("the last") for text in on_trust)


def test_prices_that_prove_more_than_the_objective_tell_that_it_is_wrong(priced: Path) -> None:
    folder = priced.with_name("low")
    shutil.copytree(priced, folder)
    value = json.loads((folder / "plans" / "cvar.json").read_text())["objective"]
    change(folder, "cvar", objective=0.5 * value, lower_bound=0.4 * value)
    assert any("prove that no plan is below" in text for text in wrong(folder))


def test_the_exit_code_tells(results: Path, copy: Path) -> None:
    good = CliRunner().invoke(app, ["verify", str(results)])
    assert good.exit_code == 0
    assert "Proved" in good.output
    change(copy, "robust", objective=1.0, lower_bound=0.5)
    bad = CliRunner().invoke(app, ["verify", str(copy)])
    assert bad.exit_code == 1
    assert "Wrong" in bad.output


def test_some_scenarios_are_said_to_be_some(results: Path) -> None:
    findings = verify(results, num_scenarios=2, plans=["robust"])
    assert any("only 2 of 4 scenarios" in f.statement for f in findings)
    assert any("its cost in 2 of the 4 scenarios" in f.statement for f in findings)


def test_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a result folder"):
        verify(tmp_path)


TAMPERED = [
    pytest.param("plans/robust.json", {"lower_bound": math.inf}, "a finite number", id="infinite"),
    pytest.param("plans/robust.json", {"gap": 0.0, "lower_bound": 1.0}, "its gap is", id="gap"),
    pytest.param("plans/robust.json", {"gap": None}, "its gap is None", id="no gap"),
    pytest.param("plans/robust.json", {"status": "infeasible"}, "but there is a plan", id="status"),
    pytest.param("plans/robust.json", {"plan": "other"}, "is about 'other'", id="name"),
    pytest.param("plans/robust.json", {"open_sites": None}, "there is no plan", id="no plan"),
    pytest.param("plans/robust.json", {"objective": None}, "no objective", id="no objective"),
    pytest.param("plans/robust.json", {"open_sites": ["wset"]}, "unknown site", id="site"),
    pytest.param("plans/robust.json", {"chargers": {"west": {"fast": 2**60}}}, "count", id="huge"),
    pytest.param("manifest.json", {"seed": 4}, "seed is 4", id="seed"),
    pytest.param("manifest.json", {"experiment": "large"}, "'large'", id="experiment"),
    pytest.param("manifest.json", {"config_hash": "0"}, "config_hash", id="hash"),
    pytest.param("manifest.json", {"plans": ["lost"]}, "lost.json is missing", id="lost plan"),
]


@pytest.mark.parametrize(("file", "changes", "reason"), TAMPERED)
def test_a_tampered_document_is_found(
    copy: Path, file: str, changes: dict[str, object], reason: str
) -> None:
    path = copy / file
    text = json.dumps(json.loads(path.read_text()) | changes).replace("Infinity", "1e999")
    path.write_text(text)
    assert any(reason in statement for statement in wrong(copy))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        pytest.param("west", "east", "more than once", id="site twice"),
        pytest.param("west", "north", "has a station at north, the plan has none", id="moved"),
        pytest.param("id,x,y,fast", "id,x,y,slow", "None fast at west", id="other kind"),
    ],
)
def test_a_table_that_is_not_the_plan_is_found(copy: Path, old: str, new: str, reason: str) -> None:
    path = copy / "plans" / "robust.csv"
    path.write_text(path.read_text().replace(old, new))
    assert any(reason in statement for statement in wrong(copy))


@pytest.mark.parametrize("column", ["x", "fast", "capacity"])
def test_a_changed_number_in_a_table_that_people_build_from_is_found(
    copy: Path, column: str
) -> None:
    path = copy / "plans" / "robust.csv"
    table = pd.read_csv(path)
    table.loc[0, column] += 1
    table.to_csv(path, index=False)
    assert any("robust: its table" in statement for statement in wrong(copy))


def test_missing_parts_are_found(copy: Path) -> None:
    shutil.rmtree(copy / "plans")
    (copy / "scenarios.parquet").unlink()
    found = wrong(copy)
    assert any("robust.json is missing" in statement for statement in found)
    assert any("scenarios.parquet is missing" in statement for statement in found)


def test_a_comparison_that_is_not_its_evaluation_is_found(copy: Path) -> None:
    path = copy / "comparison.json"
    content = json.loads(path.read_text())
    content["trials"][0]["plans"][0]["mean"]["value"] *= 0.9
    content["plans"][0]["gap"] = 0.5
    path.write_text(json.dumps(content))
    found = wrong(copy)
    assert any("the mean cost of" in statement for statement in found)
    assert any("gap of" in statement for statement in found)


def test_a_scenario_that_the_evaluation_lacks_is_found(copy: Path) -> None:
    path = copy / "evaluation.parquet"
    table = pd.read_parquet(path)
    table.loc[table["trial"] == "in_sample", "scenario"] = "elsewhere"
    table.to_parquet(path, index=False)
    assert any("its cost in scenario s0001" in statement for statement in wrong(copy))


def test_numbers_are_printed_as_people_write_them(copy: Path) -> None:
    change(copy, "cvar", objective=1.0)
    assert not any("np.float64" in statement for statement in wrong(copy))


def test_an_unknown_plan_is_refused_with_the_nearest(results: Path) -> None:
    with pytest.raises(InputError, match="robust"):
        verify(results, plans=["robst"])


ONE_SCENARIO = """
scenarios: {number: 1}
model: {unserved_penalty: 50, objective: {measure: regret}}
"""


def test_a_right_regret_on_one_scenario_is_not_called_wrong(tmp_path: Path) -> None:
    """Every weight lies on the one scenario, whose own optimum still counts."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "zones.csv").write_text(TINY_ZONES)
    (tmp_path / "data" / "sites.csv").write_text(TINY_SITES)
    file = tmp_path / "tiny.yaml"
    old = "scenarios:\n  number: 4\nmodel:\n  unserved_penalty: 50\n"
    assert old in TINY_EXPERIMENT
    file.write_text(TINY_EXPERIMENT.replace(old, ONE_SCENARIO))
    run_experiment(file, folder=tmp_path / "results")
    assert wrong(tmp_path / "results") == []
