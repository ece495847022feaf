"""Expected cost, and the same of the one mean scenario."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.model.risk.base import REGISTER, Expression, RiskMeasure, ScenarioTerms


@REGISTER.add
class Expected(RiskMeasure):
    """The mean cost over scenarios, ``sum_s p_s f_s``."""

    measure: Literal["expected"] = "expected"
    """Expected cost."""

    @property
    def phrase(self) -> str:
        """What a plan has that is best by it."""
        return "least expected cost"

    @property
    def is_expectation(self) -> bool:
        """Always, whatever the weight."""
        return True

    def weights(self, costs: FloatArray, probability: FloatArray) -> FloatArray:
        """Return the probabilities themselves, the only weights of the envelope."""
        return probability

    def scenario_form(self, terms: ScenarioTerms, cost: Expression) -> Expression:
        """Return the cost of the scenario."""
        return cost

    def independent_value(self, costs: FloatArray, probability: FloatArray) -> float:
        """Return the sum of cost times probability, scenario by scenario."""
        return sum(float(c) * float(p) for c, p in zip(costs, probability, strict=True))

    def outside(self, weights: FloatArray, probability: FloatArray) -> float:
        """Return the largest difference from the probabilities."""
        return float(np.abs(weights - probability).max())


@REGISTER.add
class Nominal(Expected):
    """The cost of the one mean scenario: the plan for the forecast, blind to its uncertainty."""

    measure: Literal["nominal"] = "nominal"  # type: ignore[assignment]
    """Cost of the mean scenario."""

    mean_only: ClassVar[bool] = True

    @property
    def phrase(self) -> str:
        """What a plan has that is best by it."""
        return "least cost under the mean forecast"
