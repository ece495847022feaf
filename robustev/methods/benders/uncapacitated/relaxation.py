"""The linear relaxation of a master with one cost-to-go for each customer, node by node of a tree.

Unlike :class:`robustev.methods.benders.master.Master` it never asks for whole numbers: bounds of
columns narrow and widen again, and the simplex method goes on from where it was.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, eye_array, hstack, vstack

from robustev.core import highs
from robustev.core.arrays import FloatArray, IntArray
from robustev.model.first_stage import FirstStage
from robustev.recourse.kernels.uncapacitated import UncapacitatedRecourse

VIOLATION = 1e-7
"""Relative amount by which a cut must exceed the cost-to-go to be worth adding."""
SPARE_ROWS = 4
"""Cuts for each customer beyond which those that are not tight are dropped."""
MARGIN = 1e-9
"""Relative margin for rounding when bounds of columns are narrowed."""
PRUNED = (*highs.INFEASIBLE, highs.OBJECTIVE_BOUND)


@dataclass(frozen=True, eq=False)
class Relaxed:
    """A relaxation's optimum: columns ``z``, their reduced costs, and cost-to-go ``theta``."""

    bound: float
    z: FloatArray
    reduced_cost: FloatArray
    theta: FloatArray


class Relaxation:
    """``min cost @ z + sum_j theta_j`` over the first stage, the cuts, and bounds of ``z``."""

    def __init__(self, first: FirstStage, sites: UncapacitatedRecourse) -> None:
        self.first = first
        self.sites = sites
        customers, sets = sites.num_customers, len(sites.needed)
        rows = vstack([first.matrix, first.on_columns(csr_array(sites.needed.astype(float)))])
        self.num_fixed_rows = rows.shape[0]
        self.num_cuts = 0
        self.live = np.arange(first.num_sites)
        self.solver = highs.new_highs(threads=1)
        highs.pass_rows(
            self.solver,
            cost=np.append(first.cost, np.ones(customers)),
            lower=np.append(first.lower, sites.cost.min(axis=0)),
            upper=np.append(first.upper, np.full(customers, highs.INFINITY)),
            matrix=csr_array(hstack([rows, csr_array((rows.shape[0], customers))], format="csr")),
            row_lower=np.append(first.row_lower, np.ones(sets)),
            row_upper=np.append(first.row_upper, np.full(sets, highs.INFINITY)),
        )

    def add(self, v: FloatArray, customers: IntArray) -> None:
        """Add the cuts ``theta_j >= v_j - sum_i (v_j - c_ij)^+ x_i`` of some customers."""
        theta = csr_array(eye_array(self.sites.num_customers, format="csr")[customers])
        saved = self.first.on_columns(self.sites.savings(v, customers, self.live))
        rows = csr_array(hstack([saved, theta], format="csr"))
        count = len(customers)
        self.solver.addRows(
            count, v, np.full(count, highs.INFINITY), rows.nnz,
            rows.indptr[:-1].astype(np.int32), rows.indices.astype(np.int32), rows.data,
        )  # fmt: skip
        self.num_cuts += count

    def narrow(self, lower: FloatArray, upper: FloatArray) -> None:
        """Set the bounds of the first-stage columns."""
        highs.set_bounds(self.solver, lower, upper)

    def close(self, upper: FloatArray) -> None:
        """Leave the sites that ``upper`` bounds of the columns close out of all cuts to come."""
        self.live = np.flatnonzero(self.first.openings(upper) > 0)

    def solve(self, cutoff: float = np.inf) -> Relaxed | None:
        """Return the optimum over the cuts so far, None where it is above ``cutoff`` or nowhere."""
        limit = min(cutoff - self.first.constant, highs.INFINITY)
        self.solver.setOptionValue("objective_bound", limit)
        status = highs.run_again(self.solver, "the relaxation", accept=(highs.OPTIMAL, *PRUNED))
        if status != highs.OPTIMAL:
            return None
        bound = float(self.solver.getInfo().objective_function_value) + self.first.constant
        if bound >= cutoff:
            return None
        solution = self.solver.getSolution()
        values, duals = np.asarray(solution.col_value), np.asarray(solution.col_dual)
        columns = self.first.num_columns
        return Relaxed(bound, values[:columns], duals[:columns], values[columns:])

    def cut_off(self, found: Relaxed, violation: float = VIOLATION) -> bool:
        """Add the cuts that ``found`` violates; return whether there were any."""
        x = np.clip(self.first.openings(found.z), 0.0, 1.0)  # solvers overstep by rounding
        v = self.sites.thresholds(x)
        value = self.sites.costs(v, x)
        violated = np.flatnonzero(value > found.theta + violation * np.maximum(1.0, value))
        if len(violated):
            self.add(v[violated], violated)
        return bool(len(violated))

    def drop_idle(self) -> None:
        """Drop the cuts that are not tight, once there are many."""
        if self.num_cuts <= SPARE_ROWS * self.sites.num_customers:
            return
        slack = np.asarray(self.solver.getSolution().row_dual)[self.num_fixed_rows :] == 0.0
        idle = (np.flatnonzero(slack) + self.num_fixed_rows).astype(np.int32)
        self.solver.deleteRows(len(idle), idle)
        self.num_cuts -= len(idle)


def narrowed(
    found: Relaxed, lower: FloatArray, upper: FloatArray, cutoff: float
) -> tuple[FloatArray, FloatArray]:
    """Return bounds of columns that still hold every whole plan that costs less than ``cutoff``.

    A column away from its bound by k costs k times its reduced cost on top of the relaxation
    (reduced cost fixing, Dantzig, Fulkerson and Johnson 1954).
    """
    room = cutoff - found.bound + MARGIN * max(1.0, abs(cutoff))
    price = np.abs(found.reduced_cost)
    steps = np.floor(np.divide(room, price, out=np.full(len(price), np.inf), where=price > 0))
    rising = np.where(found.reduced_cost > 0, np.minimum(upper, lower + steps), upper)
    falling = np.where(found.reduced_cost < 0, np.maximum(lower, upper - steps), lower)
    return falling, rising
