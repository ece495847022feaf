"""Scores: their textbook values, and that the right forecast scores best."""

from __future__ import annotations

import numpy as np
import pytest
import scoringrules

from robustev.scenarios.calibration import scores

RNG = np.random.default_rng(5)


def test_the_energy_score_is_the_librarys() -> None:
    ensemble, observed = RNG.random((20, 50)), RNG.random(50)
    expected = scoringrules.es_ensemble(observed, ensemble, m_axis=0, v_axis=1, estimator="fair")
    assert scores.energy_score(ensemble, observed) == pytest.approx(float(expected), rel=1e-10)


def test_the_energy_score_does_not_depend_on_the_number_of_members() -> None:
    truth = RNG.standard_normal(6)
    few = np.mean([scores.energy_score(RNG.standard_normal((4, 6)), truth) for _ in range(4000)])
    many = scores.energy_score(RNG.standard_normal((2000, 6)), truth)
    assert few == pytest.approx(many, rel=0.02)


def test_with_one_place_the_energy_score_is_the_crps() -> None:
    ensemble, observed = RNG.random((30, 1)), RNG.random(1)
    crps = scoringrules.crps_ensemble(observed, ensemble, m_axis=0, estimator="fair")
    assert scores.energy_score(ensemble, observed) == pytest.approx(float(crps[0]))


def test_the_crps_of_a_point_forecast_is_its_absolute_error() -> None:
    assert scores.crps(np.array([[3.0, 4.0]]), np.array([1.0, 5.0])) == 1.5


def test_a_certain_and_right_gaussian_scores_zero() -> None:
    ones = np.ones(4)
    assert scores.crps_gaussian(ones, np.zeros(4), ones) == pytest.approx(0.0, abs=1e-8)


def test_the_variogram_score_is_the_librarys() -> None:
    ensemble, observed = RNG.random((20, 50)), RNG.random(50)
    expected = float(scoringrules.vs_ensemble(observed, ensemble, m_axis=0, v_axis=1)) / (50 * 49)
    assert scores.variogram_score(ensemble, observed) == pytest.approx(expected, rel=1e-10)


def test_the_variogram_score_tells_whether_places_move_together() -> None:
    common = RNG.standard_normal((200, 1)) + 0.1 * RNG.standard_normal((200, 12))
    apart = np.stack([RNG.permutation(column) for column in common.T], axis=1)
    truth = RNG.standard_normal() + 0.1 * RNG.standard_normal(12)
    assert scores.variogram_score(common, truth) < scores.variogram_score(apart, truth)


def test_large_maps_are_thinned_for_the_variogram_score() -> None:
    ensemble, observed = RNG.random((5, 1000)), RNG.random(1000)
    thin = scores.variogram_score(ensemble[:, ::4], observed[::4])
    assert scores.variogram_score(ensemble, observed) == pytest.approx(thin)


def test_the_pit_of_a_calibrated_forecast_is_flat() -> None:
    ensemble, observed = RNG.standard_normal((99, 5000)), RNG.standard_normal(5000)
    values = scores.pit(ensemble, observed, RNG)
    counts = np.histogram(values, 10, (0, 1))[0]
    assert counts.min() > 400
    assert abs(scores.pit_slope(values)) < 0.1


def test_ties_are_broken_at_random() -> None:
    values = scores.pit(np.zeros((9, 2000)), np.zeros(2000), RNG)
    assert values.mean() == pytest.approx(0.5, abs=0.03)


def test_the_slope_is_positive_when_the_forecast_is_too_low() -> None:
    assert scores.pit_slope(np.sqrt(RNG.random(5000))) == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("level", [0.5, 0.9])
def test_coverage_of_a_calibrated_forecast_is_its_level(level: float) -> None:
    ensemble, observed = RNG.standard_normal((400, 4000)), RNG.standard_normal(4000)
    assert scores.coverage(ensemble, observed, level) == pytest.approx(level, abs=0.02)


def test_coverage_of_a_right_forecast_varies_only_where_places_err_together() -> None:
    apart, common = RNG.standard_normal((400, 1000)), RNG.standard_normal((400, 1))
    low, high = scores.coverage_if_right(apart, 0.9)
    assert 0.87 < low < 0.9 < high < 0.93
    low, high = scores.coverage_if_right(0.3 * apart + common, 0.9)
    assert low < 0.6
    assert high > 0.99


def test_blocks_are_equal_cells_of_the_map() -> None:
    side = np.arange(8.0)
    points = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    labels = scores.block_labels(points, per_side=4)
    assert np.bincount(labels).tolist() == [4] * 16
    assert labels[0] == labels[1] == labels[8]


def test_block_sums_keep_the_total() -> None:
    labels = np.array([0, 0, 1])
    np.testing.assert_allclose(scores.block_sums(np.array([[1.0, 2.0, 4.0]]), labels), [[3.0, 4.0]])
