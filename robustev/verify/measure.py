"""The value of an objective over scenario costs, stated a second time."""

from __future__ import annotations

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.core.errors import SolverError
from robustev.model.risk import RiskMeasure

LENIENT = 1e-9
"""How far weights may leave the envelope by rounding."""


def measure(
    goal: RiskMeasure,
    costs: FloatArray,
    probability: FloatArray,
    best: FloatArray | None = None,
) -> float | None:
    """Return the objective; None for regret without each scenario's own optimum ``best``.

    Each risk measure states its value a second time, by another formula than the one that plans
    are made by; the mix with the expected cost is stated here.

    >>> from robustev.model.risk import CVaR
    >>> measure(CVaR(tail=0.5), np.array([1.0, 2.0, 3.0, 4.0]), np.full(4, 0.25))
    3.5
    """
    mean = float(probability @ costs)
    if goal.is_expectation:
        return mean
    if goal.needs_own_optima:
        if best is None:
            return None
        costs = costs - best
    risk = goal.independent_value(costs, probability)
    return goal.weight * risk + (1.0 - goal.weight) * mean


def worst_weights(
    goal: RiskMeasure, costs: FloatArray, probability: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return weights under which the mean of ``costs`` bounds the objective from below.

    The objective is the largest mean under any weights of an envelope (Artzner et al. 1999), so
    it matters only that these lie in it, which is checked; whoever found them. For regret the
    costs are those above each scenario's own optimum.

    Returns
    -------
    tuple
        The weights, and the part of them that comes from the risk measure; both (scenarios,).

    Raises
    ------
    SolverError
        If the weights do not lie in the envelope.

    >>> from robustev.model.risk import CVaR
    >>> worst_weights(CVaR(tail=0.5), np.array([1.0, 2.0, 3.0, 4.0]), np.full(4, 0.25))[0].tolist()
    [0.0, 0.0, 0.5, 0.5]
    """
    if goal.is_expectation:
        return probability, np.zeros(len(probability))
    risk = goal.weights(costs, probability)
    wrong = max(abs(float(risk.sum()) - 1.0), -float(risk.min()), goal.outside(risk, probability))
    if not wrong <= LENIENT:
        raise SolverError(f"weights of {goal.measure} leave its envelope by {wrong:.3g}")
    part = np.asarray(goal.weight * risk)
    return part + (1.0 - goal.weight) * probability, part
