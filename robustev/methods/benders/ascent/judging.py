"""What a plan near the ascent costs: at least by its prices, and exactly by solves from them."""

from __future__ import annotations

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.data.plan import Plan
from robustev.methods.benders.ascent.plans import PricedPlan
from robustev.methods.benders.subproblems import TimeLeft, forever
from robustev.model.instance import Instance
from robustev.parallel.ordered import ordered_map
from robustev.recourse.arc_passes import ArcPasses
from robustev.recourse.networks.choose import network_of
from robustev.recourse.transport_simplex import solve_transport
from robustev.recourse.undecided import solve_undecided


class PlanJudge:
    """Bounds and evaluates plans of an instance with one demand type and limited capacity."""

    def __init__(self, instance: Instance, passes: ArcPasses) -> None:
        self.instance, self.passes = instance, passes
        self.network = network_of(instance.arcs, passes.ceiling)

    def at_least(self, priced: PricedPlan) -> float:
        """Return a lower bound on the plan's expected cost: one pass over the arcs it can use."""
        instance, arcs = self.instance, self.instance.arcs
        some = self.passes.only(priced.plan.open[arcs.site])
        served = some.served(priced.price, np.zeros(len(arcs)), instance.demand[:, :, 0])
        rent = self._limit(priced.plan) @ priced.price.astype(np.float64)
        return float(instance.probability @ (served - rent)) + self._fixed(priced.plan)

    def costs(self, priced: PricedPlan, left: TimeLeft = forever) -> FloatArray | None:
        """Return the plan's exact cost in each scenario, shape (scenarios,).

        None once ``left()`` seconds are below 0.
        """
        demand, limit = self.instance.demand[:, :, 0], self._limit(priced.plan)

        def one(s: int) -> float:
            start = priced.price[:, s].astype(np.float64)
            quick = solve_undecided(self.network, demand[s], limit, start)
            flow = quick or solve_transport(self.network, demand[s], limit, start)
            return flow.value

        found = []
        for cost in ordered_map(one, range(len(demand)), workers=self.passes.workers):
            if left() < 0:
                return None
            found.append(cost)
        return np.array(found) + self._fixed(priced.plan)

    def _limit(self, plan: Plan) -> FloatArray:
        return np.where(plan.open, self.instance.capacity(plan)[:, 0], 0.0)

    def _fixed(self, plan: Plan) -> float:
        return self.instance.infrastructure_cost(plan)
