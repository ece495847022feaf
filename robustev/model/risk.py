"""Risk measures over scenario costs, and the probabilities under which they are an expectation.

Each measure here is coherent, so ``rho(f) = max_w sum_s w_s f_s`` over an envelope of weights
(Artzner et al. 1999): any ``w`` of the envelope gives a lower bound, the worst one the value.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.model.model import Objective

SUM_TOLERANCE = 1e-9


def cvar(costs: FloatArray, probability: FloatArray, tail: float) -> float:
    """Return the mean cost of the worst ``tail`` share of outcomes.

    ``tail=1`` is the expectation; as ``tail`` falls to 0 it becomes the worst case. Both arrays
    have shape (scenarios,). Rockafellar and Uryasev (2000).

    Raises
    ------
    ValueError
        If ``tail`` is outside (0, 1] or the probabilities do not sum to one.

    >>> cvar(np.array([1.0, 2.0, 9.0]), np.full(3, 1 / 3), tail=1 / 3)
    9.0
    """
    return float(costs @ tail_weights(costs, probability, tail))


def tail_weights(costs: FloatArray, probability: FloatArray, tail: float) -> FloatArray:
    """Return the weights, at most ``p_s / tail``, that put all mass on the worst outcomes.

    >>> tail_weights(np.array([1.0, 2.0, 9.0]), np.full(3, 1 / 3), tail=0.5).round(3).tolist()
    [0.0, 0.333, 0.667]
    """
    if not 0 < tail <= 1:
        raise ValueError(f"tail must be in (0, 1], not {tail}")
    if abs(probability.sum() - 1) > SUM_TOLERANCE:
        raise ValueError(f"probabilities must sum to one, not to {probability.sum()}")
    order = np.argsort(-costs, kind="stable")
    before = np.concatenate([[0.0], np.cumsum(probability[order])[:-1]])
    weight = np.zeros(len(costs))
    weight[order] = np.clip(tail - before, 0.0, probability[order]) / tail
    return np.asarray(weight / weight.sum())


@dataclass(frozen=True, eq=False)
class RiskMeasure:
    """The objective over scenarios: a risk measure, mixed with the expected cost.

    Parameters
    ----------
    probability
        Shape (scenarios,).
    best_cost
        Shape (scenarios,): each scenario's own optimum ``z_s``, or a cost above it; for regret.
    best_bound
        The same from below, where the optima are only bracketed; ``best_cost`` if absent.
    """

    goal: Objective
    probability: FloatArray
    best_cost: FloatArray | None = None
    best_bound: FloatArray | None = None

    @property
    def is_expectation(self) -> bool:
        """Whether the measure is the plain expected cost."""
        goal = self.goal
        plain = goal.measure in ("expected", "nominal") or goal.weight == 0
        return plain or (goal.measure == "cvar" and goal.tail == 1)

    def weights(self, costs: FloatArray) -> FloatArray:
        """Return the worst weights of the envelope at ``costs``, shape (scenarios,)."""
        if self.is_expectation:
            return self.probability
        if self.goal.measure == "cvar":
            risk = tail_weights(costs, self.probability, self.goal.tail)
        else:
            risk = np.zeros(len(costs))
            risk[np.argmax(costs - self.offset)] = 1.0
        return self.goal.weight * risk + (1 - self.goal.weight) * self.probability

    @property
    def offset(self) -> FloatArray:
        """What is subtracted from each scenario's cost before the risk measure, (scenarios,)."""
        if self.goal.measure == "regret" and not self.is_expectation:
            if self.best_cost is None:
                raise ValueError("regret needs each scenario's own optimum")
            return self.best_cost
        return np.zeros(len(self.probability))

    def constant(self, weights: FloatArray) -> float:
        """Return what the offsets take away under ``weights``."""
        risk = weights - (1 - self.goal.weight) * self.probability
        return -float(risk @ self.offset)

    def value(self, costs: FloatArray) -> float:
        """Return the objective of scenario costs, shape (scenarios,).

        With bracketed optima this is the larger value, which bounds a plan's regret from above.
        """
        if self.best_bound is not None:
            return replace(self, best_cost=self.best_bound, best_bound=None).value(costs)
        return self.bound(costs)

    def bound(self, costs: FloatArray) -> float:
        """Return the objective of lower bounds on scenario costs: a lower bound itself."""
        weights = self.weights(costs)
        return float(weights @ costs) + self.constant(weights)
