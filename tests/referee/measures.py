"""Every risk measure stated once more, over scenario costs that are linear in the columns.

A ball of distributions is stated by its dual: if moving one unit of probability from scenario ``s``
to ``t`` costs ``d_st`` and at most ``r`` may be spent, the worst expectation is
``min r l + sum_s p_s y_s`` with ``y_s >= f_t - l d_st`` and ``l >= 0`` (Mohajerin Esfahani and Kuhn
2018); total variation is the case in which every move costs 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.referee.program import Program
from tests.referee.statement import Facts

Linear = dict[int, float]
MEASURES: dict[str, Callable[[Costs, Mapping[str, Any]], Linear]] = {}


@dataclass
class Costs:
    """Scenario costs, each as coefficients of columns and a constant.

    A measure that no linear program states adds rows where a point lacks them; see
    :attr:`Program.checks`.
    """

    facts: Facts
    program: Program
    terms: Sequence[Linear]
    constants: Sequence[float]
    probability: np.ndarray

    def above(self, column: int, s: int, share: float = 1.0, more: Linear | None = None) -> None:
        """Require ``column >= share * f_s - more``."""
        terms = {c: -share * v for c, v in self.terms[s].items()}
        for c, v in (more or {}).items():
            terms[c] = terms.get(c, 0.0) + v
        terms[column] = terms.get(column, 0.0) + 1.0
        self.program.row(terms, least=share * self.constants[s])

    def free(self) -> int:
        """Return a new column without bounds."""
        return self.program.column(lower=-np.inf)


def measure(
    state: Callable[[Costs, Mapping[str, Any]], Linear],
) -> Callable[[Costs, Mapping[str, Any]], Linear]:
    """Take a function in under its name, which is the key of the measure."""
    MEASURES[state.__name__] = state
    return state


@measure
def worst_case(costs: Costs, options: Mapping[str, Any]) -> Linear:
    top = costs.free()
    for s in range(len(costs.terms)):
        costs.above(top, s)
    return {top: 1.0}


MEASURES["regret"] = worst_case


@measure
def cvar(costs: Costs, options: Mapping[str, Any]) -> Linear:
    level, found = costs.free(), {}
    for s, p in enumerate(costs.probability):
        excess = costs.program.column()
        costs.above(excess, s, more={level: 1.0})
        found[excess] = p / options.get("tail", 0.1)
    return {level: 1.0, **found}


def _ball(costs: Costs, distance: np.ndarray, radius: float) -> Linear:
    price, found = costs.program.column(), {}
    for s, p in enumerate(costs.probability):
        level = costs.free()
        for t in range(len(costs.terms)):
            costs.above(level, t, more={price: float(distance[s, t])})
        found[level] = float(p)
    return {price: radius, **found}


@measure
def total_variation(costs: Costs, options: Mapping[str, Any]) -> Linear:
    count = len(costs.terms)
    return _ball(costs, 1.0 - np.eye(count), options.get("radius", 0.1))


def is_mean(objective: Mapping[str, Any]) -> bool:
    """Return whether an objective is the expected cost, of the scenarios or of their mean."""
    name = objective.get("measure", "expected")
    return name in ("expected", "nominal") or objective.get("weight", 1.0) == 0


def _apart(facts: Facts, options: Mapping[str, Any]) -> np.ndarray:
    """Return how far scenarios are apart, pair by pair."""
    count = len(facts.demand)
    apart, prices = np.zeros((count, count)), []
    for step in (1, 2, 3):
        nearest = facts.travel[::step].min(axis=0)
        least = np.minimum(nearest[:, None], facts.penalty[None, :])
        prices.append(np.where(np.isfinite(least), least, 0.0))
    if options.get("distance", "demand") == "demand":
        prices = []
        size = sum(p * d.sum() for p, d in zip(facts.probability, facts.demand, strict=True))
    else:
        size = max(
            sum(p * (d * one).sum() for p, d in zip(facts.probability, facts.demand, strict=True))
            for one in prices
        )
    for s in range(count):
        for t in range(count):
            change = facts.demand[s] - facts.demand[t]
            ways = [abs(float((change * one).sum())) for one in prices]
            apart[s, t] = max(ways) if prices else float(np.abs(change).sum())
    return apart / (size or 1.0)


@measure
def wasserstein(costs: Costs, options: Mapping[str, Any]) -> Linear:
    return _ball(costs, _apart(costs.facts, options), options.get("radius", 0.1))


@measure
def entropic(costs: Costs, options: Mapping[str, Any]) -> Linear:
    """Return a column above the measure's tangents, which are added where they are missed."""
    f = costs.facts
    mean = np.tensordot(f.probability, f.demand, axes=1)
    near = f.travel.min(axis=0)
    served = float((mean * np.where(np.isfinite(near), near, 0.0)[:, None]).sum())
    left = float((mean * np.where(np.isfinite(f.penalty), f.penalty, 0.0)).sum())
    unit = (served or left or 1.0 / f.money) / options.get("aversion", 1.0)
    top = costs.free()
    p = costs.probability

    def tangent(at: np.ndarray) -> tuple[float, np.ndarray]:
        most = at.max()
        power = p * np.exp((at - most) / unit)
        return float(most + unit * np.log(power.sum())), power / power.sum()

    def add(at: np.ndarray) -> None:
        value, weight = tangent(at)
        terms, constant = {top: 1.0}, value - float(weight @ at)
        for s, share in enumerate(weight):
            constant += float(share) * costs.constants[s]
            for c, v in costs.terms[s].items():
                terms[c] = terms.get(c, 0.0) - float(share) * v
        costs.program.row(terms, least=constant)

    def missing(point: np.ndarray) -> bool:
        at = np.array(
            [
                constant + sum(v * point[c] for c, v in terms.items())
                for terms, constant in zip(costs.terms, costs.constants, strict=True)
            ]
        )
        if tangent(at)[0] - point[top] <= 1e-8 * (1 + abs(point[top])):
            return False
        add(at)
        return True

    add(np.zeros(len(p)))
    costs.program.checks.append(missing)
    return {top: 1.0}
