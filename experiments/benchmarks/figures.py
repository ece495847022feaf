"""What one run measured, read from its stream of bounds."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from statistics import fmean

from experiments.benchmarks.registry import Case
from experiments.benchmarks.yardstick import Exact
from robustev.methods.result import Status, relative_gap

TARGETS = (1e-2, 1e-3, 1e-4)
"""Relative gaps that every method is timed to."""
ACCURACY = 1e-6
"""Relative amount by which a published optimum may be missed through rounding."""
INTEGER_ACCURACY = 1e-5
"""Relative amount by which the yardstick, which counts in whole units, may miss an objective."""

TOLD = ("cpu_seconds", "unavoidable", "infrastructure", "forecast_seconds", "forecast_gb")
"""What a run tells besides of a case with a yardstick."""

DONE = "done"
PROVEN = (Status.OPTIMAL, Status.GAP_REACHED)


@dataclass(frozen=True)
class Figures:
    """One method on one case; times are seconds from the instance in memory, None if not reached.

    ``goal`` and ``limit`` are the gap and the seconds of the case, ``to_goal`` the time to that
    gap; ``outcome`` is ``done``, or which limit or fault ended the run; ``peak_gb`` is the memory
    of the largest of its ``ranks`` processes.

    Of cases with a yardstick, else None: ``cpu_seconds`` of the whole solve; ``exact_seconds``, the
    yardstick E; ``unavoidable``, the expected cost of every zone at its nearest site;
    ``infrastructure`` of the plan; and what was forecast.
    """

    case: str
    method: str
    goal: float
    limit: float
    outcome: str
    objective: float | None
    lower_bound: float | None
    seconds: float
    seconds_to: list[float | None]
    to_goal: float | None
    build_seconds: float | None
    peak_gb: float
    ranks: int = 1
    cpu_seconds: float | None = None
    exact_seconds: float | None = None
    unavoidable: float | None = None
    infrastructure: float | None = None
    forecast_seconds: float | None = None
    forecast_gb: float | None = None

    @property
    def gap(self) -> float | None:
        """Proven relative gap when it ended."""
        return relative_gap(self.objective, self.lower_bound)

    @property
    def avoidable_gap(self) -> float | None:
        """Proven gap relative to the cost less what no plan can avoid."""
        if self.unavoidable is None or self.objective is None or self.lower_bound is None:
            return None
        return relative_gap(self.objective - self.unavoidable, self.lower_bound - self.unavoidable)


def read_figures(
    case: Case, method: str, lines: Iterable[str], *, failure: str, peak_gb: float, ranks: int
) -> Figures:
    """Return the figures of a run that wrote ``lines``, and ended by ``failure`` if not in order.

    A line holds seconds, lower and upper bound, or, the last one, the summary of an orderly end.
    """
    records = [json.loads(line) for line in lines]
    end = records.pop() if records and isinstance(records[-1], dict) else None
    trace = _tightened(records)
    last = trace[-1] if trace else (0.0, None, None)
    if end is None:
        end = {"status": None, "seconds": last[0], "lower_bound": last[1], "objective": last[2]}
        outcome = failure
    else:
        trace.append((end["seconds"], end["lower_bound"], end["objective"]))
        outcome = DONE if end["status"] in PROVEN else str(end["status"]).replace("_", " ")
    fault = fault_of(case, end["lower_bound"], end["objective"])
    to_goal = _first(trace, case.gap)
    if outcome == DONE and to_goal is None:
        to_goal = end["seconds"]
    return Figures(
        case=case.name, method=method, goal=case.gap, limit=case.seconds,
        outcome=fault or outcome, objective=end["objective"], lower_bound=end["lower_bound"],
        seconds=end["seconds"], seconds_to=[_first(trace, target) for target in TARGETS],
        to_goal=to_goal, build_seconds=end.get("build_seconds"), peak_gb=peak_gb, ranks=ranks,
        **{name: end.get(name) for name in TOLD},
    )  # fmt: skip


def with_yardstick(figures: Figures, exact: Exact) -> Figures:
    """Return the figures with E, and with a fault where it finds another cost of the plan.

    Scenarios are equally likely.
    """
    found = replace(figures, exact_seconds=exact.seconds)
    if figures.objective is None or figures.infrastructure is None:
        return found
    cost = fmean(exact.costs) + figures.infrastructure
    if abs(cost - figures.objective) > INTEGER_ACCURACY * abs(cost):
        return replace(found, outcome=f"WRONG: the plan costs {cost!r}")
    return found


def fault_of(case: Case, lower: float | None, upper: float | None) -> str | None:
    """Return what is wrong with bounds that cross each other or a published optimum."""
    if lower is not None and upper is not None and lower > upper * (1 + ACCURACY):
        return "WRONG: bound above objective"
    if case.optimum is None:
        return None
    if lower is not None and lower > case.optimum * (1 + ACCURACY):
        return "WRONG: bound above optimum"
    if upper is not None and upper < case.optimum * (1 - ACCURACY):
        return "WRONG: objective below optimum"
    return None


Moment = tuple[float, float | None, float | None]


def _tightened(records: Iterable[list[float | None]]) -> list[Moment]:
    """Return the best bounds known at each moment."""
    lower, upper = -math.inf, math.inf
    trace: list[Moment] = []
    for seconds, low, up in records:
        lower = lower if low is None else max(lower, low)
        upper = upper if up is None else min(upper, up)
        known = [bound if math.isfinite(bound) else None for bound in (lower, upper)]
        trace.append((float(seconds or 0.0), known[0], known[1]))
    return trace


def _first(trace: Iterable[Moment], target: float) -> float | None:
    """Return when ``target`` was first proven."""
    for seconds, lower, upper in trace:
        gap = relative_gap(upper, lower)
        if gap is not None and gap <= target:
            return seconds
    return None
