"""How the total is split over zones: log shares that drift, seen through noise.

The log share of a zone is a level that wanders plus noise of the year. The level is found by
exponential smoothing, ``l_t = l_{t-1} + gain (y_t - l_{t-1})``, with one gain for all zones: nine
maps cannot carry a parameter per zone. No zone has a trend of its own: on short panels one
year's shift is more often followed by a step back than by another. What zones have in common is
their concentration, which moves by ``d`` a year: ``h`` years on, shares are in proportion to
``exp((1 + h d) l)``, so that large zones gain with ``d > 0`` and lose with ``d < 0``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import FloatArray

GAINS = np.linspace(0.3, 1.0, 29)
PRIOR_GAIN, PRIOR_STRENGTH = 0.7, 0.1  # pulls the gain to 0.7 when the history says little
PRIOR_STEP, PRIOR_YEARS = 0.01, 2.0  # yearly steps of concentration: 0 +- 0.01, worth two years


@dataclass(frozen=True, eq=False)
class ShareForecast:
    """Log shares at the horizon, and the errors that such forecasts made within the history.

    Parameters
    ----------
    level
        Shape (zones,): forecast log share, up to a constant.
    gain
        Weight of the newest year.
    concentration_spread
        Standard deviation of the change of concentration about the one that is in ``level``.
    errors
        For each horizon 1, 2, ...: shape (origins, zones), the log share that came minus the one
        that was forecast, with mean zero over zones and freed of that year's concentration.
    """

    level: FloatArray
    gain: float
    concentration_spread: float
    errors: tuple[FloatArray, ...]


def log_shares(demand: FloatArray) -> FloatArray:
    """Return log shares with mean zero over zones, shape (years, zones), of positive ``demand``.

    >>> log_shares(np.array([[1.0, 1.0], [1.0, np.e]])).round(2).tolist()
    [[0.0, 0.0], [-0.5, 0.5]]
    """
    logs = np.log(demand)
    return np.asarray(logs - logs.mean(axis=1, keepdims=True))


def fit_shares(demand: FloatArray, horizon: int) -> ShareForecast:
    """Return the share forecast from positive ``demand``, shape (years >= 3, zones).

    The gain minimises the squared one-year errors over all zones and years, with a weak pull to
    0.7. Errors are kept for horizons 1 to ``horizon`` as far as the history reaches; origins start
    in the second year, when smoothing has begun to matter.
    """
    logs = log_shares(demand)
    levels = _levels(logs, _fitted_gain(logs))
    steps = concentration_steps(levels[1:-1], _errors(logs, levels, 1))
    mean, spread = _concentration(steps, horizon)
    reach = max(min(horizon, len(logs) - 2), 1)
    errors = []
    for ahead in range(1, reach + 1):
        error, known = _errors(logs, levels, ahead), levels[1 : len(logs) - ahead]
        errors.append(error - concentration_steps(known, error)[:, None] * known)
    return ShareForecast((1.0 + mean) * levels[-1], _fitted_gain(logs), spread, tuple(errors))


def concentration_steps(levels: FloatArray, errors: FloatArray) -> FloatArray:
    """Return the slope of ``errors`` on ``levels``, both (origins, zones), for each origin.

    >>> level = np.array([[-1.0, 0.0, 1.0]])
    >>> concentration_steps(level, 0.1 * level).round(3).tolist()
    [0.1]
    """
    square = np.maximum((levels**2).sum(axis=1), 1e-300)
    return np.asarray((levels * errors).sum(axis=1) / square)


def _concentration(steps: FloatArray, horizon: int) -> tuple[float, float]:
    """Return mean and deviation of the change of concentration, from yearly ``steps``.

    Steps are independent from year to year, and their mean, pulled to zero, is itself uncertain.
    """
    strength = PRIOR_YEARS + len(steps)
    mean = float(steps.sum()) / strength
    variance = (PRIOR_YEARS * PRIOR_STEP**2 + float(((steps - mean) ** 2).sum())) / strength
    return horizon * mean, float(np.sqrt(variance * (horizon + horizon**2 / strength)))


def _fitted_gain(logs: FloatArray) -> float:
    penalty = PRIOR_STRENGTH * (GAINS - PRIOR_GAIN) ** 2
    scores = [np.mean(_errors(logs, _levels(logs, gain), 1) ** 2) for gain in GAINS]
    relative = np.array(scores) / max(min(scores), 1e-300)
    return float(GAINS[np.argmin(relative + penalty)])


def _levels(logs: FloatArray, gain: float) -> FloatArray:
    """Return the smoothed level after each year, shape (years, zones)."""
    levels = np.empty_like(logs)
    levels[0] = logs[0]
    for t in range(1, len(logs)):
        levels[t] = levels[t - 1] + gain * (logs[t] - levels[t - 1])
    return levels


def _errors(logs: FloatArray, levels: FloatArray, horizon: int) -> FloatArray:
    """Return what came less the level known then, for origins from the second year on."""
    return np.asarray(logs[1 + horizon :] - levels[1 : len(logs) - horizon])
