"""Correlation matrices: checked, repaired where that is safe, and used as a Gaussian copula."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from robustev.core.arrays import FloatArray
from robustev.core.errors import FaultCollector, InputError

logger = logging.getLogger(__name__)

MAX_NAMED = 20  # faulty entries named one by one
LEAST = 1e-12  # eigenvalues below this are rounding errors
REPAIR_LIMIT = 0.1  # largest change of an entry that counts as a repair


@dataclass(frozen=True, eq=False)
class Correlation:
    """A correlation matrix, and what was repaired to make it one, in words."""

    matrix: FloatArray
    repairs: tuple[str, ...] = ()


def checked_correlation(
    matrix: FloatArray, label: str = "correlation", names: Sequence[str] | None = None
) -> Correlation:
    """Return ``matrix`` if it is a correlation matrix, or the nearest one if it nearly is.

    A matrix that is not positive semidefinite is replaced by the nearest correlation matrix
    (Higham, 2002); the largest change is reported. ``names`` are those of rows and columns.

    Raises
    ------
    InputError
        If the matrix is not square; with every entry outside [-1, 1], on the diagonal other than
        1, or not symmetric; or if the repair would change an entry by more than 0.1.

    >>> checked_correlation(np.array([[1.0, 0.5], [0.5, 1.0]])).matrix.tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    values = np.asarray(matrix, dtype=np.float64)
    if values.ndim != 2 or values.shape[0] != values.shape[1]:
        raise InputError(f"{label}: the matrix is not square, its shape is {values.shape}")
    _refuse_entries(values, label, names or [str(index) for index in range(len(values))])
    lowest = float(np.linalg.eigvalsh(values).min()) if len(values) else 0.0
    if lowest >= -1e-10:
        return Correlation(values)
    repaired = nearest_correlation(values)
    change = float(np.abs(repaired - values).max())
    if change > REPAIR_LIMIT:
        raise InputError(
            f"{label}: the matrix is not positive semidefinite (lowest eigenvalue {lowest:.3g}); "
            f"the nearest valid one differs by {change:.3g}, more than {REPAIR_LIMIT} in an entry"
        )
    repair = (
        f"{label}: not positive semidefinite (lowest eigenvalue {lowest:.3g}); replaced by the "
        f"nearest correlation matrix, largest change {change:.3g}"
    )
    logger.warning("%s", repair)
    return Correlation(repaired, (repair,))


def _refuse_entries(values: FloatArray, label: str, names: Sequence[str]) -> None:
    faults = FaultCollector(label)
    sound = np.abs(values) <= 1 + 1e-9
    uneven = np.triu(sound & sound.T & (np.abs(values - values.T) > 1e-8))
    diagonal = np.diag(np.abs(np.diag(values) - 1.0) > 1e-8) & sound
    for message, wrong, expected in (
        ("not a correlation", ~sound, "a number between -1 and 1"),
        ("a zone or driver with itself", diagonal, "1, as on all of the diagonal"),
        ("not symmetric", uneven, "what stands in the mirrored entry"),
    ):
        places = np.argwhere(wrong)
        for i, j in places[:MAX_NAMED]:
            faults.add(
                message, row=names[i], column=names[j], found=float(values[i, j]), expected=expected
            )
        if len(places) > MAX_NAMED:
            faults.add(f"{len(places) - MAX_NAMED} further entries: {message}")
    faults.raise_if_any()


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
    The symmetric square root is used: no dimension is favoured, and it is unique, also where
    eigenvalues repeat.
    """
    if np.array_equal(correlation, np.eye(len(correlation))):
        return uniform
    values, vectors = np.linalg.eigh(correlation)
    values[values <= LEAST] = 0.0  # the root of a rounding error would be no rounding error
    root = (vectors * np.sqrt(values)) @ vectors.T
    return np.asarray(ndtr(ndtri(uniform) @ root))
