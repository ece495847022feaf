"""A result folder that is right is proved right, and one that was tampered with is found out."""

from __future__ import annotations

import json
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
    row = table.index[(table["trial"] == "made") & (table["plan"] == "robust")][1]
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
