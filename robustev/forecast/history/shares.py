"""How the total is split over zones: log shares that drift, seen through noise.

The log share of a zone is a level that wanders plus noise of the year. Its forecast is the level
found by exponential smoothing, ``l_t = l_{t-1} + gain (y_t - l_{t-1})``, with one gain for all
zones: nine maps cannot carry a parameter per zone. There is no trend in shares: on short panels
one year's shift is more often followed by a step back than by another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robustev.arrays import FloatArray

GAINS = np.linspace(0.3, 1.0, 29)
PRIOR_GAIN, PRIOR_STRENGTH = 0.7, 0.1  # pulls the gain to 0.7 when the history says little


@dataclass(frozen=True, eq=False)
class ShareForecast:
    """Log shares at the end of the history, and the errors that such forecasts made within it.

    Parameters
    ----------
    level
        Shape (zones,): forecast log share, up to a constant.
    gain
        Weight of the newest year.
    errors
        For each horizon 1, 2, ...: shape (origins, zones), the log share that came minus the one
        that was forecast, with mean zero over zones.
    """

    level: FloatArray
    gain: float
    errors: tuple[FloatArray, ...]


def log_shares(demand: FloatArray) -> FloatArray:
    """Return log shares with mean zero over zones, shape (years, zones), of positive ``demand``.

    >>> log_shares(np.array([[1.0, 1.0], [1.0, np.e]])).round(2).tolist()
    [[0.0, 0.0], [-0.5, 0.5]]
    """
    logs = np.log(demand)
    return np.asarray(logs - logs.mean(axis=1, keepdims=True))


def fit_shares(demand: FloatArray, horizon: int) -> ShareForecast:
    """Return the share forecast from positive ``demand``, shape (years, zones).

    The gain minimises the squared one-year errors over all zones and years, with a weak pull to
    0.7. Errors are kept for horizons 1 to ``horizon`` as far as the history reaches; origins start
    in the second year, when smoothing has begun to matter.
    """
    logs = log_shares(demand)
    penalty = PRIOR_STRENGTH * (GAINS - PRIOR_GAIN) ** 2
    scores = [np.mean([(e**2).mean() for e in _errors(logs, gain, 1)]) for gain in GAINS]
    relative = np.array(scores) / max(min(scores), 1e-300)
    gain = float(GAINS[np.argmin(relative + penalty)])
    reach = min(horizon, len(logs) - 2) or 1
    errors = tuple(_errors(logs, gain, h) for h in range(1, reach + 1))
    return ShareForecast(_levels(logs, gain)[-1], gain, errors)


def _levels(logs: FloatArray, gain: float) -> FloatArray:
    """Return the smoothed level after each year, shape (years, zones)."""
    levels = np.empty_like(logs)
    levels[0] = logs[0]
    for t in range(1, len(logs)):
        levels[t] = levels[t - 1] + gain * (logs[t] - levels[t - 1])
    return levels


def _errors(logs: FloatArray, gain: float, horizon: int) -> FloatArray:
    levels = _levels(logs, gain)
    first = 1 if len(logs) > horizon + 1 else 0
    return np.asarray(logs[first + horizon :] - levels[first : len(logs) - horizon])
