"""Shares of zones: one gain for all, found by what predicted best."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.core.arrays import FloatArray
from robustev.scenarios.sources.history.shares import fit_shares, log_shares


def panel(drift: float, noise: float, years: int = 9, zones: int = 400) -> FloatArray:
    rng = np.random.default_rng(3)
    level = np.cumsum(drift * rng.standard_normal((years, zones)), axis=0)
    return np.exp(level + noise * rng.standard_normal((years, zones)))


def test_drifting_shares_want_the_newest_year() -> None:
    assert fit_shares(panel(0.1, 0.0), 1).gain > 0.9


def test_noisy_shares_want_an_average() -> None:
    assert fit_shares(panel(0.02, 0.1), 1).gain < 0.5


def test_smoothing_predicts_better_than_the_newest_year() -> None:
    demand = panel(0.05, 0.1, years=10)
    shares = fit_shares(demand[:-1], 1)
    truth = log_shares(demand)[-1]
    smoothed = np.mean((truth - shares.level + shares.level.mean()) ** 2)
    newest = np.mean((truth - log_shares(demand)[-2]) ** 2)
    assert smoothed < 0.9 * newest


@pytest.mark.parametrize(("years", "horizon", "origins"), [(7, 1, [5]), (7, 3, [5, 4, 3]),
                                                           (3, 5, [1])])  # fmt: skip
def test_errors_are_kept_as_far_as_the_history_reaches(
    years: int, horizon: int, origins: list[int]
) -> None:
    errors = fit_shares(panel(0.1, 0.1, years, zones=5), horizon).errors
    assert [len(maps) for maps in errors] == origins


def test_an_error_is_what_came_minus_what_was_forecast() -> None:
    demand = np.exp(np.array([[0.0, 0.0], [0.0, 0.0], [1.0, -1.0]]))
    np.testing.assert_allclose(fit_shares(demand, 1).errors[0], [[1.0, -1.0]])


def spreading_out(step: float, years: int = 7) -> FloatArray:
    level = np.random.default_rng(4).standard_normal(400)
    return np.exp((1.0 + step) ** np.arange(years)[:, None] * level)


@pytest.mark.parametrize("step", [-0.02, 0.02])
def test_zones_that_drew_apart_or_together_go_on_doing_so(step: float) -> None:
    demand = spreading_out(step)
    shares = fit_shares(demand, 2)
    last = log_shares(demand)[-1]
    drift = float(shares.level @ last / (last @ last)) - 1.0
    assert 0.5 * 2 * step < drift < 2 * step or 2 * step < drift < 0.5 * 2 * step


def test_errors_are_freed_of_concentration() -> None:
    errors = fit_shares(spreading_out(0.02), 2).errors
    assert all(np.abs(maps).max() < 1e-10 for maps in errors)


def test_concentration_is_less_certain_farther_ahead() -> None:
    spreads = [fit_shares(panel(0.1, 0.1), h).concentration_spread for h in (1, 2, 4)]
    assert spreads == sorted(spreads)
    assert spreads[2] > 2 * spreads[0]


def test_equal_zones_have_no_concentration() -> None:
    shares = fit_shares(np.ones((5, 3)), 1)
    np.testing.assert_allclose(shares.level, 0.0)


def test_errors_grow_with_the_horizon_when_shares_drift() -> None:
    errors = fit_shares(panel(0.1, 0.0), 3).errors
    sizes = [float(np.mean(maps**2)) for maps in errors]
    assert sizes == sorted(sizes)
