"""The value of an objective over scenario costs, stated a second time."""

from __future__ import annotations

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.model.model import Objective


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


def envelope(goal: Objective, probability: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the least and the largest weight of every scenario.

    The objective is the worst expectation under weights between the two that sum to one
    (Artzner et al. 1999); for regret, of costs above each scenario's own optimum.
    """
    if goal.measure in ("expected", "nominal"):
        return probability, probability
    floor = (1.0 - goal.weight) * probability
    risky = probability / goal.tail if goal.measure == "cvar" else np.ones(len(probability))
    return floor, floor + goal.weight * risky


def worst_weights(goal: Objective, costs: FloatArray, probability: FloatArray) -> FloatArray:
    """Return the weights of the envelope under which the mean of ``costs`` is largest.

    >>> goal = Objective(measure="cvar", tail=0.5)
    >>> worst_weights(goal, np.array([1.0, 2.0, 3.0, 4.0]), np.full(4, 0.25)).tolist()
    [0.0, 0.0, 0.5, 0.5]
    """
    floor, ceiling = envelope(goal, probability)
    weight, left = floor.copy(), 1.0 - float(floor.sum())
    for s in np.argsort(-costs):
        more = min(left, float(ceiling[s] - floor[s]))
        weight[s] += more
        left -= more
    return weight
