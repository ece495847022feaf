"""How many scenarios are enough: stability of the decision (Kaut and Wallace, 2007).

Solve again and again with other scenarios of the same number. *In-sample* stability: the optimal
objectives hardly differ. *Out-of-sample* stability: the plans, judged on one large fresh set,
hardly differ in cost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from robustev.core.arrays import FloatArray
from robustev.data.plan import Plan
from robustev.data.scenarios import ScenarioSet

Draw = Callable[[int, int], ScenarioSet]
"""Scenarios from a count and a seed."""
Solve = Callable[[ScenarioSet], Plan]
"""The plan for a scenario set."""
Evaluate = Callable[[Plan, ScenarioSet], FloatArray]
"""The exact cost of a plan in every scenario, shape (scenarios,)."""
Measure = Callable[[FloatArray, FloatArray], float]
"""One number from costs and probabilities, both of shape (scenarios,)."""


def expected_cost(costs: FloatArray, probability: FloatArray) -> float:
    """Return the expected cost; both arrays have shape (scenarios,)."""
    return float(probability @ costs)


@dataclass(frozen=True, eq=False)
class StabilityReport:
    """The result of a stability study.

    Parameters
    ----------
    runs
        One row per count and repetition: count, repetition, in_sample, out_of_sample (costs).
    summary
        One row per count: mean costs, and the spread of each relative to its mean,
        ``(max - min) / mean``.
    enough
        The smallest count from which on both spreads stay within the tolerance, or None.
    """

    runs: pd.DataFrame
    summary: pd.DataFrame
    enough: int | None


def decision_stability(
    draw: Draw,
    solve: Solve,
    evaluate: Evaluate,
    counts: Sequence[int],
    *,
    repetitions: int = 5,
    fresh: int = 1000,
    tolerance: float = 0.01,
    seed: int = 0,
    measure: Measure = expected_cost,
) -> StabilityReport:
    """Return how objective and cost of the plan vary with the scenarios, for each count.

    ``fresh`` scenarios, drawn once with a seed of their own, judge every plan. Seeds of the
    repetitions are ``seed + 1``, ``seed + 2`` and so on, for every count. ``measure`` is what the
    plans are made to minimise.

    Raises
    ------
    ValueError
        If there are fewer than two repetitions or a count is below 1.
    """
    if repetitions < 2:
        raise ValueError(f"repetitions must be >= 2, not {repetitions}")
    if not counts or min(counts) < 1:
        raise ValueError(f"counts must be >= 1, not {list(counts)}")
    judge = draw(fresh, seed)
    rows = []
    for count in sorted(counts):
        for repetition in range(1, repetitions + 1):
            scenarios = draw(count, seed + repetition)
            plan = solve(scenarios)
            own = measure(evaluate(plan, scenarios), scenarios.probability)
            outside = measure(evaluate(plan, judge), judge.probability)
            rows.append((count, repetition, own, outside))
    runs = pd.DataFrame(rows, columns=["count", "repetition", "in_sample", "out_of_sample"])
    summary = _summary(runs)
    return StabilityReport(runs, summary, _enough(summary, tolerance))


def _summary(runs: pd.DataFrame) -> pd.DataFrame:
    table: dict[str, list[float]] = {"count": []}
    for count, part in runs.groupby("count", sort=True):
        table["count"].append(int(str(count)))
        for kind in ("in_sample", "out_of_sample"):
            values = part[kind].to_numpy(dtype=np.float64)
            table.setdefault(f"{kind}_mean", []).append(float(values.mean()))
            relative = float(np.ptp(values) / max(abs(values.mean()), 1e-300))
            table.setdefault(f"{kind}_spread", []).append(relative)
    return pd.DataFrame(table)


def _enough(summary: pd.DataFrame, tolerance: float) -> int | None:
    spreads = summary[["in_sample_spread", "out_of_sample_spread"]].to_numpy(dtype=np.float64)
    stable = (spreads <= tolerance).all(axis=1)
    unstable = np.flatnonzero(~np.asarray(stable))
    first = int(unstable[-1]) + 1 if len(unstable) else 0
    return int(summary["count"].iloc[first]) if first < len(summary) else None
