"""Correlation matrices: checked, repaired where that is safe, and used as a Gaussian copula."""

from __future__ import annotations

import logging

import numpy as np
from scipy.special import ndtr, ndtri

from robustev.arrays import FloatArray
from robustev.errors import InputError

logger = logging.getLogger(__name__)

REPAIR_LIMIT = 0.1  # largest change of an entry that counts as a repair


def checked_correlation(matrix: FloatArray, label: str = "correlation") -> FloatArray:
    """Return ``matrix`` if it is a correlation matrix, or the nearest one if it nearly is.

    A matrix that is not positive semidefinite is replaced by the nearest correlation matrix
    (Higham, 2002) and the largest change is logged as a warning.

    Raises
    ------
    InputError
        If the matrix is not square, not symmetric, has entries outside [-1, 1] or a diagonal
        other than 1, or if the repair would change an entry by more than 0.1.

    >>> checked_correlation(np.array([[1.0, 0.5], [0.5, 1.0]])).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    values = np.asarray(matrix, dtype=np.float64)
    if values.ndim != 2 or values.shape[0] != values.shape[1]:
        raise InputError(f"{label}: the matrix is not square, its shape is {values.shape}")
    if not np.isfinite(values).all() or (np.abs(values) > 1 + 1e-9).any():
        raise InputError(f"{label}: entries must be numbers between -1 and 1")
    if not np.allclose(values, values.T, atol=1e-8):
        raise InputError(f"{label}: the matrix is not symmetric")
    if not np.allclose(np.diag(values), 1.0, atol=1e-8):
        raise InputError(f"{label}: the diagonal must be 1")
    lowest = float(np.linalg.eigvalsh(values).min()) if len(values) else 0.0
    if lowest >= -1e-10:
        return values
    repaired = nearest_correlation(values)
    change = float(np.abs(repaired - values).max())
    if change > REPAIR_LIMIT:
        raise InputError(
            f"{label}: the matrix is not positive semidefinite (lowest eigenvalue {lowest:.3g}); "
            f"the nearest valid one differs by {change:.3g}, more than {REPAIR_LIMIT} in an entry"
        )
    logger.warning(
        "%s: not positive semidefinite (lowest eigenvalue %.3g); "
        "replaced by the nearest correlation matrix, largest change %.3g",
        label, lowest, change,
    )  # fmt: skip
    return repaired


def nearest_correlation(matrix: FloatArray, iterations: int = 500) -> FloatArray:
    """Return the correlation matrix nearest to ``matrix`` in the Frobenius norm (Higham, 2002).

    Alternating projections onto positive semidefinite matrices and unit diagonals, with
    Dykstra's correction.
    """
    current, correction = np.array(matrix, dtype=np.float64), np.zeros_like(matrix)
    for _ in range(iterations):
        shifted = current - correction
        values, vectors = np.linalg.eigh((shifted + shifted.T) / 2)
        projected = (vectors * np.maximum(values, 0.0)) @ vectors.T
        correction = projected - shifted
        following = projected.copy()
        np.fill_diagonal(following, 1.0)
        if np.abs(following - current).max() < 1e-12:
            break
        current = following
    values, vectors = np.linalg.eigh((current + current.T) / 2)
    final = (vectors * np.maximum(values, 0.0)) @ vectors.T
    scale = np.sqrt(np.diag(final))
    return np.asarray(final / np.outer(scale, scale))


def correlate(uniform: FloatArray, correlation: FloatArray) -> FloatArray:
    """Return uniforms with Gaussian copula ``correlation``, from independent ones.

    ``uniform`` has shape (scenarios, dimensions). The identity leaves the numbers as they are.
    The symmetric square root is used, so no dimension is favoured.
    """
    if np.array_equal(correlation, np.eye(len(correlation))):
        return uniform
    values, vectors = np.linalg.eigh(correlation)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return np.asarray(ndtr(ndtri(uniform) @ root))
