"""The worst expected cost over probabilities within a distance in total variation.

With ``d(q, p) = sum_s |q_s - p_s| / 2``, at most ``radius = r`` of the probability may be moved
anywhere. The worst ``q`` takes it from the cheapest scenarios and gives it to the costliest, so

    max { q f : d(q, p) <= r }  =  (1 - r) CVaR_(1-r)(f) + r max_s f_s,

where CVaR is over the worst share ``1 - r``, which is what the cheapest ones leave (Jiang and Guan
2018; Rahimian, Bayraksan and Homem-de-Mello 2019). It holds for unequal probabilities and where
``r`` exceeds the mass of single scenarios. Proof: write ``q = p - m + g`` with ``m, g >= 0`` of the
same mass, at most ``r``. Then ``g f <= |g| max f``; and ``(p - m) f``, with ``m <= p``, is largest
if ``m`` lies on the cheapest. Moving more never lowers the sum, for ``max f`` is no less than what
was taken away, so the mass is ``r`` itself, and ``(p - m) f`` is the sum over the worst share
``1 - r``. Mass taken from the costliest scenario is given back to it: that changes nothing.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from robustev.core.arrays import FloatArray
from robustev.model.risk.base import REGISTER, Expression, RiskMeasure, ScenarioTerms


@REGISTER.add
class TotalVariation(RiskMeasure):
    """The worst expected cost if at most a share ``radius`` of the probability lies elsewhere.

    ``radius: 0`` is ``expected``; ``radius: 1`` is ``worst_case``.
    """

    measure: Literal["total_variation"] = "total_variation"
    """Worst expectation over a total variation ball."""
    radius: float = Field(0.1, ge=0, le=1)
    """Most probability that may be moved: half the sum of absolute changes."""

    example: ClassVar[dict[str, Any]] = {"radius": 0.3}

    @property
    def phrase(self) -> str:
        """What a plan has that is best by it."""
        share = f"{100 * self.radius:.3g} %"
        return f"least expected cost if {share} of the probability moves to the worst scenario"

    @property
    def is_expectation(self) -> bool:
        """Whether no probability may be moved, or the weight is nothing."""
        return self.radius == 0 or super().is_expectation

    def weights(self, costs: FloatArray, probability: FloatArray) -> FloatArray:
        """Return the probabilities after ``radius`` moved from the cheapest to the costliest.

        >>> p = np.array([0.5, 0.2, 0.3])
        >>> TotalVariation(radius=0.6).weights(np.array([1.0, 2.0, 9.0]), p).round(6).tolist()
        [0.0, 0.1, 0.9]
        """
        order = np.argsort(costs, kind="stable")
        before = np.concatenate([[0.0], np.cumsum(probability[order])[:-1]])
        weight = np.array(probability)
        weight[order] -= np.clip(self.radius - before, 0.0, probability[order])
        weight[order[-1]] += 1.0 - weight.sum()
        return weight

    def scenario_form(self, terms: ScenarioTerms, cost: Expression) -> Expression:
        """Return CVaR's term in a level and an excess, and a level that no cost exceeds.

        With ``tail = 1 - r`` the excess counts ``(1 - r) / tail = 1``.
        """
        level, worst = terms.shared("level"), terms.shared("worst")
        excess = terms.own("excess")
        terms.require("above_level", excess >= cost - level)
        terms.require("below_worst", cost <= worst)
        return (1 - self.radius) * level + excess + self.radius * worst

    def independent_value(self, costs: FloatArray, probability: FloatArray) -> float:
        """Return the value of the dual, the least over a level ``e`` at one of the costs.

        ``min_e  sum_s p_s max(f_s, e) + r (max_s f_s - e)``: whatever lies below ``e`` may as well
        be at it, where moving on to the worst costs least.

        >>> costs, p = np.array([1.0, 2.0, 9.0]), np.array([0.2, 0.6, 0.2])
        >>> radii = 0.0, 0.3, 1.0
        >>> [round(TotalVariation(radius=r).independent_value(costs, p), 6) for r in radii]
        [3.2, 5.5, 9.0]
        """
        raised = np.maximum(costs[None, :], costs[:, None]) @ probability
        return float((raised + self.radius * (costs.max() - costs)).min())

    def outside(self, weights: FloatArray, probability: FloatArray) -> float:
        """Return by how much the distance exceeds the radius."""
        return float(np.abs(weights - probability).sum() / 2 - self.radius)
