"""Estimates from scenarios, and how sure they are: bootstrap intervals and win rates."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy import stats

from robustev.assess.schema import Estimate
from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.data.scenarios import ScenarioSet

Statistic = Callable[[FloatArray, FloatArray], FloatArray]
"""Of values, shape (..., scenarios), and weights, shape (scenarios,), along the last axis."""

RESAMPLES = 2000
LEAST_DRAWS = 10
"""Fewer draws than this give no interval."""
EQUAL = 1e-9


@dataclass(frozen=True, eq=False)
class Draws:
    """Which scenarios are draws from a distribution, and which were put in by hand.

    Parameters
    ----------
    probability
        Shape (scenarios,).
    drawn
        Shape (scenarios,): True for equally likely, independent draws, which a bootstrap may
        resample; the others keep their weight.
    """

    probability: FloatArray
    drawn: BoolArray

    @classmethod
    def of(cls, scenarios: ScenarioSet, stress: frozenset[str] = frozenset()) -> Draws:
        """Return the draws of a set in which the scenarios ``stress`` were put in by name.

        Where the other scenarios are not equally likely nothing counts as drawn: then the set is
        taken as it is, and figures on it have no sampling error.
        """
        drawn = np.array([name not in stress for name in scenarios.names])
        weights = scenarios.probability[drawn]
        if len(weights) and np.ptp(weights) > EQUAL * weights.max():
            drawn[:] = False
        return cls(scenarios.probability, drawn)

    @property
    def resampled(self) -> bool:
        """Whether there are draws enough for an interval."""
        return int(self.drawn.sum()) >= LEAST_DRAWS

    def subset(self, index: IntArray) -> Draws:
        """Return the draws at ``index``, their probabilities rescaled to sum to one."""
        probability = self.probability[index]
        return Draws(probability / probability.sum(), self.drawn[index])


def mean_of(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the expectation."""
    return np.asarray(values @ weights)


def std_of(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the standard deviation."""
    centred = values - mean_of(values, weights)[..., None]
    return np.asarray(np.sqrt(centred**2 @ weights))


def tail_mean(tail: float) -> Statistic:
    """Return the statistic CVaR, the mean of the worst ``tail`` share (:mod:`robustev.model.risk`).

    >>> tail_mean(0.5)(np.array([1.0, 2.0, 9.0]), np.full(3, 1 / 3)).round(3).tolist()
    6.667
    """

    def statistic(values: FloatArray, weights: FloatArray) -> FloatArray:
        """Return CVaR along the last axis."""
        order = np.argsort(-values, axis=-1)
        weight = weights[order]
        before = np.cumsum(weight, axis=-1) - weight
        taken = np.clip(tail - before, 0.0, weight)
        return np.asarray(
            (np.take_along_axis(values, order, axis=-1) * taken).sum(axis=-1) / taken.sum(axis=-1)
        )

    return statistic


def tail_difference(tail: float) -> Callable[..., FloatArray]:
    """Return the difference of two plans' CVaR, as a statistic of paired costs."""
    measure = tail_mean(tail)
    return lambda one, other, weights: measure(one, weights) - measure(other, weights)


def interval_of(
    statistic: Callable[..., FloatArray],
    samples: tuple[FloatArray, ...],
    draws: Draws,
    confidence: float,
    rng: np.random.Generator,
) -> tuple[float, float] | None:
    """Return the paired bootstrap interval of ``statistic(*samples, weights)``.

    Scenarios are resampled, the same for every sample. Bias-corrected and accelerated (Efron 1987);
    percentiles where that is not defined. None without draws enough, or with infinite values.
    """
    if not draws.resampled or not all(np.isfinite(values).all() for values in samples):
        return None
    fixed = [values[~draws.drawn] for values in samples]
    free = tuple(values[draws.drawn] for values in samples)
    mass = float(draws.probability[draws.drawn].sum())
    weights = np.concatenate(
        [np.full(len(free[0]), mass / len(free[0])), draws.probability[~draws.drawn]]
    )

    def on_resample(*resampled: FloatArray, axis: int = -1) -> FloatArray:
        """Return the statistic of resampled draws beside the scenarios put in by hand."""
        count = resampled[0].shape[-1]
        # The jackknife of the acceleration leaves one draw out.
        at = np.concatenate([np.full(count, mass / count), weights[len(free[0]) :]])
        whole = [
            np.concatenate([part, np.broadcast_to(rest, (*part.shape[:-1], len(rest)))], axis=-1)
            for part, rest in zip(resampled, fixed, strict=True)
        ]
        return statistic(*whole, at)

    centre = float(statistic(*(np.concatenate(p) for p in zip(free, fixed, strict=True)), weights))
    return _bootstrap(on_resample, free, centre, confidence, rng)


def _bootstrap(
    statistic: Callable[..., FloatArray],
    samples: tuple[FloatArray, ...],
    centre: float,
    confidence: float,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """Return the interval over resamples, or ``centre`` twice where the values do not vary."""

    def run(method: Literal["BCa", "percentile"]) -> tuple[float, float]:
        """Return SciPy's interval by the given method."""
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore", stats.DegenerateDataWarning)
            found: Any = stats.bootstrap(
                list(samples), statistic, n_resamples=RESAMPLES, vectorized=True, paired=True,
                axis=-1, confidence_level=confidence, method=method, rng=rng, batch=250,
            )  # fmt: skip
        return float(found.confidence_interval.low), float(found.confidence_interval.high)

    if all(np.ptp(values) <= EQUAL * max(1.0, np.abs(values).max()) for values in samples):
        return centre, centre
    low, high = run("BCa")
    return (low, high) if np.isfinite([low, high]).all() else run("percentile")


def win_rate(
    one: FloatArray, other: FloatArray, draws: Draws, confidence: float
) -> tuple[float, float, tuple[float, float] | None]:
    """Return how often ``one`` costs less, how often both cost the same, and the rate's interval.

    The interval is Wilson's; there is none unless all scenarios are draws.

    >>> draws = Draws(np.full(4, 0.25), np.zeros(4, dtype=bool))
    >>> win_rate(np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 2.0, 4.0, 5.0]), draws, 0.95)
    (0.75, 0.25, None)
    """
    with np.errstate(invalid="ignore"):
        margin = EQUAL * np.maximum(np.abs(one), np.abs(other))
        wins = other - one > np.where(np.isfinite(margin), margin, 0.0)
        ties = (one == other) | (np.abs(other - one) <= margin)
    rate, tied = float(draws.probability @ wins), float(draws.probability @ (ties & ~wins))
    if not (draws.resampled and draws.drawn.all()):
        return rate, tied, None
    found = stats.binomtest(int(wins.sum()), len(wins)).proportion_ci(confidence, method="wilson")
    return rate, tied, (float(found.low), float(found.high))


def exact(value: float | None, how: str) -> Estimate:
    """Return a figure without error."""
    return Estimate(value=known(value), basis="exact", how=how)


def bracketed(value: float | None, low: float | None, high: float | None, how: str) -> Estimate:
    """Return a figure between two proven bounds; exact where they meet.

    >>> bracketed(1.0, 0.5, 1.0, "").basis, bracketed(1.0, 1.0, 1.0, "").basis
    ('bracketed', 'exact')
    """
    low, high = known(low), known(high)
    if low is not None and high is not None and high - low <= EQUAL * max(1.0, abs(high)):
        return exact(value, f"{how}; the bounds meet")
    return Estimate(value=known(value), interval=(low, high), basis="bracketed", how=how)


def known(value: float | None) -> float | None:
    """Return the number, or None where it is missing or infinite."""
    return None if value is None or not np.isfinite(value) else float(value)
