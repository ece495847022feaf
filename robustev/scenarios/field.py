"""Random maps: Gaussian fields whose correlation falls with distance.

A field is ``F_j = sum_m B_jm z_m + r_j e_j`` with independent standard normal ``z`` and ``e``. The
modes ``B`` hold the smooth part; the remainder ``r`` brings every zone to variance one, so the
marginals are exact whatever the number of modes.

The modes are a Cholesky factor, whose columns are unique, of the field at *anchors*: zones that lie
as far from each other as possible. (Eigenvectors would not do: on a regular grid eigenvalues
repeat, every basis of their spaces is as good as any other, and each processor finds its own, so
that one seed would mean other maps elsewhere.) What is factored first decides what a mode means:

* the first modes are the field's averages over the region against *patterns*, cosines of its
  coordinates: the level of the whole map, then its slopes along each axis, then coarse waves. They
  take the place of principal components, and explain nearly as much: the first ten 0.29 of the
  variance of a square whose range is 0.12 of its diagonal, where 0.35 is the most;
* the others are the field at one anchor after another, each the zone farthest from those before.

Patterns and anchors depend on coordinates alone, compared after rounding to whole numbers, with
ties going to the zone that comes first.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

from robustev.core.arrays import FloatArray, IntArray, frozen
from robustev.data.geometry import distances
from robustev.scenarios.sampling import RandomNumbers

MAX_MODES = 400
NUM_PATTERNS = 10  # constant, slopes, and waves up to the third order in the plane
UNEXPLAINED = 0.02  # share of smooth variance that may be left to the remainder
LEAST = 1e-10  # variance that counts as none; rounding is 1e-15
LEAST_PATTERN = 1e-6  # the same for patterns, which may depend on each other where zones are few
PATTERN_SHARE = (
    0.98  # of the averages' variance; wholly taken away, they would tie the anchors left
)
BITS = 20  # coordinates are compared as whole numbers of this many bits

BLOCK = 4096  # zones treated at a time

Kernel = Callable[[IntArray, IntArray], FloatArray]
"""Correlations of some zones with others, shape (some, others)."""


@dataclass(frozen=True, eq=False)
class GaussianField:
    """A random map with mean 0 and variance 1 in every zone.

    Parameters
    ----------
    modes
        Shape (zones, modes): ``B``, the widest patterns first.
    remainder
        Shape (zones,): ``r``, what the modes leave to independent noise.
    """

    modes: FloatArray
    remainder: FloatArray

    def __post_init__(self) -> None:
        if self.modes.flags.writeable:
            object.__setattr__(self, "modes", frozen(self.modes))
        object.__setattr__(self, "remainder", frozen(self.remainder))

    @property
    def num_modes(self) -> int:
        """Number of smooth modes."""
        return int(self.modes.shape[1])

    def sample(self, numbers: RandomNumbers, leading: Sequence[str] = ()) -> FloatArray:
        """Return one map per scenario, shape (scenarios, zones).

        The first modes take the leading numbers of the names ``leading``, at most one per mode, so
        that a Sobol sequence or Latin hypercube can spread them; the others have own streams.
        """
        scores = numbers.normals("modes", self.num_modes)
        for mode, name in enumerate(leading):
            scores[:, mode] = numbers.normal(name)
        maps = numbers.normals("noise", len(self.remainder))
        maps *= self.remainder
        maps += scores @ self.modes.T
        return maps

    def correlation(self) -> FloatArray:
        """Return the correlation matrix, shape (zones, zones)."""
        return np.asarray(self.modes @ self.modes.T + np.diag(self.remainder**2))


def exponential_field(
    points: FloatArray, correlation_range: float, nugget: float = 0.0
) -> GaussianField:
    """Return a field with correlation ``(1 - nugget) exp(-distance / range)`` between zones.

    ``points`` has shape (zones, dimensions) and shares its unit with ``correlation_range``.
    ``nugget`` is the share of variance that is independent from zone to zone: 0 is a wholly smooth
    map, 1 is independent noise. With more than 410 effective modes (a range that is short against
    the region) the rest of the smooth part is treated as independent.

    >>> field = exponential_field(np.array([[0.0], [1.0]]), correlation_range=1.0)
    >>> field.correlation().round(3).tolist()
    [[1.0, 0.368], [0.368, 1.0]]
    """
    if not correlation_range > 0:
        raise ValueError(f"correlation_range must be > 0, not {correlation_range}")
    if not 0 <= nugget <= 1:
        raise ValueError(f"nugget must be between 0 and 1, not {nugget}")
    if nugget == 1.0:
        return GaussianField(np.empty((len(points), 0)), np.ones(len(points)))

    def kernel(some: IntArray, others: IntArray) -> FloatArray:
        apart = distances(points[some], points[others])
        apart /= -correlation_range
        return np.exp(apart, out=apart)

    modes = _modes(kernel, points, min(len(points), MAX_MODES))
    modes *= np.sqrt(1.0 - nugget)
    return _completed(modes)


def field_of(correlation: FloatArray, points: FloatArray) -> GaussianField:
    """Return a field with the given correlation matrix, shape (zones, zones), kept in full.

    ``points``, shape (zones, dimensions), say only which modes come first.

    >>> given = np.array([[1.0, -0.5], [-0.5, 1.0]])
    >>> field_of(given, np.array([[0.0], [1.0]])).correlation().round(6).tolist()
    [[1.0, -0.5], [-0.5, 1.0]]
    """

    def kernel(some: IntArray, others: IntArray) -> FloatArray:
        return np.asarray(correlation[np.ix_(some, others)])

    return _completed(_modes(kernel, points, len(points)))


def _completed(modes: FloatArray) -> GaussianField:
    left = 1.0 - np.einsum("jm,jm->j", modes, modes)
    modes.flags.writeable = False
    left[left <= LEAST] = 0.0  # the root of a rounding error would be noise of its own
    return GaussianField(modes, np.sqrt(left))


def _modes(kernel: Kernel, points: FloatArray, most: int) -> FloatArray:
    """Return the modes of the field with the given kernel, shape (zones, modes)."""
    anchors, near = maximin_order(points, most)
    between = kernel(anchors, anchors)
    patterns = _patterns(points, anchors, near)
    root, kept = unique_cholesky(patterns.T @ between @ patterns, LEAST_PATTERN)
    averages = solve_triangular(root, patterns[:, kept].T, lower=True) * np.sqrt(PATTERN_SHARE)
    wide = between @ averages.T
    root, others = unique_cholesky(between - wide @ wide.T, LEAST)
    modes = np.empty((len(points), len(kept) + len(others)))
    for first in range(0, len(points), BLOCK):
        zones = np.arange(first, min(first + BLOCK, len(points)))
        alike = kernel(zones, anchors)
        here = alike @ averages.T
        left = alike[:, others] - here @ wide[others].T
        rest = solve_triangular(root, left.T, lower=True, overwrite_b=True, check_finite=False)
        modes[zones[0] : zones[-1] + 1] = np.hstack([here, rest.T])
    if len(anchors) == len(points):
        return modes
    unexplained = 1.0 - np.cumsum(np.einsum("jm,jm->m", modes, modes)) / len(points)
    enough = np.flatnonzero(unexplained <= UNEXPLAINED)
    return np.asarray(modes[:, : enough[0] + 1] if len(enough) else modes)


def maximin_order(points: FloatArray, count: int) -> tuple[IntArray, IntArray]:
    """Return positions of at most ``count`` points, each the farthest from those before it.

    Also returns how many points are nearest to each. The first is the one nearest to the middle of
    the box around all. Coordinates are rounded to whole numbers and their distances are exact, so
    that equal ones are equal on every machine; among equals the first in order is taken. Points
    that coincide after rounding are taken once.

    >>> order, near = maximin_order(np.array([[0.0], [1.0], [2.0], [4.0]]), 3)
    >>> order.tolist(), near.tolist()
    ([2, 0, 3], [2, 1, 1])
    """
    whole = _whole(points)
    double = 2 * whole - (whole.min(axis=0) + whole.max(axis=0))
    newest = int((double**2).sum(axis=1).argmin())
    nearest = np.full(len(points), np.iinfo(np.int64).max)
    owner = np.zeros(len(points), dtype=np.int64)
    chosen: list[int] = []
    while len(chosen) < count and nearest[newest] > 0:
        square = np.zeros(len(points), dtype=np.int64)
        for column in whole.T:
            square += (column - column[newest]) ** 2
        owner[square < nearest] = len(chosen)
        nearest = np.minimum(nearest, square)
        chosen.append(newest)
        newest = int(nearest.argmax())
    return np.array(chosen, dtype=np.int64), np.bincount(owner, minlength=len(chosen))


def _whole(points: FloatArray) -> IntArray:
    """Return coordinates in whole numbers: multiples of a power of two, some 1e-6 of the region."""
    width = float(np.ptp(points, axis=0).max())
    unit = 2.0 ** (int(np.frexp(width)[1]) - BITS) if width > 0 else 1.0
    whole = np.rint(points / unit).astype(np.int64)
    return np.asarray(np.ascontiguousarray((whole - whole.min(axis=0)).T).T)


def _patterns(points: FloatArray, anchors: IntArray, near: IntArray) -> FloatArray:
    """Return cosines over the region's box, low orders first, as weights of anchors.

    Shape (anchors, patterns). An anchor counts as often as it has zones near it.
    """
    here = points[anchors]
    low, width = points.min(axis=0), np.ptp(points, axis=0)
    place = (here - low) / np.where(width > 0, width, 1.0)
    axes = [d for d in range(points.shape[1]) if width[d] > 0]
    orders: list[tuple[int, ...]] = [()]
    for degree in range(1, NUM_PATTERNS):
        orders += itertools.islice(
            itertools.combinations_with_replacement(axes, degree), NUM_PATTERNS - len(orders)
        )
    columns = np.ones((len(orders), len(anchors)))
    for column, order in zip(columns, orders, strict=True):
        for axis in sorted(set(order)):
            column *= np.cos(np.pi * order.count(axis) * place[:, axis])
    return np.asarray((columns * near / near.sum()).T)


def unique_cholesky(matrix: FloatArray, least: float) -> tuple[FloatArray, IntArray]:
    """Return a lower Cholesky factor of a semidefinite matrix, and which rows and columns it kept.

    In the given order; a row that depends on those before it is left out: one whose variance they
    leave at no more than the share ``least``. The factor has shape (kept, kept).

    >>> root, kept = unique_cholesky(np.array([[4.0, 2.0, 2.0], [2, 1, 1], [2, 1, 2]]), 1e-9)
    >>> root.tolist(), kept.tolist()
    ([[2.0, 0.0], [1.0, 1.0]], [0, 2])
    """
    factor = np.zeros_like(matrix)
    kept: list[int] = []
    for row in range(len(matrix)):
        m = len(kept)
        known = factor[row, :m]
        left = float(matrix[row, row] - known @ known)
        if left > least * matrix[row, row]:
            column = matrix[row:, row] - factor[row:, :m] @ known
            factor[row:, m] = column / np.sqrt(left)
            kept.append(row)
    index = np.array(kept, dtype=np.int64)
    return factor[index, : len(index)], index
