"""The region's total: linear, damped and logistic growth, each with its parameters uncertain.

All three predict the next yearly increment ``I_t`` from the totals so far, with heavy-tailed errors
(Student's t, 3 degrees of freedom) whose size is relative to recent increments ``s_t``:

    I_t = mu_t + sigma s_t e_t
    linear      mu_t = b_{t-1},      b_t = b_{t-1} + gain (I_t - b_{t-1})
    damped      mu_t = phi b_{t-1},  b_t = phi b_{t-1} + gain (I_t - phi b_{t-1})
    logistic    mu_t = (p + q T_{t-1} / M) (M - T_{t-1})                       (Bass, 1969)

Parameters are drawn from wide priors and weighted by how well they predicted the history, one step
at a time (importance sampling); older steps count less. The average weight of a family is its
evidence, and the families are mixed by it, each keeping at least a floor: a short history cannot
rule a family out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np
from scipy.special import gammaln
from scipy.stats import qmc

from robustev.core.arrays import FloatArray, IntArray, frozen

FAMILIES = ("linear", "damped", "logistic")
NUM_CANDIDATES = 4096
NUM_PATHS = 4096
MEMORY = 0.8  # weight of a step relative to the step after it
FLOOR = 0.25  # least weight of a family in the mixture
SIGMA = (0.05, 0.2)  # range of the relative size of errors
FREEDOM = 3.0  # degrees of freedom of the error: rare years may be far off
PRIOR_SEED = 20100  # the priors are covered by fixed points: fitting has no randomness of its own


@dataclass(frozen=True, eq=False)
class TotalForecast:
    """The distribution of the region's total at the horizon.

    Parameters
    ----------
    weights
        Probability of each family.
    totals
        For each family, totals at the horizon in rising order: equally likely values.
    paths
        For each family, shape (paths, horizon): possible paths to there, for pictures.
    """

    weights: Mapping[str, float]
    totals: Mapping[str, FloatArray]
    paths: Mapping[str, FloatArray]

    def sample(self, family: FloatArray, level: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return totals and family numbers, each of shape (scenarios,), from two uniforms each."""
        edges = np.cumsum([self.weights[name] for name in FAMILIES])
        chosen = np.minimum(np.searchsorted(edges, family, side="right"), len(FAMILIES) - 1)
        totals = np.empty_like(level)
        for number, name in enumerate(FAMILIES):
            mine = chosen == number
            totals[mine] = np.quantile(self.totals[name], level[mine])
        return totals, chosen.astype(np.float64)


@dataclass(frozen=True, eq=False)
class _Candidates:
    """Parameters of one family, each of shape (candidates,), and their log weights."""

    family: str
    gain: FloatArray
    phi: FloatArray
    sigma: FloatArray
    innovators: FloatArray
    imitators: FloatArray
    market: FloatArray

    def mean_increment(self, total: FloatArray, slope: FloatArray) -> FloatArray:
        if self.family == "logistic":
            share = total / self.market
            return np.asarray((self.innovators + self.imitators * share) * (self.market - total))
        return self.phi * slope

    def pick(self, index: IntArray) -> _Candidates:
        numbers = [field.name for field in fields(self) if field.name != "family"]
        return replace(self, **{name: getattr(self, name)[index] for name in numbers})


@dataclass
class _State:
    """Where each path stands: total, smoothed increment and size of recent increments."""

    total: FloatArray
    slope: FloatArray
    size: FloatArray

    def move(self, increment: FloatArray, parameters: _Candidates) -> None:
        expected = parameters.phi * self.slope
        self.slope = expected + parameters.gain * (increment - expected)
        self.size = self.size + 0.5 * (np.abs(increment) - self.size)
        self.total = np.maximum(self.total + increment, 0.0)


def fit_total(totals: FloatArray, horizon: int) -> TotalForecast:
    """Return the forecast of the total ``horizon`` years after the last of ``totals``.

    ``totals`` has shape (years,): consecutive years, oldest first, at least three, positive last.

    >>> forecast = fit_total(np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), horizon=1)
    >>> round(float(np.median(forecast.totals["linear"])), 1)
    7.0
    """
    evidence: dict[str, float] = {}
    ends: dict[str, FloatArray] = {}
    paths: dict[str, FloatArray] = {}
    for number, family in enumerate(FAMILIES):
        candidates = _prior(family, totals[-1])
        log_weight, state = _predictive_score(totals, candidates)
        evidence[family] = float(np.logaddexp.reduce(log_weight) - np.log(len(log_weight)))
        rng = np.random.default_rng([PRIOR_SEED, number])
        paths[family] = _simulate(candidates, state, log_weight, horizon, rng)
        ends[family] = frozen(np.sort(paths[family][:, -1]))
    return TotalForecast(_mixture(evidence), ends, paths)


def _prior(family: str, last: float) -> _Candidates:
    """Return candidates that cover the prior evenly; market size is relative to the last total."""
    sequence = qmc.Sobol(6, scramble=True, rng=np.random.default_rng(PRIOR_SEED))
    u = sequence.random(NUM_CANDIDATES).T
    return _Candidates(
        family,
        gain=0.3 + 0.7 * u[0],
        phi=0.7 + 0.3 * u[1] if family == "damped" else np.ones(NUM_CANDIDATES),
        sigma=_log_uniform(u[2], *SIGMA),
        innovators=_log_uniform(u[3], 1e-4, 0.05),
        imitators=_log_uniform(u[4], 0.05, 0.8),
        market=last * _log_uniform(u[5], 1.001, 20.0),
    )


def _log_uniform(u: FloatArray, low: float, high: float) -> FloatArray:
    return np.asarray(low * (high / low) ** u)


def _predictive_score(totals: FloatArray, candidates: _Candidates) -> tuple[FloatArray, _State]:
    """Return each candidate's discounted log predictive density, and its state at the end."""
    count, increments = len(candidates.gain), np.diff(totals)
    first = increments[0]
    floor = 1e-3 * max(float(np.abs(increments).mean()), 1e-9 * float(totals.max()))
    state = _State(
        np.full(count, totals[1]), np.full(count, first), np.full(count, max(abs(first), floor))
    )
    score = np.zeros(count)
    for t, increment in enumerate(increments[1:], start=1):
        expected = candidates.mean_increment(state.total, state.slope)
        spread = candidates.sigma * np.maximum(state.size, floor)
        age = len(increments) - 1 - t
        score += MEMORY**age * _log_student((increment - expected) / spread) - MEMORY**age * np.log(
            spread
        )
        state.move(np.full(count, increment), candidates)
    return score, state


def _log_student(z: FloatArray) -> FloatArray:
    nu = FREEDOM
    constant = gammaln((nu + 1) / 2) - gammaln(nu / 2) - 0.5 * np.log(nu * np.pi)
    return np.asarray(constant - (nu + 1) / 2 * np.log1p(z**2 / nu))


def _simulate(
    candidates: _Candidates,
    state: _State,
    log_weight: FloatArray,
    horizon: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Return possible paths of the total, shape (paths, horizon), all equally likely."""
    weight = np.exp(log_weight - log_weight.max())
    edges = np.cumsum(weight) / weight.sum()
    index = np.searchsorted(edges, (np.arange(NUM_PATHS) + 0.5) / NUM_PATHS)
    chosen = candidates.pick(index)
    now = _State(state.total[index], state.slope[index], state.size[index])
    paths = np.empty((NUM_PATHS, horizon))
    for year in range(horizon):
        error = rng.standard_t(FREEDOM, NUM_PATHS)
        increment = chosen.mean_increment(now.total, now.slope) + chosen.sigma * now.size * error
        now.move(increment, chosen)
        paths[:, year] = now.total
    return paths


def _mixture(evidence: Mapping[str, float]) -> dict[str, float]:
    """Return the families' probabilities: their evidence, mixed with a floor."""
    values = np.array([evidence[name] for name in FAMILIES])
    share = np.exp(values - values.max())
    share = FLOOR + (1.0 - FLOOR * len(FAMILIES)) * share / share.sum()
    return {name: float(part) for name, part in zip(FAMILIES, share, strict=True)}
