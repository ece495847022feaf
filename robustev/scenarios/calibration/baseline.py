"""The forecast to beat: a straight line through each zone's past, with a normal error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from robustev.core.arrays import FloatArray
from robustev.scenarios.calibration.scores import crps_gaussian

MAX_RATIO = 10.0


@dataclass(frozen=True, eq=False)
class LinearForecast:
    """Normal forecasts by zone: mean and spread, each of shape (zones,)."""

    mean: FloatArray
    spread: FloatArray

    def crps(self, observed: FloatArray, ratio: float = 1.0) -> float:
        """Return the mean CRPS with every spread multiplied by ``ratio``."""
        return crps_gaussian(self.mean, ratio * self.spread, observed)

    def best_ratio(self, observed: FloatArray) -> float:
        """Return the ratio that scores best *in hindsight*: the best this baseline can ever do."""
        found = minimize_scalar(
            lambda log: self.crps(observed, float(np.exp(log))),
            bounds=(-5.0, np.log(MAX_RATIO)),
            method="bounded",
        )
        return float(np.exp(found.x))

    def ensemble(self, members: int, rng: np.random.Generator, ratio: float = 1.0) -> FloatArray:
        """Return independent draws, cut off at zero, shape (members, zones)."""
        noise = rng.standard_normal((members, len(self.mean)))
        return np.maximum(self.mean + ratio * self.spread * noise, 0.0)


def linear_forecast(
    years: tuple[int, ...], demand: FloatArray, horizon: int, window: int | None = None
) -> LinearForecast:
    """Return least-squares lines through the last ``window`` years (all if None), extrapolated.

    ``demand`` has shape (years, zones). The spread is proportional to the forecast, which fits
    demand better than the residuals of so few years; its ratio is to be set by scores.

    >>> forecast = linear_forecast((1, 2, 3), np.array([[1.0], [2.0], [3.0]]), horizon=2)
    >>> forecast.mean.round(6).tolist()
    [5.0]
    """
    kept = demand[-window:] if window else demand
    time = np.array(years[-len(kept) :], dtype=np.float64)
    slope, level = np.polyfit(time - time[-1], kept, 1)
    mean = np.maximum(level + slope * horizon, 0.0)
    return LinearForecast(mean, mean)
