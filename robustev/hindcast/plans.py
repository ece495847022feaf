"""The plans of a region: from point forecasts with margins, robust ones, and with hindsight."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.core.errors import SolverError
from robustev.data.plan import Plan
from robustev.evaluate.spending import spend
from robustev.hindcast.config import HindcastConfig
from robustev.hindcast.problem import Problem
from robustev.methods.result import SolveResult
from robustev.methods.solve import solve
from robustev.model.risk import Expected, RiskMeasure

CLOSE = 0.005
"""Relative difference of spending that counts as equal."""
SEARCH_STEPS = 5
"""Most plans made in search of a margin that spends as much as a robust plan."""
LARGEST_MARGIN = 1.0


@dataclass(frozen=True, eq=False)
class MadePlan:
    """A plan and what is proven about it.

    Parameters
    ----------
    kind
        ``baseline``, ``margin``, ``robust``, ``equal_spend`` or ``hindsight``.
    spend
        Money relative to the capacity that would serve the demand at the decision.
    partner
        Of a plan of equal spend: the robust plan that spends as much.
    """

    name: str
    kind: str
    plan: Plan
    gap: float
    spend: float
    seconds: float
    margin: float = 0.0
    forecast: str = ""
    partner: str = ""


@dataclass(frozen=True, eq=False)
class Planner:
    """Makes the plans of one problem."""

    problem: Problem
    config: HindcastConfig

    def make(
        self, name: str, kind: str, people: FloatArray, objective: RiskMeasure, gap: float,
        **about: str | float,
    ) -> MadePlan:  # fmt: skip
        """Return the plan for scenarios of people, shape (scenarios, zones).

        Raises
        ------
        SolverError
            If no plan with a bound was found.
        """
        options = self.config.solve.model_copy(update={"gap": gap})
        scenarios, model = self.problem.planned(people), self.problem.model(objective)
        result = solve(self.problem.coarse, scenarios, model, options, name=name)
        plan, proven = _checked(result, name, self.problem.region.name)
        share = self._spend(plan)
        fields: dict[str, object] = {"seconds": result.seconds, **about}
        return MadePlan(name, kind, plan, proven, share, **fields)  # type: ignore[arg-type]

    def _spend(self, plan: Plan) -> float:
        instance = self.problem.judged(np.ones(self.problem.region.num_zones))
        return spend(plan, instance) / float(self.problem.region.demand.sum())

    def baselines(self, forecasts: Mapping[str, FloatArray]) -> Iterator[MadePlan]:
        """Yield the plans of each point forecast that there is, with each margin."""
        for forecast in self.config.baselines:
            if forecast not in forecasts:
                continue
            for margin in self.config.margins:
                yield self.with_margin(forecast, forecasts[forecast], margin)

    def with_margin(self, forecast: str, people: FloatArray, margin: float) -> MadePlan:
        """Return the plan for a point forecast whose demand is raised by a margin."""
        name = forecast if margin == 0 else f"{forecast}+{100 * margin:.3g}%"
        return self.make(
            name, "baseline" if margin == 0 else "margin", (1 + margin) * people[None],
            Expected(), self.config.point_gap, margin=margin, forecast=forecast,
        )  # fmt: skip

    def robust(self, people: FloatArray) -> Iterator[MadePlan]:
        """Yield the robust plans, all from the same scenarios."""
        for name, objective in self.config.robust.items():
            yield self.make(name, "robust", people, objective, self.config.solve.gap)

    def hindsight(self, came: FloatArray) -> MadePlan:
        """Return the plan made by who knew what came."""
        return self.make("hindsight", "hindsight", came[None], Expected(), self.config.point_gap)

    def twin(
        self, robust: MadePlan, forecast: str, people: FloatArray, made: list[MadePlan]
    ) -> MadePlan:
        """Return the plan of a point forecast whose margin spends as much as a robust plan.

        Or as nearly as some steps of the secant method come, never more than 0.5 % more if any
        margin tried does not.
        """
        known = {one.margin: one for one in made if one.forecast == forecast}
        target = robust.spend
        for _ in range(SEARCH_STEPS):
            margin = _next_margin({m: one.spend for m, one in known.items()}, target)
            if margin is None:
                break
            known[margin] = self.with_margin(forecast, people, margin)
        allowed = [one for one in known.values() if one.spend <= target * (1 + CLOSE)]
        best = min(allowed or list(known.values()), key=lambda one: abs(one.spend - target))
        return MadePlan(
            f"{forecast}={robust.name}", "equal_spend", best.plan, best.gap, best.spend,
            best.seconds, best.margin, forecast, robust.name,
        )  # fmt: skip


def _next_margin(spends: Mapping[float, float], target: float) -> float | None:
    """Return the margin to try next; None where one spends the target, or none can."""
    if any(abs(value - target) <= CLOSE * target for value in spends.values()):
        return None
    below = [m for m, value in spends.items() if value < target]
    above = [m for m, value in spends.items() if value > target]
    if not below:
        lowest = min(spends)
        return None if lowest <= -0.5 else lowest - 0.15
    low = max(below)
    above = [m for m in above if m > low]
    if not above:
        return None if low >= LARGEST_MARGIN else min(low + 0.15, LARGEST_MARGIN)
    high = min(above)
    part = (target - spends[low]) / (spends[high] - spends[low])
    margin = low + float(np.clip(part, 0.1, 0.9)) * (high - low)
    return None if high - low < 1e-3 else margin


def _checked(result: SolveResult, name: str, region: str) -> tuple[Plan, float]:
    if result.plan is None or result.gap is None:
        raise SolverError(f"{region}, plan {name}: {result.message or result.status}")
    return result.plan, result.gap
