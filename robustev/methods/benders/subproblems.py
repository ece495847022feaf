"""Exact solves of scenarios for the cut engine, which leave the price pool as it is."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.data.plan import Plan
from robustev.recourse.recourse import Prices, Recourse, RecourseCut

MAX_LESSONS = 12
"""Prices that join the pool from one exact evaluation of a plan."""
SURPRISE = 1e-6
"""Relative amount by which an exact cost must exceed what was proven to be worth a price."""
THREADED_ARCS = 10_000
"""Sites times zones from which threads pay: below, a scenario's solve is mostly Python's own work,
which threads cannot share (1,250 arcs take longer on two threads, 409,600 two thirds as long)."""

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Lesson:
    """The prices of a scenario's exact solve, and by how much its cost exceeded what was proven."""

    surprise: float
    cost: float
    prices: Prices

    @property
    def worth_learning(self) -> bool:
        """Whether the cost was not known well enough before."""
        return self.surprise > SURPRISE * abs(self.cost)


@dataclass(frozen=True, eq=False)
class PlanCosts:
    """What a plan costs in some scenarios.

    Parameters
    ----------
    costs
        Shape (scenarios,): exact second-stage costs; infinite where demand cannot be served.
    cuts
        For each scenario, the cut of each service that is exact at the plan; empty if not asked
        for, or where the cost is infinite.
    lessons
        The solves that surprised most.
    """

    costs: FloatArray
    cuts: list[list[RecourseCut]]
    lessons: list[Lesson]


class Subproblems:
    """Solves scenarios exactly, on the threads of this process.

    Parameters
    ----------
    workers
        Threads that judge a plan, where the network is not too small for them; solves at
        fractional openings go on from one another, so they take turns on one thread.
    """

    width = 1
    """Scenarios that :meth:`price` solves side by side."""

    def __init__(self, recourse: Recourse, workers: int = 1) -> None:
        self.recourse = recourse
        self.workers = workers if recourse.instance.travel_cost.size >= THREADED_ARCS else 1

    def price(
        self,
        scenarios: Sequence[int],
        x: FloatArray,
        capacity: FloatArray,
        *,
        shortage: bool = False,
    ) -> list[tuple[float, Prices]]:
        """Return each scenario's exact cost at ``(x, C)`` and its prices, one per service.

        With ``shortage`` the cost is the least forbidden unserved units instead.
        """
        return [self.recourse.price(s, x, capacity, shortage=shortage) for s in scenarios]

    def judge(
        self, plan: Plan, scenarios: Sequence[int], proven: FloatArray, *, with_cuts: bool
    ) -> PlanCosts:
        """Return what ``plan`` costs in some scenarios, at least ``proven``, shape (scenarios,)."""

        def one(s: int) -> tuple[float, list[RecourseCut], Prices]:
            part = self.recourse.dispatch(plan, s)
            wanted = with_cuts and np.isfinite(part.cost)
            cuts = self.recourse.exact_cuts(part, s, plan) if wanted else []
            return part.cost, cuts, part.prices

        costs = np.empty(len(scenarios))
        exact: list[list[RecourseCut]] = []
        lessons: list[Lesson] = []
        for row, (cost, cuts, prices) in enumerate(self._each(one, scenarios)):
            costs[row] = cost
            exact.append(cuts)
            lessons = most_surprising(lessons, [Lesson(cost - proven[row], cost, prices)])
        return PlanCosts(costs, exact, lessons)

    def _each(self, function: Callable[[int], T], scenarios: Sequence[int]) -> Iterator[T]:
        if self.workers == 1:
            yield from map(function, scenarios)
            return
        with ThreadPoolExecutor(self.workers) as pool:
            yield from pool.map(function, scenarios)


def most_surprising(known: Sequence[Lesson], more: Iterable[Lesson]) -> list[Lesson]:
    """Return the lessons that surprise most, at most ``MAX_LESSONS`` of them."""
    return heapq.nlargest(MAX_LESSONS, [*known, *more], key=lambda lesson: lesson.surprise)
