"""From a fractional first stage to a plan: the whole-number point nearest to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array, eye_array, hstack, vstack

from robustev.core import highs
from robustev.core.arrays import FloatArray
from robustev.data.plan import Plan
from robustev.model.first_stage import FEASIBLE, FirstStage
from robustev.model.layout import CHARGERS, OPEN

SECONDS = 5.0
"""Longest search for the nearest plan."""


class NearestPlan:
    """Finds the feasible plan nearest to a point, in distance weighted by the columns' ranges.

    Chargers are rounded up first, so that capacity is not lost; where that breaks a constraint,
    a small integer program finds the nearest point that keeps all of them.

    Parameters
    ----------
    rows
        Further rows ``coefficients @ z >= constant`` that a plan must keep, such as that its
        capacity covers demand.
    """

    def __init__(self, first: FirstStage, rows: Sequence[tuple[FloatArray, float]] = ()) -> None:
        self.first = first
        columns = first.num_columns
        extra = np.array([row for row, _ in rows]).reshape(len(rows), columns)
        self.extra, self.least = extra, np.array([constant for _, constant in rows])
        decided = np.zeros(columns)  # a plan says nothing of the other columns
        for name in (OPEN, CHARGERS):
            decided[first.layout.columns(name)] = 1.0
        width = np.maximum(first.upper - first.lower, 1.0)
        identity = eye_array(columns, format="csr")
        kept = vstack([first.matrix, csr_array(extra)], format="csr")
        empty = csr_array((kept.shape[0], columns))
        self.num_kept = kept.shape[0]
        self.solver = highs.new_highs(threads=1, time_limit=SECONDS, mip_rel_gap=0.05)
        highs.pass_rows(
            self.solver,
            cost=np.append(np.zeros(columns), decided / width),
            lower=np.append(first.lower, np.zeros(columns)),
            upper=np.append(first.upper, np.full(columns, highs.INFINITY)),
            matrix=csr_array(
                vstack(
                    [
                        hstack([kept, empty]),
                        hstack([identity, identity]),
                        hstack([-identity, identity]),
                    ],
                    format="csr",
                )
            ),
            row_lower=np.concatenate([first.row_lower, self.least, np.zeros(2 * columns)]),
            row_upper=np.concatenate(
                [first.row_upper, np.full(len(rows) + 2 * columns, highs.INFINITY)]
            ),
            integer=np.append(np.ones(columns), np.zeros(columns)),
        )

    def plan(self, z: FloatArray, name: str = "plan") -> Plan | None:
        """Return a feasible plan near ``z``, or None if none was found in time."""
        for rounded in (np.ceil(z - 1e-6), np.rint(z)):
            whole = self.first.columns(self.first.plan(rounded, name))
            if self._feasible(whole):
                return self.first.plan(whole, name)
        nearest = self._project(z)
        return self.first.plan(nearest, name) if nearest is not None else None

    def plan_to_the_nearest(self, z: FloatArray, name: str = "plan") -> Plan | None:
        """Return a feasible plan near ``z`` rounded to nearest, without chargers at closed sites.

        Rounding up, as :meth:`plan` does, costs more where chargers are many and dear.
        """
        whole = np.rint(z)
        self.first.chargers(whole)[self.first.openings(whole) == 0] = 0
        return self.plan(whole, name)

    def _feasible(self, z: FloatArray) -> bool:
        enough = (self.extra @ z >= self.least - FEASIBLE * np.abs(self.least)).all()
        return bool(enough) and self.first.holds(z)

    def _project(self, z: FloatArray) -> FloatArray | None:
        columns = self.first.num_columns
        rows = np.arange(self.num_kept, self.num_kept + 2 * columns, dtype=np.int32)
        self.solver.changeRowsBounds(
            len(rows), rows, np.append(z, -z), np.full(len(rows), highs.INFINITY)
        )
        accept = (highs.OPTIMAL, *highs.LIMITS, *highs.INFEASIBLE)
        highs.run(self.solver, "the search for the nearest plan", accept=accept)
        if self.solver.getInfo().primal_solution_status != highs.FEASIBLE_POINT:
            return None
        return np.rint(highs.column_values(self.solver)[:columns])
