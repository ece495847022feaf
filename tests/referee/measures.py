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

Linear = dict[int, float]
MEASURES: dict[str, Callable[[Costs, Mapping[str, Any]], Linear]] = {}


@dataclass
class Costs:
    """Scenario costs, each as coefficients of columns and a constant.

    ``tangents`` takes functions of scenario costs that return a value and a gradient, for measures
    that no linear program states.
    """

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
