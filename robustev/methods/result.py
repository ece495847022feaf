"""What every solution method returns, and the limits that stop it."""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from robustev.core.summary import Fact, Summarised
from robustev.data.plan import Plan
from robustev.recourse.certificate import Certificate


class Status(enum.StrEnum):
    """Why a solve ended."""

    OPTIMAL = "optimal"
    GAP_REACHED = "gap_reached"
    TIME_LIMIT = "time_limit"
    ITERATION_LIMIT = "iteration_limit"
    INTERRUPTED = "interrupted"
    INFEASIBLE = "infeasible"
    ERROR = "error"


UNFINISHED = (Status.INTERRUPTED, Status.ERROR)
"""How a solve ended that is to go on."""


@dataclass(frozen=True)
class StopRule:
    """When to stop: at a relative ``gap``, after ``seconds``, or after ``iterations``."""

    gap: float = 1e-2
    seconds: float = math.inf
    iterations: int | None = None

    def __post_init__(self) -> None:
        if not self.gap >= 0:
            raise ValueError(f"gap must be >= 0, not {self.gap}")
        if not self.seconds > 0:
            raise ValueError(f"seconds must be > 0, not {self.seconds}")
        if self.iterations is not None and self.iterations < 1:
            raise ValueError(f"iterations must be >= 1, not {self.iterations}")


@dataclass(frozen=True)
class TraceRow:
    """Both bounds at one moment, and which part of the method moved them."""

    seconds: float
    iteration: int
    lower_bound: float | None
    upper_bound: float | None
    source: str


Progress = Callable[[TraceRow], None]
"""Called whenever a bound moves."""


def relative_gap(objective: float | None, lower_bound: float | None) -> float | None:
    """Return ``(objective - lower_bound) / |objective|``, or None while either is unknown.

    >>> relative_gap(100.0, 99.0)
    0.01
    """
    if objective is None or lower_bound is None:
        return None
    if not (math.isfinite(objective) and math.isfinite(lower_bound)):
        return None
    difference = objective - lower_bound
    return difference / abs(objective) if objective else (0.0 if difference <= 0 else math.inf)


@dataclass(frozen=True, repr=False)
class SolveResult(Summarised):
    """The outcome of a solve, the same for every method.

    Parameters
    ----------
    plan
        Best plan found, or None if there is none.
    objective
        Its objective, evaluated exactly on every scenario; None without a plan.
    lower_bound
        A valid lower bound on the optimum; None if none is known.
    seconds
        Wall-clock time.
    trace
        Every move of a bound, in time order.
    message
        A sentence for people: why it stopped, or why there is no plan.
    certificate
        The dual prices that the lower bound rests on; None from methods without any.
    """

    method: str
    plan: Plan | None
    objective: float | None
    lower_bound: float | None
    status: Status
    seconds: float
    trace: tuple[TraceRow, ...] = ()
    message: str = ""
    details: dict[str, object] = field(default_factory=dict)
    certificate: Certificate | None = None

    def summary(self) -> tuple[str, Mapping[str, Fact]]:
        """Return the plan's name, what is proven about it, and how it was found."""
        return "" if self.plan is None else self.plan.name, {
            "status": str(self.status),
            "objective": self.objective,
            "lower_bound": self.lower_bound,
            "gap": None if self.gap is None else f"{self.gap:.3%}",
            "stations": None if self.plan is None else int(self.plan.open.sum()),
            "method": self.method or None,
            "seconds": round(self.seconds, 1),
            "message": self.message or None,
        }

    @property
    def gap(self) -> float | None:
        """Proven relative gap, ``(objective - lower_bound) / |objective|``."""
        return relative_gap(self.objective, self.lower_bound)

    def trace_frame(self) -> pd.DataFrame:
        """Return the trace as a table: seconds, iteration, lower_bound, upper_bound, source."""
        columns = list(TraceRow.__dataclass_fields__)
        return pd.DataFrame([[getattr(row, c) for c in columns] for row in self.trace],
                            columns=columns)  # fmt: skip


def better_of(made: SolveResult, before: SolveResult) -> SolveResult:
    """Return the better plan and the higher bound of a solve and the one before it."""
    if before.plan is not None and before.objective is not None and (
        made.plan is None or made.objective is None or before.objective < made.objective
    ):  # fmt: skip
        made = replace(made, plan=before.plan, objective=before.objective)
    if before.lower_bound is not None and (
        made.lower_bound is None or before.lower_bound > made.lower_bound
    ):
        made = replace(made, lower_bound=before.lower_bound, certificate=before.certificate)
    trace = [replace(row, seconds=before.seconds + row.seconds) for row in made.trace]
    return replace(made, seconds=before.seconds + made.seconds, trace=(*before.trace, *trace))
