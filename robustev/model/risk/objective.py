"""A risk measure on the scenarios of one instance, mixed with their expected cost."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.model.risk.base import RiskMeasure


@dataclass(frozen=True, eq=False)
class ScenarioRisk:
    """The objective over scenarios: a risk measure, mixed with the expected cost by its weight.

    Parameters
    ----------
    goal
        The risk measure.
    probability
        Shape (scenarios,).
    best_cost
        Shape (scenarios,): each scenario's own optimum ``z_s``, or a cost above it; for regret.
    best_bound
        The same from below, where the optima are only bracketed; ``best_cost`` if absent.
    """

    goal: RiskMeasure
    probability: FloatArray
    best_cost: FloatArray | None = None
    best_bound: FloatArray | None = None

    @property
    def is_expectation(self) -> bool:
        """Whether the objective is the plain expected cost."""
        return self.goal.is_expectation

    @property
    def offset(self) -> FloatArray:
        """What is subtracted from each scenario's cost before the risk measure, (scenarios,)."""
        if self.goal.needs_own_optima and not self.is_expectation:
            if self.best_cost is None:
                raise ValueError("regret needs each scenario's own optimum")
            return self.best_cost
        return np.zeros(len(self.probability))

    def cut(self, costs: FloatArray) -> tuple[FloatArray, float]:
        """Return weights and constant of the objective's tangent at ``costs``.

        ``constant + weights @ f`` is the objective at ``f = costs`` and at most the objective at
        any other ``f``; the weights, shape (scenarios,), are not negative and sum to one.
        """
        if self.is_expectation:
            return self.probability, 0.0
        goal, above = self.goal, costs - self.offset
        risk = goal.weights(above, self.probability)
        weights = goal.weight * risk + (1 - goal.weight) * self.probability
        intercept = goal.intercept(above, self.probability) - float(risk @ self.offset)
        return weights, goal.weight * intercept

    def weights(self, costs: FloatArray) -> FloatArray:
        """Return the worst weights of the envelope at ``costs``, shape (scenarios,)."""
        return self.cut(costs)[0]

    def value(self, costs: FloatArray) -> float:
        """Return the objective of scenario costs, shape (scenarios,).

        With bracketed optima this is the larger value, which bounds a plan's regret from above.
        """
        if self.best_bound is not None:
            return replace(self, best_cost=self.best_bound, best_bound=None).value(costs)
        return self.bound(costs)

    def bound(self, costs: FloatArray) -> float:
        """Return the objective of lower bounds on scenario costs: a lower bound itself."""
        weights, constant = self.cut(costs)
        return float(weights @ costs) + constant

    def restricted(self, index: IntArray, probability: FloatArray) -> ScenarioRisk:
        """Return the objective on the scenarios at ``index`` alone.

        No plan costs more under it than under the whole, so that a lower bound for it holds there
        too; a plan whose weights all lie on ``index`` costs the same. The scenarios must hold the
        measure's deciding share.

        Parameters
        ----------
        probability
            Shape (index,): the probabilities among these, summing to one.
        """
        return ScenarioRisk(
            self.goal.restricted(float(self.probability[index].sum())),
            probability,
            best_cost=None if self.best_cost is None else self.best_cost[index],
            best_bound=None if self.best_bound is None else self.best_bound[index],
        )
