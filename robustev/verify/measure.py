"""The value of an objective over scenario costs, stated a second time."""

from __future__ import annotations

import numpy as np

from robustev.arrays import FloatArray
from robustev.model import Objective


def measure(
    goal: Objective,
    costs: FloatArray,
    probability: FloatArray,
    best: FloatArray | None = None,
) -> float | None:
    """Return the objective; None for regret without each scenario's own optimum ``best``.

    CVaR by its definition as a minimum over the level, ``min_e e + E(f - e)^+ / tail``, which is
    reached at one of the costs.

    >>> goal = Objective(measure="cvar", tail=0.5)
    >>> measure(goal, np.array([1.0, 2.0, 3.0, 4.0]), np.full(4, 0.25))
    3.5
    """
    mean = float(probability @ costs)
    if goal.measure in ("expected", "nominal"):
        return mean
    if goal.measure == "cvar":
        excess = np.maximum(costs[None, :] - costs[:, None], 0.0) @ probability
        risk = float((costs + excess / goal.tail).min())
    elif goal.measure == "worst_case":
        risk = float(costs.max())
    elif best is not None:
        risk = float((costs - best).max())
    else:
        return None
    return goal.weight * risk + (1.0 - goal.weight) * mean


def in_envelope(goal: Objective, weight: FloatArray, probability: FloatArray) -> bool:
    """Return whether scenario weights are among those whose worst expectation is the objective."""
    slack = 1e-9
    if abs(weight.sum() - 1.0) > 1e-6 or (weight < -slack).any():
        return False
    if goal.measure in ("expected", "nominal"):
        return bool(np.allclose(weight, probability, rtol=1e-6, atol=slack))
    floor = (1.0 - goal.weight) * probability
    tail = goal.tail if goal.measure == "cvar" else 0.0
    ceiling = floor + (goal.weight * probability / tail if tail else goal.weight)
    return bool(((weight >= floor - slack) & (weight <= ceiling + slack)).all())
