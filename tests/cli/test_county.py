"""A county as one exports it from a GIS and a spreadsheet goes through at the first attempt."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from robustev.cli.app import app
from robustev.config.load import load_experiment
from robustev.config.region import make_region
from robustev.data.plan import Plan
from tests.county import CELL, EXPERIMENT, SIDE, write_county

QUICK = (
    "compare={scenarios: 6, regret_scenarios: 0, foresight_scenarios: 0, redraws: 0, "
    "equal_spend: false, plans: [existing]}"
)


def test_the_configuration_is_short() -> None:
    assert len(EXPERIMENT.splitlines()) <= 20


def test_the_data_are_read_as_they_are(tmp_path: Path) -> None:
    """Names keep their umlauts, coordinates their place, empty cells of existing chargers are 0."""
    region = make_region(load_experiment(write_county(tmp_path)))
    assert (region.num_zones, region.num_sites) == (SIDE**2, 120)
    assert region.zones.ids[0] == "5000"
    assert region.sites.names is not None
    assert region.sites.names[0] == "Parkplatz Süd-Straße 1000"
    assert region.geographic
    for places in (region.zones, region.sites):
        assert places.x is not None
        assert places.y is not None
        assert ((places.x > 9.0) & (places.x < 9.7)).all()
        assert ((places.y > 51.8) & (places.y < 52.3)).all()
    assert 0 < int(region.sites.existing.sum()) < 30
    side = CELL / 1000
    assert 0 < region.arcs.cost.min() < side


def test_it_goes_through_check_run_and_compare(tmp_path: Path) -> None:
    county = write_county(tmp_path)
    results = tmp_path / "results"
    for arguments in (
        ["check", str(county)],
        ["run", str(county), "-o", str(results), "-q"],
        ["compare", str(results), "-q", "--set", QUICK],
    ):
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 0, (arguments, result.output, result.stderr)
    stations = pd.read_csv(results / "plans" / "robust.csv")
    assert 1001 in set(stations["id"])
    assert 1002 not in set(stations["id"])
    assert json.loads((results / "manifest.json").read_text())["experiment"] == "county"


def test_a_plan_may_be_edited_in_a_spreadsheet(tmp_path: Path) -> None:
    """Semicolons, a code page and ids with decimals are what a spreadsheet leaves."""
    region = make_region(load_experiment(write_county(tmp_path)))
    for name, text in {
        "a": "id;name;fast\n1000.0;Süd;4\n1003;Süd;2\n",
        "b": "id,fast\n1000,4\n1003,2\n",
    }.items():
        (tmp_path / f"{name}.csv").write_bytes(text.encode("cp1252"))
    edited, plain = (Plan.read_csv(tmp_path / f"{name}.csv", region) for name in "ab")
    assert edited.same_as(plain)


@pytest.mark.slow
def test_a_comparison_with_every_default_ends(tmp_path: Path) -> None:
    results = tmp_path / "results"
    for arguments in (
        ["run", str(write_county(tmp_path)), "-o", str(results), "-q"],
        ["compare", str(results), "-q"],
    ):
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 0, (arguments, result.output, result.stderr)
    found = json.loads((results / "comparison.json").read_text())
    assert found["site_persistence"]["redraws"] == 5
    assert found["saa_gap"]["replications"] == 5
