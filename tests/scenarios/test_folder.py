"""The folder of a scenario definition: scenarios, figures and pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from robustev.scenarios import parse_config
from robustev.scenarios.folder import target_name, write_folder
from robustev.scenarios.storage import read_scenarios
from tests.scenarios.conftest import grid_region, grown_history

PANEL = grid_region(types=("demand",), history=grown_history())


def test_the_folder_holds_scenarios_figures_and_pictures(tmp_path: Path) -> None:
    config = parse_config({"reduction": {"to": 6}, "stress": [{"name": "x", "weight": 0.1}]})
    made = write_folder(PANEL, config, tmp_path / "new", num_scenarios=40, seed=2)
    folder = tmp_path / "new"
    stored = read_scenarios(folder)
    np.testing.assert_array_equal(stored.demand, made.scenarios.demand)
    assert stored.names[-1] == "x"
    assert pd.read_csv(folder / "totals.csv")["mean"].item() == pytest.approx(
        made.full.demand.sum(axis=(1, 2)).mean()
    )
    assert len(pd.read_csv(folder / "zones.csv")) == 36
    assert (folder / "scenarios.html").stat().st_size > 1_000_000
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    assert (about["drawn"], about["scenarios"], about["reduction"]["kept"]) == (40, 7, 6)
    assert 0 < about["reduction"]["relative_error"] < 1


def test_without_reduction_nothing_is_said_to_be_lost(tmp_path: Path) -> None:
    write_folder(grid_region(), parse_config({}), tmp_path, num_scenarios=4, seed=0)
    assert json.loads((tmp_path / "about.json").read_text(encoding="utf-8"))["reduction"] is None


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ({"kind": "history", "horizon": 3}, "2019"),
        ({"kind": "history", "horizon": 2, "last_year": 2014}, "2016"),
        ({"kind": "trajectories", "table": "x.csv", "year": 2040}, "2040"),
        ({"kind": "zones"}, "scenarios"),
        (None, "2017"),
    ],
)
def test_the_target_is_a_year_where_one_is_known(source: dict[str, Any] | None, name: str) -> None:
    assert target_name(PANEL, parse_config({"source": source})) == name
