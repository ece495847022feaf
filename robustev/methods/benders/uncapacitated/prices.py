"""A price for every customer, by ascent on the Lagrangian dual, before any cut is sought.

Without the rows that every customer is served, at a price ``v_j`` for each, a plan costs

    L(v) = sum_j v_j + min over the first stage of  cost @ z - sum_i x_i sum_j (v_j - c_ij)^+,

at most the cost of any plan. The best prices are found by the volume algorithm (Barahona and Anbil
2000), one pass over all costs and a small linear program a step; their cuts make the relaxation
nearly tight at once, and reduced costs close most sites for good before it is solved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, vstack

from robustev.core import highs
from robustev.core.arrays import FloatArray
from robustev.methods.benders.uncapacitated.relaxation import Relaxed
from robustev.model.first_stage import FirstStage
from robustev.model.layout import OPEN
from robustev.recourse.kernels.uncapacitated import UncapacitatedRecourse

PAYS = 60_000
"""Customer-site pairs from which an ascent takes less time than the cuts that it spares."""
MAX_STEPS = 600
INERTIA = 0.15
"""Weight of the newest subgradient in the direction."""
STEP, LARGER, SMALLER = 1.0, 1.1, 0.7
"""First step, as a share of what would close the gap, and its factors after steps that help and
after ``PATIENCE`` that do not."""
PATIENCE = 12
SMALLEST = 2e-3
"""Share at which steps end."""


@dataclass(frozen=True, eq=False)
class Priced:
    """The best prices ``v``, shape (customers,), and what they prove; openings are means."""

    v: FloatArray
    relaxed: Relaxed
    openings: FloatArray


class CustomerPrices:
    """Proves bounds by prices of customers."""

    def __init__(self, first: FirstStage, sites: UncapacitatedRecourse) -> None:
        self.first, self.sites = first, sites
        self.column = first.layout.columns(OPEN)
        needed = first.on_columns(csr_array(sites.needed.astype(float)))
        self.solver = highs.new_highs(threads=1)
        highs.pass_rows(
            self.solver,
            cost=first.cost, lower=first.lower, upper=first.upper,
            matrix=csr_array(vstack([first.matrix, needed], format="csr")),
            row_lower=np.append(first.row_lower, np.ones(len(sites.needed))),
            row_upper=np.append(first.row_upper, np.full(len(sites.needed), highs.INFINITY)),
        )  # fmt: skip
        self._saved = np.empty(sites.cost.shape)

    def relaxed(self, v: FloatArray) -> Relaxed | None:
        """Return what prices prove; None where no first stage keeps the rows."""
        saved = np.subtract(v, self.sites.cost, out=self._saved)
        np.maximum(saved, 0.0, out=saved)
        cost = self.first.cost.copy()
        cost[self.column] -= saved.sum(axis=1)
        index = np.arange(len(cost), dtype=np.int32)
        self.solver.changeColsCost(len(cost), index, cost)
        accept = (highs.OPTIMAL, *highs.INFEASIBLE)
        if highs.run_again(self.solver, "the openings", accept=accept) != highs.OPTIMAL:
            return None
        least = float(self.solver.getInfo().objective_function_value)
        solution = self.solver.getSolution()
        return Relaxed(
            bound=least + float(v.sum()) + self.first.constant,
            z=np.array(solution.col_value),
            reduced_cost=np.array(solution.col_dual),
            theta=v,
        )

    def best(
        self, v: FloatArray, upper: float, gap: float, interrupted: Callable[[], bool]
    ) -> Priced | None:
        """Return the best prices found from ``v`` on, in view of a plan of cost ``upper``.

        None where no first stage keeps the rows. Steps end where the bound is within ``gap``.
        """
        low, high = self.sites.cost.min(axis=0), self.sites.ceiling
        here = self.relaxed(v)
        if here is None:
            return None
        best, direction, mean = here, self._subgradient(here), self.first.openings(here.z).copy()
        share, idle = STEP, 0
        for _ in range(MAX_STEPS):
            length = float(direction @ direction)
            if share < SMALLEST or not length or upper - best.bound <= gap * abs(upper):
                break
            if interrupted():
                break
            step = share * max(upper - best.bound, gap * abs(upper)) / length
            found = self.relaxed(np.clip(best.theta + step * direction, low, high))
            assert found is not None
            slope = self._subgradient(found)
            if found.bound > best.bound:
                share *= LARGER if slope @ direction > 0 else 1.0
                best, idle = found, 0
            else:
                idle += 1
                if idle % PATIENCE == 0:
                    share *= SMALLER
            direction = INERTIA * slope + (1.0 - INERTIA) * direction
            mean = INERTIA * self.first.openings(found.z) + (1.0 - INERTIA) * mean
        return Priced(best.theta, best, mean)

    def _subgradient(self, at: Relaxed) -> FloatArray:
        """Return how far each customer is from being served once, shape (customers,)."""
        x = self.first.openings(at.z)
        opened = np.flatnonzero(x > 0)
        return 1.0 - x[opened] @ (self.sites.cost[opened] < at.theta)
