"""Maps of share errors: how large, how they vary from year to year, how alike neighbours are.

Errors of zone j at horizon h are ``size_h scale_s z_js``. ``z`` has the pooled distribution of past
standardised errors (so tails are as heavy as they were) and, in space, either a Gaussian field with
a fitted range (``gaussian``), or whole maps of past errors, two at a time (``bootstrap``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtr, ndtri

from robustev.arrays import FloatArray, frozen
from robustev.forecast.geometry import distances, extent

NUM_QUANTILES = 401
NUM_BINS = 16
SAMPLE_ZONES = 1500
MEMORY = 0.8  # weight of an origin relative to the one after it
PRIOR_SCALE, PRIOR_YEARS = 0.25, 3.0  # years differ in size by some 25 %, a belief worth three


@dataclass(frozen=True, eq=False)
class ResidualModel:
    """The fitted distribution of share errors at one horizon.

    Parameters
    ----------
    size
        Root mean square error of log shares at the horizon.
    scale_spread
        Standard deviation of the logarithm of a year's size relative to ``size``.
    quantiles
        Shape (401,): quantiles of standardised errors at evenly spaced levels, symmetric about 0.
    correlation_range, nugget
        The fitted Gaussian field, in the unit of the zones' points.
    maps
        Shape (maps, zones): standardised past maps, for the bootstrap.
    """

    size: float
    scale_spread: float
    quantiles: FloatArray
    correlation_range: float
    nugget: float
    maps: FloatArray

    def marginal(self, normal: FloatArray) -> FloatArray:
        """Return standardised errors from standard normal numbers, of the same shape."""
        position = ndtr(normal)
        position *= NUM_QUANTILES - 1
        return np.interp(position, np.arange(NUM_QUANTILES), self.quantiles)


def fit_residuals(
    errors: tuple[FloatArray, ...], horizon: int, points: FloatArray
) -> ResidualModel:
    """Return the residual model at ``horizon`` from rolling-origin ``errors`` (see `fit_shares`).

    ``points`` has shape (zones, dimensions). Beyond the horizons that the history reaches, the
    mean square error grows in a straight line.
    """
    size = _size_at(errors, horizon)
    nearest = errors[min(horizon, len(errors)) - 1]
    pooled = [row / max(float(np.sqrt(np.mean(row**2))), 1e-12) for maps in errors for row in maps]
    standard = np.array(pooled)
    length, nugget = fit_correlogram(points, standard)
    return ResidualModel(
        size=size,
        scale_spread=_scale_spread(errors),
        quantiles=_symmetric_quantiles(standard),
        correlation_range=length,
        nugget=nugget,
        maps=frozen([row / max(float(np.sqrt(np.mean(row**2))), 1e-12) for row in nearest]),
    )


def _size_at(errors: tuple[FloatArray, ...], horizon: int) -> float:
    """Return the root mean square error at the horizon: a line through those observed."""
    reach = np.arange(1, len(errors) + 1)
    mean_square = np.array([_recent_mean(np.mean(maps**2, axis=1)) for maps in errors])
    if horizon <= len(errors) and len(errors[horizon - 1]) >= 2:
        return float(np.sqrt(mean_square[horizon - 1]))
    # Half the one-year error is noise of the year and does not add up; the drift does.
    slope = mean_square[0] / 2
    if len(errors) > 1:
        slope = max(float(np.polyfit(reach, mean_square, 1)[0]), slope / 2)
    return float(np.sqrt(mean_square[0] + slope * (horizon - 1)))


def _recent_mean(values: FloatArray) -> float:
    """Return the mean over origins, oldest first, each weighing 0.8 of the one after it.

    Shares settle as a market matures, so the newest errors say most.
    """
    weight = MEMORY ** np.arange(len(values) - 1, -1, -1)
    return float(np.average(values, weights=weight))


def _scale_spread(errors: tuple[FloatArray, ...]) -> float:
    logs = 0.5 * np.log(np.maximum(np.mean(errors[0] ** 2, axis=1), 1e-300))
    squares = float(((logs - logs.mean()) ** 2).sum())
    return float(np.sqrt((PRIOR_YEARS * PRIOR_SCALE**2 + squares) / (PRIOR_YEARS + len(logs) - 1)))


def _symmetric_quantiles(standard: FloatArray) -> FloatArray:
    """Return pooled quantiles made symmetric and scaled to variance one."""
    levels = (np.arange(NUM_QUANTILES) + 0.5) / NUM_QUANTILES
    values = np.quantile(standard, levels)
    values = 0.5 * (values - values[::-1])
    left, right = values[:-1], values[1:]  # the mean square of a line is (a2 + ab + b2) / 3
    mean_square = float(np.mean((left**2 + left * right + right**2) / 3.0))
    return frozen(values / max(np.sqrt(mean_square), 1e-12))


def fit_correlogram(points: FloatArray, maps: FloatArray) -> tuple[float, float]:
    """Return the range and nugget of ``(1 - nugget) exp(-d / range)`` fitted to standardised maps.

    ``maps`` has shape (maps, zones). Products of pairs of zones are averaged over maps in bins of
    distance, up to a third of the region, and fitted by least squares weighted with the number
    of pairs (Cressie, 1985). Maps are centred, which lowers every correlation by the mean ``m``
    over the region: the fit is to ``(c - m) / (1 - m)``. At most 1500 zones, evenly picked, take
    part.
    """
    step = max(1, len(points) // SAMPLE_ZONES)
    chosen = np.arange(0, len(points), step)
    separation, product, weight = correlogram(points[chosen], maps[:, chosen])
    longest = extent(points)
    if len(separation) < 3:
        return 0.1 * longest, 0.5
    some = points[:: max(1, len(points) // 400)]
    everywhere = distances(some, some)[np.triu_indices(len(some), 1)]

    def length_of(parameter: float) -> float:
        return float(np.exp(np.clip(parameter, np.log(1e-3 * longest), np.log(longest))))

    def misfit(parameters: FloatArray) -> float:
        smooth, length = 1.0 - ndtr(parameters[1]), length_of(parameters[0])
        mean = smooth * float(np.exp(-everywhere / length).mean())
        mean += (1.0 - mean) / len(points)  # a zone is wholly like itself
        model = (smooth * np.exp(-separation / length) - mean) / (1.0 - mean)
        return float(np.sum(weight * (product - model) ** 2) / weight.sum())

    start = np.array([np.log(np.median(separation)), 0.0])
    best = minimize(misfit, start, method="Nelder-Mead").x
    return length_of(best[0]), float(ndtr(best[1]))


def correlogram(
    points: FloatArray, maps: FloatArray, num_bins: int = NUM_BINS
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return mean distance, correlation and number of pairs of zones, in bins of distance.

    ``maps`` has shape (maps, zones); the correlation is over maps and pairs together, each map
    centred and scaled.
    """
    centred = maps - maps.mean(axis=1, keepdims=True)
    centred = centred / np.maximum(centred.std(axis=1, keepdims=True), 1e-12)
    return by_distance(points, centred.T @ centred / len(maps), num_bins)


def by_distance(
    points: FloatArray, matrix: FloatArray, num_bins: int = NUM_BINS
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return mean distance, mean entry of ``matrix`` and number of pairs, in bins of distance.

    ``matrix`` has shape (zones, zones). Pairs up to a third of the region apart take part;
    where no pair is that close, all three are empty.
    """
    apart = distances(points, points)
    rows, columns = np.triu_indices(len(points), 1)
    apart = apart[rows, columns]
    near = apart <= extent(points) / 3
    if not near.any():
        return np.empty(0), np.empty(0), np.empty(0)
    edges = np.quantile(apart[near], np.linspace(0, 1, num_bins + 1) ** 1.5)
    product = matrix[rows, columns]
    label = np.clip(np.searchsorted(edges, apart, side="right") - 1, 0, num_bins - 1)
    count = np.bincount(label[near], minlength=num_bins).astype(np.float64)
    full = count > 0
    mean = np.bincount(label[near], product[near], num_bins)[full] / count[full]
    where = np.bincount(label[near], apart[near], num_bins)[full] / count[full]
    return where, mean, count[full]


def normal_scores(values: FloatArray) -> FloatArray:
    """Return ``values`` replaced by the standard normal numbers of the same rank."""
    ranks = values.argsort(axis=-1).argsort(axis=-1)
    return np.asarray(ndtri((ranks + 0.5) / values.shape[-1]))
