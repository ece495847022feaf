"""Entropic risk: costs far above the others count more, exponentially.

    rho(f)  =  u log sum_s p_s exp(f_s / u)  =  max_w  w f - u sum_s w_s log(w_s / p_s),

the largest expectation less ``u`` times the relative entropy of the weights (Donsker and Varadhan
1975; Foellmer and Schied 2002). It is convex and moves with a constant, but is not coherent: twice
the costs are more than twice the risk. ``u`` is a cost unit divided by the aversion; the unit is
the mean cost of serving each demand unit from its nearest site, so that the aversion has no unit.

Its gradient is ``w_s ~ p_s exp(f_s / u)``. As the least expectation of scenario terms
(Ben-Tal and Teboulle 2007),

    rho(f)  =  min_level  level + u sum_s p_s (exp((f_s - level) / u) - 1),

whose exponential is stated by some tangents; the extensive form adds tangents of ``rho`` where its
plans need them, until its gap is that asked for.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, PrivateAttr

from robustev.core.arrays import FloatArray
from robustev.model.risk.base import REGISTER, Expression, RiskMeasure, ScenarioFacts, ScenarioTerms

TANGENTS = (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0)
"""Where the exponential has tangents before any plan is known."""


@REGISTER.add
class Entropic(RiskMeasure):
    """The logarithm of the mean of exponential costs, in units of cost.

    As ``aversion`` falls to 0 it becomes ``expected``; as it grows, ``worst_case``.
    """

    measure: Literal["entropic"] = "entropic"
    """Entropic risk."""
    aversion: float = Field(1.0, gt=0, le=1000)
    """Aversion to costs above the others, per mean cost of service at each zone's nearest site."""

    _unit: float | None = PrivateAttr(default=None)

    looks_at_scenarios: ClassVar[bool] = True
    is_linear: ClassVar[bool] = False
    example: ClassVar[dict[str, Any]] = {"aversion": 2.0}

    @property
    def phrase(self) -> str:
        """What a plan has that is best by it."""
        return f"least entropic risk at an aversion of {self.aversion:.4g}"

    def on(self, facts: ScenarioFacts) -> Entropic:
        """Return the measure in the cost unit of an instance."""
        return self.in_unit(mean_service_cost(facts))

    def in_unit(self, unit: float) -> Entropic:
        """Return the measure with a cost unit, in money."""
        known = self.model_copy()
        known._unit = unit
        return known

    @property
    def scale(self) -> float:
        """Cost by which the exponent grows by one (``u``); by itself, 1 over the aversion."""
        return (1.0 if self._unit is None else self._unit) / self.aversion

    def weights(self, costs: FloatArray, probability: FloatArray) -> FloatArray:
        """Return the gradient: probabilities times exponential costs, summing to one.

        >>> p = np.full(2, 0.5)
        >>> Entropic(aversion=1.0).weights(np.array([0.0, np.log(3.0)]), p).round(6).tolist()
        [0.25, 0.75]
        """
        weight = probability * np.exp((costs - costs.max()) / self.scale)
        return np.asarray(weight / weight.sum())

    def intercept(self, costs: FloatArray, probability: FloatArray) -> float:
        """Return the value less the gradient times the costs, which is the conjugate below 0."""
        return -self.conjugate(self.weights(costs, probability), probability)

    def conjugate(self, weights: FloatArray, probability: FloatArray) -> float:
        """Return ``u`` times the relative entropy of weights."""
        some = weights > 0
        return self.scale * float(
            weights[some] @ (np.log(weights[some]) - np.log(probability[some]))
        )

    def scenario_form(self, terms: ScenarioTerms, cost: Expression) -> Expression:
        """Return the term of a level, with the exponential above its tangents.

        It lies below the measure; see ``is_linear``.
        """
        level, power = terms.shared("level"), terms.own("power")
        here = terms.at_least("cost", cost)
        for number, a in enumerate(TANGENTS):
            tangent = float(np.exp(a)) * (1 - a + (here - level) / self.scale)
            terms.require(f"tangent_{number}", power >= tangent)
        return level + self.scale * (power - 1)

    def independent_value(self, costs: FloatArray, probability: FloatArray) -> float:
        """Return the logarithm of the mean exponential, from the largest exponent downwards.

        >>> round(Entropic().independent_value(np.array([0.0, np.log(3.0)]), np.full(2, 0.5)), 9)
        0.693147181
        """
        powers = np.log(probability) + costs / self.scale
        return self.scale * float(np.logaddexp.reduce(powers))

    def outside(self, weights: FloatArray, probability: FloatArray) -> float:
        """Return 0: any weights bound it, less what their conjugate takes off."""
        return 0.0


def mean_service_cost(facts: ScenarioFacts) -> float:
    """Return the mean cost of serving every unit from its nearest site; of none where that is 0.

    1 where both are free.
    """
    nearest = facts.arcs.zone_minimum(facts.arcs.cost, 0.0)
    by_zone = np.tensordot(facts.probability, facts.demand, axes=1)
    served = float((by_zone * nearest[:, None]).sum())
    price = np.where(np.isfinite(facts.unserved_price), facts.unserved_price, 0.0)
    return served or float((by_zone @ price).sum()) or 1.0
