"""The whole test: side by side, taken up again, other panels, faults in words."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from robustev.cli.app import app
from robustev.core.errors import InputError
from robustev.hindcast.panel import read_panel, year_columns
from robustev.hindcast.run import load_hindcast, run_hindcast
from tests.hindcast.conftest import panel_frame, settings


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("hindcast")
    panel_frame(regions=3).to_csv(base / "panel.csv", index=False)
    run_hindcast(settings(base / "panel.csv"), base / "out", workers=1)
    return base


def test_it_writes_a_row_for_every_region_and_plan(folder: Path) -> None:
    table = pd.read_csv(folder / "out" / "plans.csv")
    assert set(table["region"]) == {"S0", "S1", "S2"}
    assert (table.groupby("region")["plan"].nunique() == 4 * 2 + 1 + 4 + 1).all()


def test_a_second_run_takes_up_what_is_there_and_makes_what_is_missing(folder: Path) -> None:
    config = settings(folder / "panel.csv")
    before = (folder / "out" / "plans.csv").read_text()
    (folder / "out" / "tasks" / "2000-2010-S1.json").unlink()
    told: list[str] = []
    run_hindcast(config, folder / "out", workers=1, resume=True,
                 told=lambda n, m, document: told.append(document["region"]))  # fmt: skip
    assert told == ["S1"]
    columns = ["region", "plan", "cost"]
    again = pd.read_csv(folder / "out" / "plans.csv")[columns]
    kept = folder / "out" / "before.csv"
    kept.write_text(before)
    pd.testing.assert_frame_equal(again, pd.read_csv(kept)[columns])


def test_other_rules_are_not_taken_up(folder: Path) -> None:
    config = settings(folder / "panel.csv", scenarios=5, regions=["S0"])
    told: list[str] = []
    run_hindcast(config, folder / "other", workers=1, resume=True,
                 told=lambda n, m, document: told.append(document["region"]))  # fmt: skip
    assert told == ["S0"]


def test_a_panel_with_later_years_other_columns_and_blanks_runs(tmp_path: Path) -> None:
    frame = panel_frame(regions=1).rename(columns={"2005": "2015", "2010": "2020"})
    frame.insert(2, "gdp", "n/a")
    frame["2030"] = ""
    frame["2020"] = frame["2020"].astype(object)
    frame.loc[4, "2020"] = ".."
    frame.to_csv(tmp_path / "panel.csv", index=False)
    vintage = {"decision": 2000, "judged": 2020}
    config = settings(tmp_path / "panel.csv", vintages=[vintage], equal_spend=[], margins=[0.0])
    summary = run_hindcast(config, tmp_path / "out", workers=1)
    document = json.loads((tmp_path / "out" / "tasks" / "2000-2020-S0.json").read_text())
    assert summary["vintages"]["2000-2020"]["regions"] == ["S0"]
    assert "taken to be as before: 1 zones" in " ".join(document["notes"])


def test_faults_of_the_panel_name_row_and_column(tmp_path: Path) -> None:
    frame = panel_frame(regions=1)
    frame["2000"] = frame["2000"].astype(object)
    frame.loc[2, "2000"] = "many"
    frame.loc[3, "latitude"] = 95.0
    frame.to_csv(tmp_path / "panel.csv", index=False)
    with pytest.raises(InputError) as caught:
        read_panel(settings(tmp_path / "panel.csv").panel)
    assert "row 4, column '2000': population; found 'many'" in str(caught.value)
    assert "row 5, column 'latitude'" in str(caught.value)


def test_an_unknown_region_is_told_with_the_nearest(panel: Path) -> None:
    with pytest.raises(InputError, match="is 'S1' meant"):
        read_panel(settings(panel).panel, ["S11"])


def test_years_are_columns_with_or_without_a_prefix() -> None:
    assert year_columns(["p2010", "p2000", "2000", "px"], "p") == {2000: "p2000", 2010: "p2010"}


def test_the_command_prints_the_means_and_where_results_are(panel: Path, tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    config = settings(panel, margins=[0.0], equal_spend=[], regions=["S0"], baselines=["last"])
    file.write_text(config.model_dump_json())
    out = tmp_path / "out"
    result = CliRunner().invoke(app, ["hindcast", str(file), "-o", str(out), "--workers", "1"])
    assert result.exit_code == 0, result.output
    assert "hindsight" in result.output
    assert str(out) in result.output.replace("\n", "")


def test_a_misspelt_key_is_told_with_the_nearest(panel: Path, tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(f"panel: {{table: {panel}, censusses: [2000]}}\nvintages: []\n")
    result = CliRunner().invoke(app, ["hindcast", str(file)])
    assert result.exit_code == 2
    assert "censuses" in result.output


@pytest.mark.parametrize("name", ["brazil", "france", "morocco", "regret"])
def test_files_that_ship_share_one_siting_problem(name: str) -> None:
    folder = Path(__file__).resolve().parents[2] / "experiments" / "hindcast"
    main = load_hindcast(folder / "brazil.yaml")
    other = load_hindcast(folder / f"{name}.yaml")
    assert other.planning == main.planning
    assert other.margins == main.margins
