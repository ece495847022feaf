"""The worst case: the largest cost over scenarios, whatever their probabilities."""

from __future__ import annotations

from typing import Literal

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.model.risk.base import REGISTER, Expression, RiskMeasure, ScenarioTerms


@REGISTER.add
class WorstCase(RiskMeasure):
    """The cost of the costliest scenario, ``max_s f_s``."""

    measure: Literal["worst_case"] = "worst_case"
    """Worst case."""

    @property
    def phrase(self) -> str:
        """What a plan has that is best by it."""
        return "least cost in the worst scenario"

    @property
    def deciding_share(self) -> float:
        """One scenario decides."""
        return 0.0

    def restricted(self, share: float) -> WorstCase:
        """Return the measure itself."""
        return self

    def weights(self, costs: FloatArray, probability: FloatArray) -> FloatArray:
        """Return all weight on the costliest scenario.

        >>> WorstCase().weights(np.array([1.0, 9.0, 2.0]), np.full(3, 1 / 3)).tolist()
        [0.0, 1.0, 0.0]
        """
        weight = np.zeros(len(costs))
        weight[np.argmax(costs)] = 1.0
        return weight

    def scenario_form(self, terms: ScenarioTerms, cost: Expression) -> Expression:
        """Return a shared level that no cost exceeds."""
        level = terms.shared("level")
        terms.require("below_level", cost <= level)
        return level

    def independent_value(self, costs: FloatArray, probability: FloatArray) -> float:
        """Return the last of the costs in rising order."""
        return float(np.sort(costs)[-1])

    def outside(self, weights: FloatArray, probability: FloatArray) -> float:
        """Return 0: any weights are allowed."""
        return 0.0
