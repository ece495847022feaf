"""How wrong forecasts of population are: size, tails and likeness of neighbours, as data."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field
from scipy import stats
from scipy.special import ndtr

from robustev.core.arrays import BoolArray, FloatArray, frozen
from robustev.core.settings import Settings
from robustev.scenarios.sources.history.residuals import fit_correlogram

TAILS = (3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 30.0)
"""Degrees of freedom that are tried; below 3 variances say little."""
GROWTH = 0.75
"""Errors grow with this power of the horizon: 1 where growth rates stay wrong, 1/2 where each
year's error is its own."""
LEAST_ZONES = 8
"""Fewer zones than this do not tell how alike neighbours are."""
PRIOR_RANGE_SHARE, PRIOR_NUGGET = 0.1, 0.5


class ErrorModel(Settings):
    """Errors of log population after ``years`` years: of the whole region, and of each zone.

    A zone's error is ``spread`` times a Student t of variance one with ``tail`` degrees of
    freedom; neighbours are tied by ``(1 - nugget) exp(-d / range)``. Both grow with the horizon
    to the power 0.75.
    """

    spread: float = Field(gt=0)
    """Standard deviation of a zone's error, beyond what the region has in common."""
    total_spread: float = Field(ge=0)
    """Standard deviation of the error that all zones have in common."""
    years: float = Field(gt=0)
    """Horizon at which both hold."""
    range: float = Field(gt=0)
    """Distance over which errors are alike: km, or the unit of planar coordinates."""
    nugget: float = Field(ge=0, le=1)
    """Share of a zone's variance that is its own."""
    tail: float = Field(30.0, ge=3)
    """Degrees of freedom of the Student distribution."""

    def factor(self, horizon: float) -> float:
        """Return how large errors are after ``horizon`` years, relative to ``years``."""
        return float((horizon / self.years) ** GROWTH)

    def marginal(self, normal: FloatArray) -> FloatArray:
        """Return errors of variance one with the model's tails, from standard normal numbers."""
        scale = np.sqrt((self.tail - 2.0) / self.tail)
        return np.asarray(stats.t.ppf(ndtr(normal), self.tail) * scale)


Errors = Literal["field", "bootstrap", "independent"]
"""How maps of zones' errors are made: a fitted field, whole past maps, or each zone by itself."""


def fit_tail(errors: FloatArray) -> tuple[float, float]:
    """Return standard deviation and degrees of freedom of a Student t by maximum likelihood.

    The tails are searched on a grid, the scale by a fixed number of EM steps, so that the answer
    is the same on every machine. Outliers weigh little, unlike in a plain standard deviation.
    """
    best = (-np.inf, 0.0, TAILS[-1])
    for tail in TAILS:
        scale = max(float(np.median(np.abs(errors))) / 0.7, 1e-9)
        for _ in range(40):
            weight = (tail + 1.0) / (tail + (errors / scale) ** 2)
            scale = max(float(np.sqrt(np.mean(weight * errors**2))), 1e-9)
        likelihood = float(stats.t.logpdf(errors / scale, tail).sum()) - len(errors) * np.log(scale)
        if likelihood > best[0] + 1e-9:
            best = (likelihood, scale * np.sqrt(tail / (tail - 2.0)), tail)
    return float(best[1]), float(best[2])


def fit_range(points: FloatArray, errors: FloatArray, use: BoolArray) -> tuple[float, float]:
    """Return range and nugget of one map of errors, shape (zones,), at ``points``."""
    here = points[use]
    width = float(np.hypot.reduce(np.ptp(points, axis=0))) or 1.0
    if use.sum() < LEAST_ZONES:
        return PRIOR_RANGE_SHARE * width, PRIOR_NUGGET
    values = errors[use]
    ranks = stats.rankdata(values) / (len(values) + 1.0)  # outliers would make neighbours unlike
    return fit_correlogram(here, stats.norm.ppf(ranks)[None, :])


def standardised(maps: FloatArray) -> FloatArray:
    """Return maps, shape (maps, zones), each with mean 0 and mean square 1."""
    centred = maps - maps.mean(axis=1, keepdims=True)
    size = np.sqrt(np.mean(centred**2, axis=1, keepdims=True))
    return frozen(centred / np.maximum(size, 1e-12))
