"""Exact solves of scenarios for the cut engine, which leave the pools as they are."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.data.plan import Plan
from robustev.recourse.cut import Cut
from robustev.recourse.kernels.base import EXACT, SeparationMode
from robustev.recourse.recourse import DualPoints, Recourse

MAX_CANDIDATES = 12
"""Scenarios whose duals join the pools from one exact evaluation of a plan."""
INFORMATIVE = 1e-6
"""Relative amount by which an exact cost must exceed what was proven for its duals to be kept."""
THREADED_ARCS = 10_000
"""Arcs from which threads pay: below, a scenario's solve is mostly Python's own work,
which threads cannot share (1,250 arcs take longer on two threads, 409,600 two thirds as long)."""

T = TypeVar("T")
TimeLeft = Callable[[], float]
"""Tells how many seconds there are; below 0 once time is up."""


def forever() -> float:
    """Return that there is time without end."""
    return np.inf


@dataclass(frozen=True, eq=False)
class DualCandidate:
    """Dual points of a scenario's exact solve, and by how much its cost exceeds what was proven."""

    excess: float
    cost: float
    duals: DualPoints

    @property
    def is_informative(self) -> bool:
        """Whether the cost was not known well enough before."""
        return self.excess > INFORMATIVE * abs(self.cost)


@dataclass(frozen=True, eq=False)
class PlanCosts:
    """What a plan costs in some scenarios.

    Parameters
    ----------
    costs
        Shape (scenarios,): exact second-stage costs; infinite where demand cannot be served.
    cuts
        For each scenario, the cut of each kernel that is exact at the plan; empty if not asked
        for, or where the cost is infinite.
    candidates
        The solves whose cost exceeds most what was proven.
    seconds
        Shape (scenarios,): how long each solve took.
    complete
        Whether every scenario was solved; if time was up before, costs are not to be used.
    """

    costs: FloatArray
    cuts: list[list[Cut]]
    candidates: list[DualCandidate]
    seconds: FloatArray
    complete: bool = True


class Subproblems:
    """Solves scenarios exactly, on the threads of this process.

    Parameters
    ----------
    workers
        Threads that evaluate a plan, where the network is not too small for them; solves at
        fractional openings go on from one another, so they take turns on one thread.
    """

    width = 1
    """Scenarios that :meth:`price` solves side by side."""

    def __init__(self, recourse: Recourse, workers: int = 1) -> None:
        self.recourse = recourse
        self.workers = workers if len(recourse.instance.arcs) >= THREADED_ARCS else 1

    def price(
        self,
        scenarios: Sequence[int],
        x: FloatArray,
        capacity: FloatArray,
        mode: SeparationMode = EXACT,
        starts: Sequence[DualPoints | None] = (),
        *,
        shortage: bool = False,
    ) -> list[tuple[float, DualPoints]]:
        """Return each scenario's exact cost at ``(x, C)`` and its dual points, one per kernel.

        With ``shortage`` the cost is the least forbidden unserved units instead. ``starts`` are
        dual points of similar solves, one or None for each scenario, or nothing at all.
        """
        begin = starts or [None] * len(scenarios)
        return [
            self.recourse.price(s, x, capacity, mode, start, shortage=shortage)
            for s, start in zip(scenarios, begin, strict=True)
        ]

    def evaluate(
        self,
        plan: Plan,
        scenarios: Sequence[int],
        proven: FloatArray,
        *,
        with_cuts: bool,
        left: TimeLeft = forever,
    ) -> PlanCosts:
        """Return what ``plan`` costs in some scenarios, at least ``proven``, shape (scenarios,).

        Ends early, without an answer, once ``left()`` seconds are below 0.
        """

        def one(s: int) -> tuple[float, list[Cut], DualPoints, float] | None:
            if left() < 0:
                return None
            began = time.perf_counter()
            part = self.recourse.dispatch(plan, s)
            wanted = with_cuts and np.isfinite(part.cost)
            cuts = self.recourse.exact_cuts(part.duals, s, plan) if wanted else []
            return part.cost, cuts, part.duals, time.perf_counter() - began

        costs, seconds = np.empty(len(scenarios)), np.zeros(len(scenarios))
        exact: list[list[Cut]] = []
        candidates: list[DualCandidate] = []
        for row, solved in enumerate(self._each(one, scenarios)):
            if solved is None:
                return PlanCosts(costs, [], candidates, seconds, complete=False)
            cost, cuts, duals, seconds[row] = solved
            costs[row] = cost
            exact.append(cuts)
            found = DualCandidate(cost - proven[row], cost, duals)
            candidates = most_informative(candidates, [found])
        return PlanCosts(costs, exact, candidates, seconds)

    def _each(self, function: Callable[[int], T], scenarios: Sequence[int]) -> Iterator[T]:
        if self.workers == 1:
            yield from map(function, scenarios)
            return
        with ThreadPoolExecutor(self.workers) as pool:
            yield from pool.map(function, scenarios)


def most_informative(
    known: Sequence[DualCandidate], more: Iterable[DualCandidate]
) -> list[DualCandidate]:
    """Return the candidates of largest excess, at most ``MAX_CANDIDATES`` of them."""
    return heapq.nlargest(MAX_CANDIDATES, [*known, *more], key=lambda one: one.excess)
