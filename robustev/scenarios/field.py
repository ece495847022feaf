"""Random maps: Gaussian fields whose correlation falls with distance.

A field is ``F_j = sum_m B_jm z_m + r_j e_j`` with independent standard normal ``z`` and ``e``. The
modes ``B`` hold the smooth part, strongest first; the remainder ``r`` brings every zone to variance
one, so the marginals are exact whatever the number of modes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import FloatArray, frozen
from robustev.data.geometry import distances
from robustev.scenarios.sampling import Draws, Use

MAX_MODES = 400
UNEXPLAINED = 0.02  # share of smooth variance that may be left to the remainder


@dataclass(frozen=True, eq=False)
class GaussianField:
    """A random map with mean 0 and variance 1 in every zone.

    Parameters
    ----------
    modes
        Shape (zones, modes): ``B``, columns in order of falling variance.
    remainder
        Shape (zones,): ``r``, what the modes leave to independent noise.
    """

    modes: FloatArray
    remainder: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "modes", frozen(self.modes))
        object.__setattr__(self, "remainder", frozen(self.remainder))

    @property
    def num_modes(self) -> int:
        """Number of smooth modes."""
        return int(self.modes.shape[1])

    def sample(self, draws: Draws, leading: slice = slice(0, 0)) -> FloatArray:
        """Return one map per scenario, shape (scenarios, zones).

        The leading modes take their numbers from the columns ``leading`` of ``draws.leading``, so
        that a Sobol sequence or Latin hypercube can spread them; the others from own streams.
        """
        scores = draws.normals(Use.MODES, self.num_modes)
        first = draws.leading_normals(leading)[:, : self.num_modes]
        scores[:, : first.shape[1]] = first
        maps = draws.normals(Use.NOISE, len(self.remainder))
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
    map, 1 is independent noise. With more than 400 effective modes (a range that is short against
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
    return _from_factor(np.sqrt(1.0 - nugget) * _pivoted_cholesky(points, correlation_range))


def field_of(correlation: FloatArray) -> GaussianField:
    """Return a field with the given correlation matrix, shape (zones, zones), kept in full.

    >>> field_of(np.array([[1.0, -0.5], [-0.5, 1.0]])).correlation().round(6).tolist()
    [[1.0, -0.5], [-0.5, 1.0]]
    """
    values, vectors = np.linalg.eigh(correlation)
    return _from_factor(vectors * np.sqrt(np.maximum(values, 0.0)))


def _from_factor(factor: FloatArray) -> GaussianField:
    left, strength, _ = np.linalg.svd(factor, full_matrices=False)
    modes = left * strength
    # The sign of a singular vector is arbitrary; fix it so that every machine agrees.
    modes *= np.where(modes[np.abs(modes).argmax(axis=0), np.arange(modes.shape[1])] < 0, -1, 1)
    return GaussianField(modes, np.sqrt(np.clip(1.0 - (modes**2).sum(axis=1), 0.0, 1.0)))


def _pivoted_cholesky(points: FloatArray, correlation_range: float) -> FloatArray:
    """Return a low-rank factor of the exponential kernel, without ever forming the whole matrix."""
    count = len(points)
    left = np.ones(count)  # variance not yet explained
    factor = np.zeros((count, min(count, MAX_MODES)))
    for m in range(factor.shape[1]):
        pivot = int(left.argmax())
        enough = count > MAX_MODES and left.sum() <= UNEXPLAINED * count
        if enough or left[pivot] <= 1e-10:
            return factor[:, :m]
        kernel = np.exp(-distances(points, points[pivot : pivot + 1])[:, 0] / correlation_range)
        column = kernel - factor[:, :m] @ factor[pivot, :m]
        factor[:, m] = column / np.sqrt(left[pivot])
        left = np.maximum(left - factor[:, m] ** 2, 0.0)
    return factor
