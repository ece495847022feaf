"""The worst expectation over a Wasserstein ball: probability moves, and farther moves cost more.

Moving a unit of probability from scenario ``s`` to ``t`` costs their distance ``d_st``, and at most
``r`` may be spent. By linear duality (Mohajerin Esfahani and Kuhn 2018)

    rho(f)  =  max { q f : q = p moved at a cost of at most r }
            =  min_{l >= 0}  r l + sum_s p_s max_t (f_t - l d_st).

The maximum is a fractional knapsack with several offers: each ``s`` may buy height ``f_t - f_s`` at
the price ``d_st``. Offers below the upper concave envelope of the others are never bought, the rest
are in the order of their slope until ``r`` is spent. In scenario form the maxima ``y_s`` and ``l``
are first-stage variables, and scenario ``t`` states ``f_t <= y_s + l d_st`` for every ``s``.

Distances are fixed before any plan is known, and have no unit: a share of the mean.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field, PrivateAttr

from robustev.core.arrays import FloatArray
from robustev.data.arcs import Arcs
from robustev.model.risk.base import REGISTER, Expression, RiskMeasure, ScenarioFacts, ScenarioTerms

HALVINGS = 200
"""Steps by which the second formula halves an interval of prices: more than digits need."""
EVERY = (1, 2, 3)
"""Rules of the plans that ``cost`` distances are taken under: every site, every second, third."""


@REGISTER.add
class Wasserstein(RiskMeasure):
    """The worst expected cost if probability moves to other scenarios, the less the farther.

    ``radius: 0`` is ``expected``; a radius beyond the largest distance is ``worst_case``.
    """

    measure: Literal["wasserstein"] = "wasserstein"
    """Worst expectation over a Wasserstein ball."""
    radius: float = Field(0.1, ge=0)
    """Mean distance by which probability may move, as a share: of mean demand, or of mean cost."""
    distance: Literal["demand", "cost"] = "demand"
    """How far scenarios are apart: by the demand that differs, or by what it costs to serve."""

    _apart: FloatArray | None = PrivateAttr(default=None)
    _probability: FloatArray | None = PrivateAttr(default=None)

    looks_at_scenarios: ClassVar[bool] = True
    example: ClassVar[dict[str, Any]] = {"radius": 0.3}

    @property
    def phrase(self) -> str:
        """What a plan has that is best by it."""
        moved = f"{100 * self.radius:.3g} % of mean {self.distance}"
        return f"least expected cost if scenarios turn out up to {moved} away on average"

    @property
    def is_expectation(self) -> bool:
        """Whether nothing may be moved, or the weight is nothing."""
        return self.radius == 0 or super().is_expectation

    def on(self, facts: ScenarioFacts) -> Wasserstein:
        """Return the measure with the distances between the scenarios of an instance."""
        apart = by_demand(facts) if self.distance == "demand" else by_cost(facts)
        return self.with_distances(apart, facts.probability)

    def with_distances(self, apart: FloatArray, probability: FloatArray) -> Wasserstein:
        """Return the measure with distances, shape (scenarios, scenarios), 0 on the diagonal."""
        known = self.model_copy()
        known._apart, known._probability = apart, probability
        return known

    def distances(self, count: int) -> FloatArray:
        """Return the distances; without scenarios to measure, each is 1 away from the others."""
        return 1.0 - np.eye(count) if self._apart is None else self._apart

    def weights(self, costs: FloatArray, probability: FloatArray) -> FloatArray:
        """Return the probabilities after the moves that raise the expectation most.

        >>> p = np.array([0.5, 0.2, 0.3])
        >>> Wasserstein(radius=0.6).weights(np.array([1.0, 2.0, 9.0]), p).round(6).tolist()
        [0.0, 0.1, 0.9]
        """
        apart = self.distances(len(costs))
        offers: list[tuple[float, int, int, int, int, float]] = []
        at = np.arange(len(costs))
        for s in range(len(costs)):
            path = _envelope(apart[s], costs, s)
            at[s] = path[0]
            for a, b in pairwise(path):
                price = float(apart[s, b] - apart[s, a])
                offers.append((-float(costs[b] - costs[a]) / price, s, len(offers), a, b, price))
        weight = np.bincount(at, probability, len(costs)).astype(np.float64)
        left = self.radius
        for _, s, _, a, b, price in sorted(offers):
            moved = min(float(probability[s]), left / price)
            weight[a] -= moved
            weight[b] += moved
            left -= moved * price
            if moved < probability[s]:
                break
        weight = np.maximum(weight, 0.0)
        return np.asarray(weight / weight.sum())

    def scenario_form(self, terms: ScenarioTerms, cost: Expression) -> Expression:
        """Return the dual's objective; a scenario's cost lies below each level plus its distance.

        The price of distance counts in units of the least one, so that it is bounded as costs are.
        """
        apart, probability = self._apart, self._probability
        if apart is None or probability is None:
            raise ValueError("a Wasserstein ball is stated on the scenarios of an instance alone")
        unit = float(apart[apart > 0].min(initial=np.inf))
        unit = unit if np.isfinite(unit) else 1.0
        price, here = terms.shared("price"), terms.at_least("cost", cost)
        terms.require("not_negative", price >= 0)
        total = self.radius / unit * price
        for s, p in enumerate(probability):
            level = terms.shared(f"level_{s}")
            away = float(apart[s, terms.scenario]) / unit
            terms.require(f"below_{s}", here <= level + away * price)
            total += float(p) * level
        return total

    def independent_value(self, costs: FloatArray, probability: FloatArray) -> float:
        """Return the dual's least value, by halving where its slope changes sign.

        >>> costs, p = np.array([1.0, 2.0, 9.0]), np.array([0.2, 0.6, 0.2])
        >>> radii = 0.0, 0.3, 1.0
        >>> [round(Wasserstein(radius=r).independent_value(costs, p), 6) for r in radii]
        [3.2, 5.5, 9.0]
        """
        apart, every = self.distances(len(costs)), np.arange(len(costs))
        positive = apart[apart > 0]
        low, high = 0.0, float(np.ptp(costs)) / float(positive.min(initial=np.inf))
        best = np.inf
        for price in [low, high, *[None] * HALVINGS]:
            at = (low + high) / 2 if price is None else price
            above = costs[None, :] - at * apart
            to = above.argmax(axis=1)
            best = min(best, self.radius * at + float(probability @ above[every, to]))
            spent = float(probability @ apart[every, to])
            if price is None:
                low, high = (at, high) if spent > self.radius else (low, at)
        return best

    def outside(self, weights: FloatArray, probability: FloatArray) -> float:
        """Return by how much the cheapest move to ``weights`` costs more than the radius."""
        import ot  # noqa: PLC0415 - loads much that only verification needs

        to = weights * (probability.sum() / weights.sum())
        spent = ot.emd2(probability, to, np.ascontiguousarray(self.distances(len(to))))
        return float(spent) - self.radius


def _envelope(price: FloatArray, height: FloatArray, start: int) -> list[int]:
    """Return the places on the upper concave envelope of offers, from the free ones upwards."""
    order = np.lexsort((-height, price))
    path: list[int] = [int(order[0]) if price[order[0]] == 0 else start]
    for t in order.tolist():
        if height[t] <= height[path[-1]] or price[t] <= price[path[-1]]:
            continue
        while len(path) > 1:
            a, b = path[-2], path[-1]
            if (height[t] - height[b]) * (price[b] - price[a]) < (height[b] - height[a]) * (
                price[t] - price[b]
            ):
                break
            path.pop()
        path.append(t)
    return path


def by_demand(facts: ScenarioFacts) -> FloatArray:
    """Return by how much demand differs between scenarios, as a share of their mean demand."""
    demand = facts.demand.reshape(len(facts.probability), -1)
    mean = float(facts.probability @ demand.sum(axis=1))
    apart = np.array([np.abs(demand - one).sum(axis=1) for one in demand])
    return np.asarray(apart / (mean or 1.0))


def by_cost(facts: ScenarioFacts) -> FloatArray:
    """Return by how much the cost of service differs, at most over plans made by rule.

    The plans open every site, every second and every third one, without limits of capacity, so
    that a unit costs what its nearest open site or leaving it unserved does. As a share of the
    mean cost under the plan that is dearest on average.
    """
    costs = np.array([_cost_of(facts, step) for step in EVERY])  # plans x scenarios
    mean = float((costs @ facts.probability).max())
    return np.asarray(np.abs(costs[:, :, None] - costs[:, None, :]).max(axis=0) / (mean or 1.0))


def _cost_of(facts: ScenarioFacts, step: int) -> FloatArray:
    """Return what service costs in each scenario if every so many sites is open."""
    arcs: Arcs = facts.arcs
    is_open = arcs.site % step == 0
    nearest = arcs.take(is_open).zone_minimum(arcs.cost[is_open], np.inf)
    price = np.minimum(nearest[:, None], facts.unserved_price)
    return np.asarray((facts.demand * np.where(np.isfinite(price), price, 0.0)).sum(axis=(1, 2)))
