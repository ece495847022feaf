"""The fitted forecast as a whole: total, zones, types and space hang together."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.data.geometry import zone_points
from robustev.data.region import History
from robustev.scenarios.sampling import draw
from robustev.scenarios.sources.history.model import HistoryModel, ResidualKind
from robustev.scenarios.sources.history.panel import make_panel
from tests.scenarios.conftest import grid_region, grown_history

POINTS = zone_points(grid_region())
KINDS: tuple[ResidualKind, ...] = ("gaussian", "bootstrap", "independent")


def fit(history: History, kind: ResidualKind = "gaussian", horizon: int = 1) -> HistoryModel:
    return HistoryModel.fit(make_panel(history), POINTS, horizon, kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("types", [1, 2])
def test_zones_add_up_to_the_drawn_total(kind: ResidualKind, types: int) -> None:
    forecast = fit(grown_history(types=types), kind)
    sample = forecast.sample(draw("sobol", 16, forecast.leading, seed=1))
    assert sample.demand.shape == (16, 36, types)
    np.testing.assert_allclose(sample.demand.sum(axis=(1, 2)), sample.drivers["total_demand"])


def test_the_median_total_goes_on_from_the_past() -> None:
    history = grown_history(noise=0.01)
    total = np.asarray(history.demand).sum(axis=(1, 2))
    forecast = fit(history)
    sample = forecast.sample(draw("sobol", 512, forecast.leading, seed=1))
    expected = total[-1] + (total[-1] - total[-2])
    assert np.median(sample.drivers["total_demand"]) == pytest.approx(expected, rel=0.05)


def test_a_zone_that_never_had_demand_keeps_none() -> None:
    demand = np.array(grown_history().demand)
    demand[:, 5] = 0.0
    forecast = fit(History(grown_history().years, demand))
    sample = forecast.sample(draw("sobol", 8, forecast.leading, seed=1))
    assert (sample.demand[:, 5] == 0).all()
    assert (np.delete(sample.demand, 5, axis=1) > 0).all()


def test_shares_spread_as_they_did_in_the_past() -> None:
    forecast = fit(grown_history(noise=0.2, years=9))
    sample = forecast.sample(draw("sobol", 1024, forecast.leading, seed=1))
    share = np.log(sample.demand[:, :, 0])
    share -= share.mean(axis=1, keepdims=True)
    level = forecast.shares.level - forecast.shares.level.mean()
    share -= np.outer(1.0 + sample.drivers["concentration"], level)
    assert share.std(axis=0).mean() == pytest.approx(forecast.residuals.size, rel=0.1)


def test_concentration_parts_large_zones_from_small_ones() -> None:
    forecast = fit(grown_history(noise=0.2))
    sample = forecast.sample(draw("sobol", 1024, forecast.leading, seed=1))
    largest = int(forecast.shares.level.argmax())
    share = sample.demand[:, largest, 0] / sample.demand.sum(axis=(1, 2))
    assert np.corrcoef(sample.drivers["concentration"], share)[0, 1] > 0.05


def test_bootstrap_maps_are_blends_of_past_errors() -> None:
    forecast = fit(grown_history(), "bootstrap")
    sample = forecast.sample(draw("sobol", 32, forecast.leading, seed=1))
    share = np.log(sample.demand[:, :, 0])
    share -= share.mean(axis=1, keepdims=True)
    level = forecast.shares.level - forecast.shares.level.mean()
    error = share - np.outer(1.0 + sample.drivers["concentration"], level)
    assert np.linalg.matrix_rank(error, tol=1e-8) <= len(forecast.residuals.maps)


def test_a_farther_year_is_less_certain() -> None:
    near, far = fit(grown_history(), horizon=1), fit(grown_history(), horizon=4)
    assert far.residuals.size > near.residuals.size
    assert np.ptp(np.quantile(far.total.totals["linear"], [0.1, 0.9])) > np.ptp(
        np.quantile(near.total.totals["linear"], [0.1, 0.9])
    )


def test_three_years_are_enough_to_run() -> None:
    forecast = fit(grown_history(years=3), horizon=2)
    sample = forecast.sample(draw("sobol", 8, forecast.leading, seed=1))
    assert np.isfinite(sample.demand).all()
