"""The panel that ships: real censuses, and a first hindcast from a clone."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from robustev.hindcast.panel import read_panel
from robustev.hindcast.run import load_hindcast, run_hindcast

FILE = Path(__file__).resolve().parents[2] / "experiments" / "hindcast" / "morocco.yaml"


def test_its_totals_are_those_of_the_censuses() -> None:
    table = pd.read_csv(FILE.parent / "morocco" / "communes.csv")
    assert len(table) == table["code"].nunique() == 1503
    assert table["2014"].sum() == 33_848_242
    assert table["2024"].sum() == 36_828_330


def test_its_regions_are_twelve_and_its_places_in_the_country() -> None:
    regions = read_panel(load_hindcast(FILE).panel)
    assert len(regions) == 12
    for region in regions:
        assert ((region.longitude > -17.2) & (region.longitude < -0.9)).all()
        assert ((region.latitude > 20.7) & (region.latitude < 36.1)).all()


def test_the_first_hindcast_runs_from_a_clone(tmp_path: Path) -> None:
    small = (
        "regions=[Laâyoune-Sakia El Hamra]", "scenarios=10", "forecast.members=64",
        "robust={expected: {measure: expected}}",
    )  # fmt: skip
    config = load_hindcast(FILE, small)
    summary = run_hindcast(config, tmp_path, workers=1)
    plans = summary["vintages"]["2014-2024"]["plans"]
    assert {"last", "last+10%", "last+20%", "expected", "last=expected", "hindsight"} == set(plans)
    assert plans["expected"]["regret"] >= -0.01 * plans["hindsight"]["cost"]
    assert plans["expected"]["unserved"] == pytest.approx(0.0, abs=0.5)
