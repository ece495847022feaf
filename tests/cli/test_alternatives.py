"""``robustev alternatives``: other plans and the worth of sites, in words, as JSON, in files."""

import json
from pathlib import Path

import pandas as pd
from typer.testing import CliRunner, Result

from robustev.cli.app import app


def alternatives(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["alternatives", *map(str, arguments)])


def test_it_tells_other_plans_and_what_sites_are_worth_and_writes_both(
    experiment_file: Path, tmp_path: Path
) -> None:
    result = alternatives(experiment_file, "--within", "400", "--output", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "alternative_1: " in result.stdout
    assert "no plan differs at more" in result.stdout
    written = json.loads((tmp_path / "out" / "alternatives.json").read_text())
    best, other, *_ = written["plans"]
    assert other["objective"] <= 5 * best["objective"]
    assert set(other["open_sites"]) != set(best["open_sites"])
    sites = pd.read_csv(tmp_path / "out" / "sites.csv")
    assert sites["site"].tolist() == ["west", "east"]
    assert (sites["otherwise_costs_at_least"] <= sites["otherwise_costs_at_most"]).all()


def test_it_says_that_there_is_no_other_plan(experiment_file: Path) -> None:
    result = alternatives(experiment_file, "--within", "0", "--json", "--no-sites")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["complete"] is True
    assert found["sites"] == []
    assert len(found["plans"]) == 1
