"""Errors of shares: their size, tails and likeness in space are found again."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from robustev.core.arrays import FloatArray
from robustev.scenarios.field import exponential_field
from robustev.scenarios.sampling import draw
from robustev.scenarios.sources.history.residuals import (
    by_distance,
    correlogram,
    fit_correlogram,
    fit_residuals,
)

SIDE = np.arange(20.0)
POINTS = np.stack(np.meshgrid(SIDE, SIDE), axis=-1).reshape(-1, 2)


def maps(count: int, correlation_range: float, nugget: float, seed: int = 1) -> FloatArray:
    field = exponential_field(POINTS, correlation_range, nugget)
    return field.sample(draw("monte_carlo", count, (), seed=seed))


@pytest.mark.parametrize(("correlation_range", "nugget"), [(3.0, 0.0), (3.0, 0.5), (1.5, 0.3)])
def test_range_and_nugget_are_found_again(correlation_range: float, nugget: float) -> None:
    length, found = fit_correlogram(POINTS, maps(60, correlation_range, nugget))
    assert length == pytest.approx(correlation_range, rel=0.3)
    assert found == pytest.approx(nugget, abs=0.15)


def test_independent_errors_have_almost_no_smooth_part() -> None:
    noise = np.random.default_rng(0).standard_normal((30, len(POINTS)))
    length, nugget = fit_correlogram(POINTS, noise)
    assert (1 - nugget) * np.exp(-1.0 / length) < 0.05


def test_the_correlogram_falls_with_distance() -> None:
    where, value, pairs = correlogram(POINTS, maps(20, 4.0, 0.0))
    assert (np.diff(where) > 0).all()
    assert value[0] > value[-1] + 0.3
    assert (pairs > 0).all()


SHAPE = np.tile([1.0, -1.0], 200)


def test_sizes_at_known_horizons_are_those_observed() -> None:
    errors = (np.full((3, 1), 0.1) * SHAPE, np.full((2, 1), 0.2) * SHAPE)
    assert fit_residuals(errors, 1, POINTS).size == pytest.approx(0.1)
    assert fit_residuals(errors, 2, POINTS).size == pytest.approx(0.2)


def test_a_size_far_ahead_is_that_of_the_newest_year_grown_as_usual() -> None:
    yearly = np.array([[0.4], [0.1], [0.1], [0.1], [0.1], [0.1]])
    errors = (yearly * SHAPE, 1.5 * yearly[:-1] * SHAPE)
    assert fit_residuals(errors, 2, POINTS).size == pytest.approx(0.15, rel=0.01)


def test_the_scale_has_a_mean_square_of_one() -> None:
    model = fit_residuals((maps(4, 2.0, 0.5),), 1, POINTS)
    scale = model.scale(np.random.default_rng(0).standard_normal(200_000))
    assert np.mean(scale**2) == pytest.approx(1.0, abs=0.02)


def test_beyond_the_history_the_mean_square_error_grows_in_a_line() -> None:
    errors = tuple(np.sqrt(h) * 0.1 * maps(3, 2.0, 0.5) for h in (1, 2))
    two, four, six = (fit_residuals(errors, h, POINTS).size ** 2 for h in (2, 4, 6))
    assert six - four == pytest.approx(four - two, rel=0.2)


def test_newer_origins_weigh_more() -> None:
    shrinking = (np.array([0.3, 0.2, 0.1])[:, None] * SHAPE,)
    growing = (np.array([0.1, 0.2, 0.3])[:, None] * SHAPE,)
    assert fit_residuals(shrinking, 1, POINTS).size < fit_residuals(growing, 1, POINTS).size


def test_tails_are_as_heavy_as_they_were() -> None:
    heavy = stats.t(3).rvs((5, 400), random_state=np.random.default_rng(0))
    light = np.random.default_rng(0).standard_normal((5, 400))
    normal = np.linspace(-3, 3, 7)
    wide = fit_residuals((heavy,), 1, POINTS).marginal(normal.copy())
    narrow = fit_residuals((light,), 1, POINTS).marginal(normal.copy())
    assert wide[-1] > 1.3 * narrow[-1]
    np.testing.assert_allclose(wide, -wide[::-1], atol=1e-12)


def test_marginals_have_variance_one() -> None:
    model = fit_residuals((maps(5, 2.0, 0.5) ** 3,), 1, POINTS)
    values = model.marginal(np.random.default_rng(0).standard_normal(100_000))
    assert values.std() == pytest.approx(1.0, abs=0.05)


def test_years_that_differ_in_size_widen_the_scale() -> None:
    calm = fit_residuals((np.full((5, 1), 0.1) * SHAPE,), 1, POINTS)
    wild = fit_residuals((np.array([[0.05], [0.3], [0.1], [0.5], [0.02]]) * SHAPE,), 1, POINTS)
    assert calm.scale_spread < 0.25 < wild.scale_spread


def test_zones_that_are_all_far_apart_tell_nothing_about_neighbours() -> None:
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    where, value, pairs = by_distance(corners, np.eye(3))
    assert (len(where), len(value), len(pairs)) == (0, 0, 0)
