"""The inner bound: candidate plans from hedging, evaluated exactly."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.data.plan import Plan
from robustev.methods.benders.engine import CutEngine
from robustev.methods.benders.rounding import NearestPlan
from robustev.methods.bounds import Bounds
from robustev.model.decisions import agreed, decisions


class Candidates:
    """Turns first-stage points of scenarios into plans and keeps the best exact one."""

    def __init__(self, engine: CutEngine, bounds: Bounds) -> None:
        self.engine = engine
        self.bounds = bounds
        self.nearest = NearestPlan(engine.first, engine.demand_rows())
        self.decisions = decisions(engine.instance)
        self._seen: set[bytes] = set()

    def consider(self, points: FloatArray, stop: Callable[[], bool]) -> bool:
        """Try the plan nearest to the mean of ``points``, then the points that are plans.

        ``points`` has shape (scenarios, first-stage columns). Scenarios are tried in order of
        distance from the mean. Returns whether the incumbent improved.
        """
        probability = self.engine.instance.probability
        points = agreed(points, self.decisions, probability)
        mean = probability @ points
        improved = self.offer(self.nearest.plan(mean), "hedging mean")
        distance = np.abs(points - mean).sum(axis=1)
        for s in np.argsort(distance):
            if stop():
                break
            whole = np.rint(points[s])
            if self.engine.first.holds(whole):
                improved |= self.offer(self.engine.first.plan(whole, "plan"), "hedging scenario")
        return improved

    def offer(self, plan: Plan | None, source: str) -> bool:
        """Evaluate a new plan exactly unless the pool proves that it is no better."""
        if plan is None:
            return False
        key = plan.open.tobytes() + plan.chargers.tobytes()
        if key in self._seen:
            return False
        self._seen.add(key)
        if self.engine.proven_objective(plan) >= self.bounds.upper:
            return False
        return self.bounds.offer(plan, self.engine.objective(plan), source)
