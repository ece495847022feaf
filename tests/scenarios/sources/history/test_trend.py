"""The region's total: families that continue what they should, with honest spread."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robustev.scenarios.sources.history.trend import FAMILIES, FLOOR, fit_total

LINE = np.arange(1.0, 10.0)


@pytest.mark.parametrize(("horizon", "expected"), [(1, 10.0), (3, 12.0)])
def test_a_straight_line_goes_on(horizon: int, expected: float) -> None:
    forecast = fit_total(LINE, horizon)
    assert np.median(forecast.totals["linear"]) == pytest.approx(expected, rel=0.02)


def test_damped_growth_stays_below_linear_growth() -> None:
    forecast = fit_total(LINE, 5)
    assert np.median(forecast.totals["damped"]) < np.median(forecast.totals["linear"])


def test_a_saturating_market_is_recognised() -> None:
    year = np.arange(12)
    market = 100.0 / (1.0 + np.exp(-(year - 4.0)))
    low, high = np.quantile(fit_total(market, 3).totals["logistic"], [0.05, 0.95])
    assert 99.0 < low < high < 102.0


def test_accelerating_growth_may_accelerate_further() -> None:
    forecast = fit_total(1.6 ** np.arange(7.0), 2)
    assert np.median(forecast.totals["logistic"]) > np.median(forecast.totals["damped"])


def test_no_family_is_ruled_out() -> None:
    weights = fit_total(LINE, 2).weights
    assert sum(weights.values()) == pytest.approx(1.0)
    assert min(weights.values()) >= FLOOR


def test_a_rough_past_means_a_wide_future() -> None:
    rough = LINE + np.array([0, 2, -1, 1.5, -2, 1, -1.5, 2, 0])
    spread = [np.ptp(np.quantile(fit_total(t, 2).totals["linear"], [0.1, 0.9])) for t in
              (LINE, rough)]  # fmt: skip
    assert spread[1] > 2 * spread[0]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(0.1, 1e6), min_size=3, max_size=12), st.integers(1, 6))
def test_every_positive_history_has_a_forecast(totals: list[float], horizon: int) -> None:
    forecast = fit_total(np.array(totals), horizon)
    for family in FAMILIES:
        assert np.isfinite(forecast.totals[family]).all()
        assert (forecast.totals[family] >= 0).all()


def test_the_unit_does_not_matter() -> None:
    one, thousand = fit_total(LINE, 2), fit_total(1000 * LINE, 2)
    for family in FAMILIES:
        np.testing.assert_allclose(1000 * one.totals[family], thousand.totals[family], rtol=1e-6)


def test_fitting_twice_gives_the_same() -> None:
    np.testing.assert_array_equal(
        fit_total(LINE, 2).totals["damped"], fit_total(LINE, 2).totals["damped"]
    )


def test_a_higher_level_is_a_higher_total_within_a_family() -> None:
    forecast = fit_total(LINE, 2)
    level = np.linspace(0.01, 0.99, 50)
    total, family = forecast.sample(np.full(50, 0.01), level)
    assert (family == 0).all()
    assert (np.diff(total) > 0).all()
