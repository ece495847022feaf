"""Backtests: only the past is used, and the table says what the scores say."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.core.errors import ConfigError
from robustev.data.geometry import distances, zone_points
from robustev.data.region import History
from robustev.scenarios.calibration.backtest import Backtest, backtest, backtest_region
from robustev.scenarios.sources.history.panel import Panel, make_panel
from tests.scenarios.conftest import grid_region, grown_history

POINTS = zone_points(grid_region())


def panel(seed: int = 0) -> Panel:
    return make_panel(grown_history(years=8, noise=0.1, seed=seed))


@pytest.fixture(scope="module")
def result() -> Backtest:
    return backtest(panel(), POINTS, [(2014, 1), (2015, 1), (2015, 2)], members=128, per_side=3)


def test_every_model_is_scored_at_every_target(result: Backtest) -> None:
    models = {"gaussian", "shuffled", "bootstrap", "independent", "linear", "linear_3y"}
    for _, part in result.table.groupby(["origin", "horizon"]):
        assert models <= set(part["model"])
    assert not result.table.isna().any(axis=None)


def test_coverage_is_a_share_and_wider_intervals_cover_more(result: Backtest) -> None:
    for place in ("zone", "block", "region"):
        narrow, wide = result.table[f"cover50_{place}"], result.table[f"cover90_{place}"]
        assert ((narrow >= 0) & (narrow <= wide) & (wide <= 1)).all()


def test_shuffling_keeps_the_marginal_scores(result: Backtest) -> None:
    table = result.table.set_index("model")
    np.testing.assert_allclose(
        table.loc["gaussian", "crps_zone"], table.loc["shuffled", "crps_zone"]
    )


def shared_history(seed: int, years: int = 8) -> Panel:
    """A past in which all zones share the deviations of a year, so that totals vary."""
    rng = np.random.default_rng(seed)
    root = np.linalg.cholesky(np.exp(-distances(POINTS, POINTS) / 20.0))
    drift = np.cumsum(0.1 * rng.standard_normal((years, len(POINTS))) @ root.T, axis=0)
    total = 1.0 + 0.1 * np.arange(years)[:, None]
    demand = total * rng.lognormal(2.0, 0.5, len(POINTS)) * np.exp(drift)
    return make_panel(History(tuple(range(2010, 2010 + years)), demand[:, :, None]))


def test_shuffling_loses_the_spread_of_totals() -> None:
    """Over many pasts, as one outcome says little; held to twice the error of their mean.

    A shuffle that does nothing, or intervals that ignore correlation, differ by nothing.
    """
    gained = []
    for seed in range(24):
        targets = [(2015, 1), (2016, 1)]
        table = backtest(
            shared_history(seed), POINTS, targets, residuals=["gaussian"], members=128, per_side=3
        ).table.set_index("model")
        covered = table["cover90_region"].groupby(level=0).mean()
        gained.append(float(covered["gaussian"] - covered["shuffled"]))
    error = np.std(gained, ddof=1) / np.sqrt(len(gained))
    assert np.mean(gained) > 2.0 * error > 0.0


def test_the_summary_averages_over_origins(result: Backtest) -> None:
    rows = result.table[(result.table["model"] == "gaussian") & (result.table["horizon"] == 1)]
    summary = result.summary().set_index(["model", "horizon"])
    assert summary.loc[("gaussian", 1), "crps_zone"] == pytest.approx(rows["crps_zone"].mean())


def test_what_came_later_does_not_change_a_forecast() -> None:
    known = panel()
    later = np.array(known.demand)
    later[-1] *= 5.0
    other = make_panel(History(known.years, later))
    one = backtest(known, POINTS, [(2014, 1)], residuals=["gaussian"], members=32)
    two = backtest(other, POINTS, [(2014, 1)], residuals=["gaussian"], members=32)
    np.testing.assert_array_equal(one.table["crps_zone"], two.table["crps_zone"])


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ((2016, 2), "both years must lie in 2010 to 2017"),
        ((2009, 1), "both years must lie"),
        ((2014, 0), "both years must lie"),
        ((2011, 1), "leaves 2 years to fit"),
    ],
)
def test_impossible_targets_are_refused(target: tuple[int, int], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        backtest(panel(), POINTS, [target])


def test_a_regions_own_history_is_tested_at_every_origin() -> None:
    region = grid_region(types=("demand",), history=grown_history(years=6))
    table = backtest_region(region, horizons=(1,)).table
    assert sorted(table["target"].unique()) == [2014, 2015]


@pytest.mark.parametrize(
    ("history", "reason"),
    [(None, "has no history to test"), (grown_history(years=4), "at least 5")],
)
def test_a_history_too_short_to_test_is_refused(history: History | None, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        backtest_region(grid_region(types=("demand",), history=history))
