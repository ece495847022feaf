"""Maps of share errors: how large, how they vary from year to year, how alike neighbours are.

Errors of zone j at horizon h are ``size_h scale_s z_js``; the mean square of ``scale`` is one, so
that ``size`` is their root mean square. ``z`` has the pooled distribution of past
standardised errors (so tails are as heavy as they were) and, in space, either a Gaussian field with
a fitted range (``gaussian``), or whole maps of past errors, two at a time (``bootstrap``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from robustev.core.arrays import FloatArray, first_least, frozen
from robustev.data.geometry import distances, extent

NUM_QUANTILES = 401
NUM_BINS = 16
LEAST_RANGE = 1e-3  # shortest correlation range, as a share of the region
GRIDS = (41, 13, 13, 13)  # points each way in ever finer grids: the range is found to 0.2 %
SAMPLE_ZONES = 1500
MEMORY = 0.3  # weight of an origin's size relative to the one after it
LEAST_SIZE = 1e-12  # errors are never quite zero
PRIOR_SCALE, PRIOR_YEARS = 0.25, 3.0  # years differ in size by some 25 %, a belief worth three


@dataclass(frozen=True, eq=False)
class ResidualModel:
    """The fitted distribution of share errors at one horizon.

    Parameters
    ----------
    size
        Root mean square error of log shares at the horizon.
    scale_spread
        Standard deviation of the logarithm of a year's ``scale``.
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

    def scale(self, normal: FloatArray) -> FloatArray:
        """Return how large a year's errors are relative to ``size``, from standard normals."""
        return np.asarray(np.exp(self.scale_spread * normal - self.scale_spread**2))

    def marginal(self, normal: FloatArray) -> FloatArray:
        """Return standardised errors from standard normal numbers, of the same shape."""
        position = ndtr(normal)
        position *= NUM_QUANTILES - 1
        return np.interp(position, np.arange(NUM_QUANTILES), self.quantiles)


def fit_residuals(
    errors: tuple[FloatArray, ...], horizon: int, points: FloatArray
) -> ResidualModel:
    """Return the residual model at ``horizon`` from rolling-origin ``errors`` (see `fit_shares`).

    ``points`` has shape (zones, dimensions).
    """
    sizes = [np.maximum(np.sqrt(np.mean(maps**2, axis=1)), LEAST_SIZE) for maps in errors]
    log_sizes = [np.log(size) for size in sizes]
    by_horizon = [maps / size[:, None] for maps, size in zip(errors, sizes, strict=True)]
    standard = np.concatenate(by_horizon)
    length, nugget = fit_correlogram(points, standard)
    return ResidualModel(
        size=_size_at(log_sizes, horizon),
        scale_spread=_scale_spread(log_sizes[0]),
        quantiles=_symmetric_quantiles(standard),
        correlation_range=length,
        nugget=nugget,
        maps=frozen(by_horizon[-1]),
    )


def _size_at(log_sizes: Sequence[FloatArray], horizon: int) -> float:
    """Return the root mean square error at the horizon: its usual growth on the newest size.

    ``log_sizes`` holds, for each horizon, the log size of every origin, oldest first. Shares
    settle as a market matures, so the level is that of the newest one-year errors; how mean
    squares grow with the horizon is averaged over all origins. Beyond those observed they grow in
    a straight line.
    """
    yearly = log_sizes[0]
    newest = np.average(yearly, weights=MEMORY ** np.arange(len(yearly) - 1, -1, -1))
    growth = [float(np.exp(2.0 * np.mean(logs - yearly[: len(logs)]))) for logs in log_sizes]
    reach = len(growth)
    if horizon > reach:
        # Half the one-year error is noise of the year and does not add up; the drift does.
        slope = 0.5 if reach == 1 else max((growth[-1] - 1.0) / (reach - 1), 0.25)
        growth.append(growth[-1] + slope * (horizon - reach))
    return float(np.exp(newest) * np.sqrt(growth[min(horizon, reach + 1) - 1]))


def _scale_spread(yearly: FloatArray) -> float:
    """Return how far the log size of a year lies from the one before it, shrunk to the prior."""
    steps = np.diff(yearly)
    squares = PRIOR_YEARS * PRIOR_SCALE**2 + float((steps**2).sum())
    return float(np.sqrt(squares / (PRIOR_YEARS + len(steps))))


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

    def misfit(lengths: FloatArray, smooth: FloatArray) -> FloatArray:
        """Return the weighted mean square, shape (lengths, smooth)."""
        alike = np.array([np.exp(-everywhere / length).mean() for length in lengths])
        mean = smooth * alike[:, None]
        mean += (1.0 - mean) / len(points)  # a zone is wholly like itself
        decay = np.exp(-separation / lengths[:, None])[:, None, :]
        model = (smooth[:, None] * decay - mean[..., None]) / (1.0 - mean[..., None])
        return np.asarray((product - model) ** 2 @ weight / weight.sum())

    length, smooth = _least_misfit(misfit, LEAST_RANGE * longest, longest)
    return length, 1.0 - smooth


def _least_misfit(
    misfit: Callable[[FloatArray, FloatArray], FloatArray], shortest: float, longest: float
) -> tuple[float, float]:
    """Return the range and smooth share of least misfit, by ever finer grids.

    A descent would end wherever the last bits of its arithmetic lead it, elsewhere on each
    processor; a grid has the same answer everywhere.
    """
    low, high = np.array([np.log(shortest), 0.0]), np.array([np.log(longest), 1.0])
    least, most = low, high
    for number in GRIDS:
        logs, shares = (np.linspace(a, b, number) for a, b in zip(least, most, strict=True))
        lengths = np.exp(logs)
        row, column = divmod(first_least(misfit(lengths, shares).ravel()), number)
        best = np.array([logs[row], shares[column]])
        step = np.array([logs[1] - logs[0], shares[1] - shares[0]])
        least, most = np.maximum(best - 1.5 * step, low), np.minimum(best + 1.5 * step, high)
    return float(np.exp(best[0])), float(best[1])


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
    rows, columns = np.triu_indices(len(points), 1)
    # On a grid many pairs are equally far apart; rounding keeps them together in one bin.
    unit = 1e-9 * extent(points)
    apart = unit * np.rint(distances(points, points)[rows, columns] / unit)
    near = apart <= extent(points) / 3 + unit
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
