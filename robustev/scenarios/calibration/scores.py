"""Scores of an ensemble forecast against what happened. Lower is better for all of them.

Ensembles have shape (members, places), observations (places,). The scores are those of the
``scoringrules`` library; energy and variogram score are computed here by the same formulas, as
thousands of places and members take the library minutes and gigabytes.
"""

from __future__ import annotations

import numpy as np
import scoringrules

from robustev.core.arrays import FloatArray, IntArray
from robustev.data.geometry import distances_within

VARIOGRAM_PLACES = 256


def crps(ensemble: FloatArray, observed: FloatArray) -> float:
    """Return the continuous ranked probability score, averaged over places, in demand units.

    For one member it is the absolute error (Gneiting and Raftery, 2007).

    >>> crps(np.array([[1.0, 5.0]]), np.array([2.0, 5.0]))
    0.5
    """
    return float(np.mean(scoringrules.crps_ensemble(observed, ensemble, m_axis=0)))


def crps_gaussian(mean: FloatArray, spread: FloatArray, observed: FloatArray) -> float:
    """Return the CRPS of normal forecasts, averaged over places; a spread of 0 is allowed."""
    positive = np.maximum(spread, 1e-9)
    return float(np.mean(scoringrules.crps_normal(observed, mean, positive)))


def energy_score(ensemble: FloatArray, observed: FloatArray) -> float:
    """Return the energy score of the whole map, in demand units (Gneiting et al., 2008).

    The *fair* estimator, which does not depend on the number of members (Ferro, 2014):
    the mean distance to what came, less half the mean distance between different members.

    >>> energy_score(np.array([[3.0, 4.0]]), np.array([0.0, 0.0]))
    5.0
    """
    error = float(np.linalg.norm(ensemble - observed, axis=1).mean())
    pairs = len(ensemble) * (len(ensemble) - 1)
    return error - float(distances_within(ensemble).sum()) / max(2 * pairs, 1)


def variogram_score(ensemble: FloatArray, observed: FloatArray) -> float:
    """Return the variogram score of order 0.5, per pair of places (Scheuerer and Hamill, 2015).

    It tells whether differences between places are right, and so whether they move together.
    At most 256 places, evenly picked, take part.
    """
    chosen = slice(None, None, max(1, -(-len(observed) // VARIOGRAM_PLACES)))
    came = _root_differences(observed[chosen])
    expected = np.zeros_like(came)
    for member in ensemble[:, chosen]:
        expected += _root_differences(member)
    expected /= len(ensemble)
    places = len(came)
    return float(((came - expected) ** 2).sum()) / max(places * (places - 1), 1)


def _root_differences(values: FloatArray) -> FloatArray:
    return np.asarray(np.sqrt(np.abs(np.subtract.outer(values, values))))


def pit(ensemble: FloatArray, observed: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return the probability integral transform of every place, shape (places,).

    The share of members below the observation, ties and the observation's own rank broken at
    random: uniform on (0, 1) when the forecast is calibrated.
    """
    below = (ensemble < observed).sum(axis=0)
    equal = (ensemble == observed).sum(axis=0)
    return np.asarray((below + rng.random(len(observed)) * (equal + 1)) / (len(ensemble) + 1))


def coverage(ensemble: FloatArray, observed: FloatArray, level: float) -> float:
    """Return the share of places whose observation lies in the central interval of ``level``.

    Places where the forecast is certain and right (always zero, say) count as covered.

    >>> coverage(np.array([[0.0], [1.0], [2.0]]), np.array([1.5]), 0.9)
    1.0
    """
    low, high = np.quantile(ensemble, [0.5 - level / 2, 0.5 + level / 2], axis=0)
    return float(np.mean((low <= observed) & (observed <= high)))


def coverage_if_right(ensemble: FloatArray, level: float) -> tuple[float, float]:
    """Return between what coverage falls in nine of ten cases if the forecast is right.

    Every member in turn is taken for what came. Places share much of their error, so that the
    coverage of one map is far from ``level`` however right the forecast: with one place it is 0
    or 1, and with many that err together it is hardly better.

    >>> together = np.repeat(np.arange(100.0)[:, None], 50, axis=1)
    >>> coverage_if_right(together, 0.9)
    (0.0, 1.0)
    """
    low, high = np.quantile(ensemble, [0.5 - level / 2, 0.5 + level / 2], axis=0)
    covered = ((low <= ensemble) & (ensemble <= high)).mean(axis=1)
    least, most = np.quantile(covered, [0.05, 0.95])
    return float(least), float(most)


def pit_slope(values: FloatArray, num_bins: int = 10) -> float:
    """Return the slope of the PIT histogram: 0 is flat, +-1 empty at one end, double at the other.

    Positive means that observations come out above the forecast too often.
    """
    density = np.histogram(values, bins=num_bins, range=(0.0, 1.0))[0] / len(values) * num_bins
    middles = (np.arange(num_bins) + 0.5) / num_bins
    return float(np.polyfit(middles, density, 1)[0] / 2)


def block_labels(points: FloatArray, per_side: int = 8) -> IntArray:
    """Return the block of every zone: the box around all zones cut into equal cells.

    ``points`` has shape (zones, dimensions); the first two dimensions are cut.
    """
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    width = np.where(high > low, high - low, 1.0)
    cell = np.minimum(((points[:, :2] - low) / width * per_side).astype(np.int64), per_side - 1)
    label = cell @ np.array([1, per_side])[: cell.shape[1]]
    return np.asarray(np.unique(label, return_inverse=True)[1], dtype=np.int64)


def block_sums(demand: FloatArray, labels: IntArray) -> FloatArray:
    """Return demand added up by block, shape (..., blocks), from shape (..., zones)."""
    member = np.zeros((len(labels), int(labels.max()) + 1))
    member[np.arange(len(labels)), labels] = 1.0
    return np.asarray(demand @ member)
