"""The calibration that is claimed for the Shell.ai history, measured again.

The model was tuned on forecasts of years up to 2016 alone; see scenarios/CALIBRATION.md, which also
tells why one year alone says little about coverage.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from robustev.data.geometry import zone_points
from robustev.readers.shell_ev import read_shell_ev
from robustev.scenarios.calibration.backtest import backtest
from robustev.scenarios.sources.history.panel import make_panel

HELD_BACK = [(2016, 1), (2016, 2)]


@pytest.fixture(scope="module")
def scores(shared_data: Path) -> pd.DataFrame:
    folder = shared_data / "shell_ev"
    region = read_shell_ev(
        folder / "Demand_History.csv", folder / "existing_EV_infrastructure_2018.csv"
    )
    assert region.history is not None
    panel = make_panel(region.history, region.zones.ids)
    found = backtest(panel, zone_points(region), HELD_BACK, residuals=["gaussian"])
    return found.table.set_index(["model", "target"])


@pytest.mark.parametrize("place", ["zone", "block"])
def test_nine_tenths_intervals_cover_as_much_over_both_years(
    scores: pd.DataFrame, place: str
) -> None:
    assert 0.80 <= scores.loc["gaussian", f"cover90_{place}"].mean() <= 0.97


@pytest.mark.parametrize("place", ["zone", "block"])
@pytest.mark.parametrize("year", [2017, 2018])
def test_each_year_covers_what_a_right_forecast_might(
    scores: pd.DataFrame, place: str, year: int
) -> None:
    row = scores.loc[("gaussian", year)]
    assert row[f"right90_{place}_low"] <= row[f"cover90_{place}"] <= row[f"right90_{place}_high"]


@pytest.mark.parametrize("year", [2017, 2018])
def test_the_crps_beats_every_straight_line_with_its_best_spread(
    scores: pd.DataFrame, year: int
) -> None:
    lines = [model for model in scores.index.levels[0] if model.startswith("linear")]
    best = min(scores.loc[(line, year), "crps_zone"] for line in lines)
    assert scores.loc[("gaussian", year), "crps_zone"] <= best


def test_the_map_scores_better_than_its_marginals_shuffled(scores: pd.DataFrame) -> None:
    with_workers, apart = scores.loc["gaussian"].mean(), scores.loc["shuffled"].mean()
    assert with_workers["energy"] < apart["energy"]
    assert with_workers["variogram"] < apart["variogram"]


def test_the_pit_has_no_gross_slope(scores: pd.DataFrame) -> None:
    assert (scores.loc["gaussian", "pit_slope"].abs() < 0.3).all()
