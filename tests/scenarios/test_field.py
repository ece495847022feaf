"""Gaussian fields: exact variance, the asked-for correlation, few modes for many zones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robustev.data.geometry import distances
from robustev.scenarios.field import (
    MAX_MODES,
    NUM_PATTERNS,
    exponential_field,
    field_of,
    maximin_order,
)
from robustev.scenarios.sampling import draw

GRID = np.stack(np.meshgrid(np.arange(6.0), np.arange(6.0)), axis=-1).reshape(-1, 2)


def test_the_correlation_is_exponential_in_distance() -> None:
    field = exponential_field(GRID, correlation_range=2.0, nugget=0.25)
    expected = 0.75 * np.exp(-distances(GRID, GRID) / 2.0)
    np.fill_diagonal(expected, 1.0)
    np.testing.assert_allclose(field.correlation(), expected, atol=1e-8)


@settings(max_examples=25, deadline=None)
@given(
    points=st.lists(st.tuples(st.floats(0, 9), st.floats(0, 9)), min_size=2, max_size=25),
    correlation_range=st.floats(0.05, 50),
    nugget=st.floats(0, 1),
)
def test_every_zone_has_variance_one(
    points: list[tuple[float, float]], correlation_range: float, nugget: float
) -> None:
    field = exponential_field(np.array(points), correlation_range, nugget)
    np.testing.assert_allclose(np.diag(field.correlation()), 1.0, atol=1e-9)


def test_many_zones_are_carried_by_few_modes_with_little_error() -> None:
    side = np.arange(22.0)
    points = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    field = exponential_field(points, correlation_range=10.0)
    assert field.num_modes <= MAX_MODES + NUM_PATTERNS
    apart = distances(points[:50], points)
    error = (field.modes[:50] @ field.modes.T) - np.exp(-apart / 10.0)
    assert np.abs(error[apart > 0]).max() < 0.06


def test_samples_have_the_fields_correlation() -> None:
    field = exponential_field(GRID[:4], correlation_range=2.0)
    maps = field.sample(draw("monte_carlo", 4000, (), seed=1))
    np.testing.assert_allclose(np.corrcoef(maps.T), field.correlation(), atol=0.06)


def test_leading_numbers_steer_the_widest_patterns() -> None:
    field = exponential_field(GRID, correlation_range=20.0)
    numbers = draw("sobol", 256, ["widest"], seed=1)
    maps = field.sample(numbers, ["widest"])
    level = maps.mean(axis=1)
    steered = np.corrcoef(level, numbers.normal("widest"))[0, 1]
    assert abs(steered) > 0.9


def test_anchors_are_found_from_distances_alone() -> None:
    """Moving or mirroring the map, or scaling it by two, changes neither anchors nor modes."""
    points = np.random.default_rng(0).integers(0, 40, (30, 2)).astype(float)
    order, near = maximin_order(points, 12)
    moved, count = maximin_order(2.0 * points + 64.0, 12)
    np.testing.assert_array_equal(order, moved)
    np.testing.assert_array_equal(near, count)
    assert near.sum() == len(points)
    apart = distances(points[order], points[order])
    gaps = [apart[m, :m].min() for m in range(1, len(order))]
    assert gaps == sorted(gaps, reverse=True)


def test_the_leading_modes_explain_nearly_as_much_as_principal_components() -> None:
    field = exponential_field(GRID, correlation_range=2.0)
    explained = np.cumsum((field.modes**2).sum(axis=0))
    most = np.cumsum(np.linalg.eigvalsh(field.correlation())[::-1])
    assert (explained[:NUM_PATTERNS] > 0.8 * most[:NUM_PATTERNS]).all()


def test_zones_in_one_place_and_very_near_each_other_are_told_apart_or_not() -> None:
    points = np.array([[0.0, 0.0], [0.0, 0.0], [1e-12, 0.0], [1.0, 0.0]])
    alike = exponential_field(points, correlation_range=1.0).correlation()
    np.testing.assert_allclose(alike[:3, :3], 1.0, atol=1e-9)
    np.testing.assert_allclose(alike[:3, 3], np.exp(-1.0), atol=1e-9)


def test_a_given_matrix_is_kept_in_full() -> None:
    matrix = np.array([[1.0, -0.6, 0.0], [-0.6, 1.0, 0.3], [0.0, 0.3, 1.0]])
    np.testing.assert_allclose(field_of(matrix, GRID[:3]).correlation(), matrix, atol=1e-12)


@pytest.mark.parametrize(
    ("correlation_range", "nugget", "reason"),
    [
        (0.0, 0.0, "correlation_range must be > 0"),
        (float("nan"), 0.0, "correlation_range must be > 0"),
        (1.0, -0.1, "nugget must be between"),
        (1.0, 1.1, "nugget must be between"),
    ],
)
def test_impossible_fields_are_refused(
    correlation_range: float, nugget: float, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        exponential_field(GRID, correlation_range, nugget)
