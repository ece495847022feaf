"""Correlation matrices: accepted, repaired with a warning, or refused."""

from __future__ import annotations

import logging

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from robustev.core.errors import InputError
from robustev.scenarios.correlation import checked_correlation, correlate, nearest_correlation
from robustev.scenarios.sampling import draw


@pytest.mark.parametrize(
    ("matrix", "reason"),
    [
        ([[1.0, 0.5]], "not square"),
        ([[1.0, 0.5], [0.4, 1.0]], "not symmetric"),
        ([[1.0, 1.5], [1.5, 1.0]], "between -1 and 1"),
        ([[1.0, np.nan], [np.nan, 1.0]], "between -1 and 1"),
        ([[0.9, 0.5], [0.5, 1.0]], "expected 1, as on all of the diagonal"),
        (
            [[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]],
            "not positive semidefinite",
        ),
    ],
)
def test_what_is_no_correlation_matrix_is_refused(matrix: list[list[float]], reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        checked_correlation(np.array(matrix))


def test_a_slight_contradiction_is_repaired_and_reported(caplog: pytest.LogCaptureFixture) -> None:
    matrix = np.array([[1.0, 0.9, 0.55], [0.9, 1.0, 0.9], [0.55, 0.9, 1.0]])
    assert np.linalg.eigvalsh(matrix).min() < 0
    with caplog.at_level(logging.WARNING):
        checked = checked_correlation(matrix, "drivers")
    repaired = checked.matrix
    assert np.linalg.eigvalsh(repaired).min() > -1e-9
    assert np.abs(repaired - matrix).max() < 0.1
    assert "drivers: not positive semidefinite" in caplog.text
    assert "drivers: not positive semidefinite" in checked.repairs[0]


def test_every_faulty_entry_is_named_at_once() -> None:
    matrix = np.array([[1.0, 2.0, 0.1], [0.3, 0.5, 0.2], [0.4, 0.2, 1.0]])
    with pytest.raises(InputError) as caught:
        checked_correlation(matrix, "c.csv", ["a", "b", "c"])
    assert [(fault.row, fault.column, fault.found) for fault in caught.value.faults] == [
        ("a", "b", 2.0),
        ("b", "b", 0.5),
        ("a", "c", 0.1),
    ]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(-1, 1), min_size=6, max_size=6))
def test_the_nearest_matrix_is_a_correlation_matrix(entries: list[float]) -> None:
    matrix = np.eye(4)
    matrix[np.triu_indices(4, 1)] = entries
    matrix = matrix + matrix.T - np.eye(4)
    repaired = nearest_correlation(matrix)
    np.testing.assert_allclose(np.diag(repaired), 1.0)
    assert np.linalg.eigvalsh(repaired).min() > -1e-8


def test_the_copula_has_the_correlation_and_uniform_margins() -> None:
    target = np.array([[1.0, -0.7], [-0.7, 1.0]])
    uniform = correlate(draw("sobol", 4096, "ab", seed=0).leading, target)
    np.testing.assert_allclose(np.corrcoef(ndtri(uniform).T), target, atol=0.01)
    np.testing.assert_allclose(np.quantile(uniform, [0.1, 0.5, 0.9], axis=0)[:, 0],
                               [0.1, 0.5, 0.9], atol=0.01)  # fmt: skip


def test_the_identity_leaves_numbers_untouched() -> None:
    uniform = draw("sobol", 8, "abc", seed=0).leading
    assert correlate(uniform, np.eye(3)) is uniform
