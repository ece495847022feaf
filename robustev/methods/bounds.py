"""Both bounds of a running solve, its best plan, and the trace of how they moved."""

from __future__ import annotations

import time

import numpy as np

from robustev.core.errors import SolverError
from robustev.data.plan import Plan
from robustev.methods.result import (
    Progress,
    SolveResult,
    Status,
    StopRule,
    TraceRow,
    relative_gap,
)
from robustev.parallel import interrupt
from robustev.recourse.certificate import Certificate

CROSSING = 1e-6
"""Relative amount by which bounds may cross through rounding; more is an error."""

SMALLEST = 1e-9
"""Difference of costs that solvers cannot tell, in the units in which they work."""

PROVEN = 1e-9
"""Gap at which a plan is optimal as far as numbers tell."""

FIRST_PLAN_SECONDS = 2.0
"""Seconds beyond the time limit in which the evaluation of a first plan may still end."""

PRUNED_SHARE = 0.9
"""Share of the gap aimed at by which a node's bound may stay below the best plan and be pruned."""


class Bounds:
    """Both bounds, the best plan, and the trace of how they moved.

    Parameters
    ----------
    negligible
        Difference of costs that is rounding, given the costs that are summed; where an optimum is
        0, no relative gap tells.
    """

    def __init__(self, progress: Progress | None = None, *, negligible: float = 0.0) -> None:
        self.negligible = negligible
        self.lower = -np.inf
        self._best: tuple[float, Plan | None] = (np.inf, None)
        self.iteration = 0
        self.trace: list[TraceRow] = []
        self.progress = progress
        self._start = time.perf_counter()

    @property
    def best(self) -> tuple[float, Plan | None]:
        """The least cost known and its plan, None where another rank has it.

        Both are read at once, so that another thread never sees one without the other.
        """
        return self._best

    @property
    def upper(self) -> float:
        """The least cost known; infinite at first."""
        return self._best[0]

    @property
    def plan(self) -> Plan | None:
        """The plan of that cost."""
        return self._best[1]

    def go_on_from(self, lower: float, objective: float, plan: Plan | None) -> None:
        """Begin with what an earlier solve of the same instance had proven and found."""
        self._best = (objective, plan)
        self.lower = min(lower, objective)
        if np.isfinite(self.lower) or np.isfinite(objective):
            self._note("earlier solve")

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._start

    def seconds_left(self, stop: StopRule) -> float:
        """Return the seconds until a long evaluation must end; below 0 once it should have.

        Without a plan there is a little more time, so that the first one is not given up.
        """
        left = min(stop.seconds - self.seconds, -interrupt.seconds_since())
        if self.plan is None:
            left += FIRST_PLAN_SECONDS
        return left

    @property
    def gap(self) -> float:
        """Relative gap; infinite while a bound is missing, 0 where only rounding is left."""
        if self.upper - self.lower <= self.negligible:
            return 0.0
        gap = relative_gap(self.upper, self.lower)
        return np.inf if gap is None else gap

    def cutoff(self, gap: float) -> float:
        """Return the cost from which on a tree may prune and prove ``gap``; infinite at first."""
        if not np.isfinite(self.upper):
            return np.inf
        return self.upper - PRUNED_SHARE * max(gap * abs(self.upper), self.negligible)

    def _crosses(self, lower: float, upper: float) -> bool:
        """Return whether a lower bound exceeds a cost by more than rounding."""
        return lower - upper > max(CROSSING * abs(upper), self.negligible, SMALLEST)

    def raise_lower(self, bound: float, source: str) -> bool:
        """Take a lower bound; return whether it is an improvement.

        Raises
        ------
        SolverError
            If it lies above the cost of a plan by more than rounding.
        """
        if bound > self.upper:
            if self._crosses(bound, self.upper):
                raise SolverError(
                    f"{source} gives a lower bound {bound!r} above the exactly evaluated cost "
                    f"{self.upper!r} of a plan"
                )
            bound = self.upper
        if not np.isfinite(bound) or bound <= self.lower:
            return False
        self.lower = bound
        self._note(source)
        return True

    def offer(self, plan: Plan | None, objective: float, source: str) -> bool:
        """Take an exactly evaluated plan; return whether it is the best so far.

        Raises
        ------
        SolverError
            If its cost lies below the lower bound by more than rounding: the plan is taken, and
            the bound, which was false, is given up.
        """
        if not objective < self.upper:
            return False
        if self._crosses(self.lower, objective):
            false, self.lower = self.lower, -np.inf
            self._best = (objective, plan)
            self._note(source)
            raise SolverError(
                f"{source} gives a plan of cost {objective!r} below the lower bound {false!r}"
            )
        self._best = (objective, plan)
        self.lower = min(self.lower, objective)
        self._note(source)
        return True

    def settle(self, objective: float, plan: Plan) -> None:
        """Take the plan behind the best cost, where another rank found it."""
        self._best = (objective, plan)

    def _note(self, source: str) -> None:
        row = TraceRow(
            self.seconds,
            self.iteration,
            self.lower if np.isfinite(self.lower) else None,
            self.upper if np.isfinite(self.upper) else None,
            source,
        )
        self.trace.append(row)
        if self.progress is not None:
            self.progress(row)

    def status(self, stop: StopRule, *, interrupted: bool = False) -> Status:
        """Return why a solve that ended now has ended."""
        if self.gap <= PROVEN:
            return Status.OPTIMAL
        if self.gap <= stop.gap:
            return Status.GAP_REACHED
        if interrupted:
            return Status.INTERRUPTED
        if self.seconds >= stop.seconds:
            return Status.TIME_LIMIT
        return Status.ITERATION_LIMIT

    def result(
        self,
        method: str,
        name: str,
        status: Status,
        message: str = "",
        *,
        certificate: Certificate | None = None,
        **details: object,
    ) -> SolveResult:
        """Return the result of a solve that ended with ``status``."""
        plan = self.plan.renamed(name) if self.plan is not None else None
        nothing = max(abs(self.lower), abs(self.upper)) <= self.negligible
        lower, upper = (0.0, 0.0) if nothing else (self.lower, self.upper)
        return SolveResult(
            method=method,
            plan=plan,
            objective=upper if plan is not None else None,
            lower_bound=lower if np.isfinite(lower) else None,
            status=status,
            seconds=self.seconds,
            trace=tuple(self.trace),
            message=message,
            details=details,
            certificate=certificate,
        )
