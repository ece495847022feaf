"""Benders decomposition where capacity never binds: one cost-to-go for each customer.

With cuts customer by customer from a good plan's neighbourhood, a handful of relaxations suffices;
reduced costs then close most sites for good, and a small tree does the rest.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.core.errors import InfeasibleError
from robustev.data.plan import Plan
from robustev.methods.benders.rounding import NearestPlan
from robustev.methods.benders.uncapacitated.interchange import Interchange
from robustev.methods.benders.uncapacitated.prices import PAYS, CustomerPrices
from robustev.methods.benders.uncapacitated.relaxation import (
    VIOLATION,
    Relaxation,
    Relaxed,
    narrowed,
)
from robustev.methods.bounds import PROVEN, Bounds
from robustev.methods.result import StopRule
from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance
from robustev.parallel import interrupt
from robustev.recourse.certificate import Certificate, StoredDuals
from robustev.recourse.kernels.register import kernel_for
from robustev.recourse.kernels.uncapacitated import UncapacitatedRecourse

NODE_VIOLATION = 1e-5
"""Relative violation that a cut at a fractional node must have."""
ROUNDING_PERIOD = 10
"""Nodes between two roundings."""
WHOLE = 1e-6
"""Distance from a whole number up to which a column counts as whole."""
MAX_POINTS = 20
"""Most points of the relaxation that the certificate keeps."""


@dataclass(order=True)
class Node:
    """Bounds of the first-stage columns, and a lower bound on the cost of all plans within."""

    bound: float
    number: int
    lower: FloatArray = field(compare=False)
    upper: FloatArray = field(compare=False)


class UncapacitatedSearch:
    """Branch and cut over the first stage of a problem whose second stage is ``sites``."""

    def __init__(
        self, instance: Instance, sites: UncapacitatedRecourse, bounds: Bounds, stop: StopRule
    ) -> None:
        self.instance = instance
        self.sites = sites
        self.bounds = bounds
        self.stop = stop
        self.first = first_stage(instance)
        self.plans = Interchange(self.first, sites)
        self.relaxation = Relaxation(self.first, sites)
        self.incumbent: FloatArray | None = None
        self.points: list[FloatArray] = []
        self.leaves = np.inf

    def interrupted(self) -> bool:
        """Return whether time is up or someone asked to stop."""
        return self.bounds.seconds > self.stop.seconds or interrupt.requested()

    def done(self) -> bool:
        """Return whether the gap or a limit is reached, or someone asked to stop."""
        if self.bounds.gap <= max(self.stop.gap, PROVEN) or self.interrupted():
            return True
        return self.stop.iterations is not None and self.bounds.iteration >= self.stop.iterations

    @property
    def cutoff(self) -> float:
        """Cost from which on a plan is no improvement worth proving."""
        return self.bounds.cutoff(max(self.stop.gap, PROVEN))

    def run(self, start: Sequence[Plan]) -> None:
        """Search until the gap is proven or a limit is reached.

        Raises
        ------
        InfeasibleError
            If there is no plan.
        """
        for plan in start:
            self._offer(self.first.columns(plan), "known plan")
        self._improve(self.plans.greedy())
        lower, upper = self._priced()
        self._seed()
        root = self._root(lower, upper)
        if not self.done():
            self._grow(root)

    # --- plans -------------------------------------------------------------------------------

    def _offer(self, z: FloatArray, source: str) -> None:
        """Take a plan at its exact cost, unless it breaks a rule."""
        if not self.first.holds(z):
            return
        cost = self.first.infrastructure_cost(z)
        cost += self.sites.total(self.first.openings(z) > 0.5)
        if self.bounds.offer(self.first.plan(z, "plan"), cost, source):
            self.incumbent = z

    def _improve(self, z: FloatArray | None) -> None:
        if z is not None:
            self._offer(self.plans.improved(z, self.interrupted), "interchange")

    def _round(self, z: FloatArray) -> None:
        """Offer the plan near a fractional point, after interchange."""
        rounded = self.plans.rounded(self.first.openings(z))
        if rounded is None and self.incumbent is None:
            rows = [(row, 1.0) for row in self.plans.needed.toarray()]
            plan = NearestPlan(self.first, rows).plan(z)
            rounded = None if plan is None else self.first.columns(plan)
        self._improve(rounded)

    # --- bounds ------------------------------------------------------------------------------

    def _priced(self) -> tuple[FloatArray, FloatArray]:
        """Find prices of customers, where that pays; return bounds of columns that they leave."""
        first = self.first
        if self.sites.cost.size < PAYS or self.incumbent is None:
            return first.lower, first.upper
        two = self.sites.two_cheapest(first.openings(self.incumbent) > 0.5)
        prices = CustomerPrices(first, self.sites)
        gap = max(self.stop.gap, PROVEN)
        found = prices.best((two[0] + two[1]) / 2, self.bounds.upper, gap, self.done)
        if found is None:
            return first.lower, first.upper
        self.bounds.raise_lower(found.relaxed.bound, "customer prices")
        z = first.lower.copy()
        first.openings(z)[:] = found.openings
        self._round(z)
        self.points.append(z)
        lower, upper = narrowed(found.relaxed, first.lower, first.upper, self.cutoff)
        self.relaxation.close(upper)
        self.relaxation.add(found.v, np.arange(self.sites.num_customers))
        return lower, upper

    def _seed(self) -> None:
        """Add the cuts that are sharp at the best plan, by its cheapest and next sites."""
        every = np.arange(self.sites.num_customers)
        is_open = np.zeros(self.first.num_sites, dtype=bool)
        if self.incumbent is not None:
            is_open = self.first.openings(self.incumbent) > 0.5
            self.points.append(self.incumbent)
        for v in self.sites.two_cheapest(is_open):
            self.relaxation.add(v, every)

    def _solve(self, cutoff: float = np.inf) -> Relaxed | None:
        self.bounds.iteration += 1
        return self.relaxation.solve(cutoff)

    def _root(self, lower: FloatArray, upper: FloatArray) -> Node:
        """Solve the relaxation over all cuts within bounds of columns that no better plan breaks.

        Returns the whole tree as one node.
        """
        self.relaxation.narrow(lower, upper)
        found = self._solve()
        while found is not None:
            self.points.append(found.z)
            self.bounds.raise_lower(min(found.bound, self.cutoff), "benders relaxation")
            self._round(found.z)
            if self.done() or not self.relaxation.cut_off(found):
                break
            found = self._solve()
        if found is None and self.incumbent is None:
            raise InfeasibleError("no plan satisfies the first-stage constraints and serves demand")
        if found is None:  # within the bounds of columns there is no better plan
            return Node(np.inf, 0, lower, upper)
        lower, upper = narrowed(found, lower, upper, self.cutoff)
        self.relaxation.close(upper)
        return Node(found.bound, 0, lower, upper)

    def _grow(self, root: Node) -> None:
        """Branch and cut, the node of least bound first."""
        numbers = count(1)
        nodes = [root]
        while nodes and not self.done():
            self._report(nodes)
            node = heapq.heappop(nodes)
            if node.bound >= self.cutoff:
                break
            for child in self._explored(node):
                child.number = next(numbers)
                heapq.heappush(nodes, child)
        self._report(nodes)

    def _report(self, nodes: Sequence[Node]) -> None:
        least = min(nodes[0].bound if nodes else np.inf, self.leaves, self.cutoff)
        self.bounds.raise_lower(least, "benders tree")

    def _explored(self, node: Node) -> list[Node]:
        """Return what is left of a node: nothing, its two halves, or itself where time is up."""
        lower, upper = node.lower, node.upper
        self.relaxation.narrow(lower, upper)
        while True:
            found = self._solve(self.cutoff)
            if found is None:
                return []
            if self.done():
                return [Node(found.bound, 0, lower, upper)]
            lower, upper = narrowed(found, lower, upper, self.cutoff)
            is_whole = bool((np.abs(found.z - np.rint(found.z)) <= WHOLE).all())
            if not self.relaxation.cut_off(found, VIOLATION if is_whole else NODE_VIOLATION):
                break
        if is_whole:
            self._offer(np.rint(found.z), "benders tree")
            self.leaves = min(self.leaves, found.bound)
            return []
        if node.number % ROUNDING_PERIOD == 0:
            self._round(found.z)
        self.relaxation.drop_idle()
        return _halves(found, lower, upper)

    # --- certificate -------------------------------------------------------------------------

    def certificate(self) -> Certificate:
        """Return the proof: capacity has no price, and cuts are sharp at the points."""
        instance, key = self.instance, kernel_for(self.instance).key
        types = [list(range(instance.num_types))]
        if instance.model.split == "by_type":
            types = [[k] for k in range(instance.num_types)]
        nothing = [
            StoredDuals.plain(key, np.zeros((1, instance.num_sites, len(part))), instance.num_zones)
            for part in types
        ]
        must = np.isinf(instance.unserved_price)
        return Certificate(
            points=np.array(self.points[-MAX_POINTS:]).reshape(-1, self.first.num_columns),
            costs=tuple(nothing),
            shortages=tuple(
                duals for duals, part in zip(nothing, types, strict=True) if must[part].any()
            ),
        )


def _halves(found: Relaxed, lower: FloatArray, upper: FloatArray) -> list[Node]:
    """Return the node's halves to either side of its most fractional column."""
    column = int(np.argmax(np.abs(found.z - np.rint(found.z))))
    below, above = upper.copy(), lower.copy()
    below[column] = np.floor(found.z[column])
    above[column] = np.ceil(found.z[column])
    return [Node(found.bound, 0, lower, below), Node(found.bound, 0, above, upper)]
