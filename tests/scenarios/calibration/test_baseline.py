"""The straight line: extrapolated, never negative, with its best spread in hindsight."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.scenarios.calibration.baseline import linear_forecast

YEARS = (2010, 2011, 2012, 2013)


@pytest.mark.parametrize(("window", "expected"), [(None, 5.0), (2, 5.0)])
def test_a_line_goes_on(window: int | None, expected: float) -> None:
    demand = np.array([[1.0], [2.0], [3.0], [4.0]])
    assert linear_forecast(YEARS, demand, 1, window).mean[0] == pytest.approx(expected)


def test_a_window_forgets_the_distant_past() -> None:
    demand = np.array([[9.0], [1.0], [2.0], [3.0]])
    assert linear_forecast(YEARS, demand, 1, 3).mean[0] == pytest.approx(4.0)


def test_falling_demand_stops_at_zero() -> None:
    demand = np.array([[9.0], [6.0], [3.0], [0.0]])
    assert linear_forecast(YEARS, demand, 2).mean[0] == 0.0


def test_no_other_ratio_scores_better_in_hindsight() -> None:
    rng = np.random.default_rng(1)
    line = linear_forecast(YEARS, rng.random((4, 300)) + 1, 1)
    observed = rng.random(300) + 1
    best = line.best_ratio(observed)
    for ratio in best * np.array([0.5, 0.9, 1.1, 2.0]):
        assert line.crps(observed, best) <= line.crps(observed, float(ratio)) + 1e-9


def test_its_ensemble_has_mean_and_spread() -> None:
    line = linear_forecast(YEARS, np.array([[1.0], [2.0], [3.0], [4.0]]), 1)
    members = line.ensemble(20_000, np.random.default_rng(0), ratio=0.1)
    assert members.mean() == pytest.approx(5.0, abs=0.02)
    assert members.std() == pytest.approx(0.5, abs=0.02)
