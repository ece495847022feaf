"""Conditional value at risk: the mean cost of the worst share of outcomes.

Its envelope holds the weights ``w_s <= p_s / tail``. In scenario form it is the least expectation
of ``eta + (f_s - eta)^+ / tail`` over a shared level ``eta`` (Rockafellar and Uryasev 2000).
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from robustev.core.arrays import FloatArray
from robustev.model.risk.base import REGISTER, Expression, RiskMeasure, ScenarioTerms

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


@REGISTER.add
class CVaR(RiskMeasure):
    """The mean cost of the worst ``tail`` share of scenarios.

    ``tail=1`` is ``expected``; as ``tail`` falls to 0 it becomes ``worst_case``.
    """

    measure: Literal["cvar"] = "cvar"
    """Conditional value at risk."""
    tail: float = Field(0.1, gt=0, le=1)
    """Share of worst outcomes that ``cvar`` averages."""

    example: ClassVar[dict[str, Any]] = {"tail": 0.2}

    @property
    def phrase(self) -> str:
        """What a plan has that is best by it."""
        return f"least mean cost of the worst {100 * self.tail:.3g} % of scenarios"

    @property
    def is_expectation(self) -> bool:
        """Whether the tail is the whole, or the weight nothing."""
        return self.tail == 1 or super().is_expectation

    @property
    def deciding_share(self) -> float:
        """The share of the tail."""
        return self.tail

    def restricted(self, share: float) -> CVaR:
        """Return CVaR of the same scenarios in the tail; ``share`` is at least ``tail``."""
        return self.model_copy(update={"tail": min(1.0, self.tail / share)})

    def weights(self, costs: FloatArray, probability: FloatArray) -> FloatArray:
        """Return the probabilities of the worst outcomes, divided by the tail."""
        return tail_weights(costs, probability, self.tail)

    def scenario_form(self, terms: ScenarioTerms, cost: Expression) -> Expression:
        """Return ``level + (cost - level)^+ / tail``."""
        level, excess = terms.shared("level"), terms.own("excess")
        terms.require("above_level", excess >= cost - level)
        return level + excess / self.tail

    def independent_value(self, costs: FloatArray, probability: FloatArray) -> float:
        """Return the least of Rockafellar and Uryasev's function, reached at one of the costs.

        >>> costs, probability = np.array([1.0, 2.0, 9.0]), np.array([0.2, 0.6, 0.2])
        >>> [round(CVaR(tail=t).independent_value(costs, probability), 6) for t in (1, 0.5, 0.01)]
        [3.2, 4.8, 9.0]
        """
        excess = np.maximum(costs[None, :] - costs[:, None], 0.0) @ probability
        return float((costs + excess / self.tail).min())

    def outside(self, weights: FloatArray, probability: FloatArray) -> float:
        """Return the largest excess over ``p_s / tail``."""
        return float((weights - probability / self.tail).max())
