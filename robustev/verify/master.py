"""The least cost over the first stage and a set of cuts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from robustev.core.arrays import FloatArray, IntArray
from robustev.core.errors import SolverError
from robustev.model.instance import Instance
from robustev.verify.first_stage import column_bounds, column_costs, first_stage_rows
from robustev.verify.mixed_integer import Rows, minimise
from robustev.verify.prices import Affine

IDLE_ROUNDS = 8
"""Rounds without a dual after which a cut is dropped."""
TIGHT = 1e-9


@dataclass(frozen=True, eq=False)
class Cut:
    """``theta >= bound``, or ``0 >= bound`` where ``theta`` is None."""

    bound: Affine
    theta: int | None


@dataclass(frozen=True, eq=False)
class Solved:
    """A master's solution: first-stage columns ``z``, cost-to-go ``theta``, and a lower bound.

    ``z`` is None where there was no time to find one.
    """

    z: FloatArray | None
    theta: FloatArray
    bound: float


class Master:
    """``min cost @ z + sum theta`` over the first stage and the cuts.

    Parameters
    ----------
    floor
        A valid lower bound on every ``theta``; minus infinity where none is known.
    """

    def __init__(self, instance: Instance, num_theta: int, floor: float) -> None:
        rows = first_stage_rows(instance)
        upper, lower = np.isfinite(rows.high), np.isfinite(rows.low)
        self.rows = np.vstack([rows.matrix[upper], -rows.matrix[lower]])
        self.limits = np.concatenate([np.array(rows.high)[upper], -np.array(rows.low)[lower]])
        self.low, self.high = column_bounds(instance)
        self.cost = column_costs(instance)
        self.constant = instance.fixed_cost
        self.num_theta = num_theta
        self.floor = floor
        self.cuts: list[Cut] = []
        self.idle: IntArray = np.zeros(0, dtype=np.int64)

    def add(self, cuts: list[Cut]) -> None:
        """Add cuts."""
        self.cuts += cuts
        self.idle = np.append(self.idle, np.zeros(len(cuts), dtype=np.int64))

    def relaxed(self) -> Solved:
        """Solve the linear relaxation; drop cuts that have long been idle.

        The bound is a sum over the solver's duals that weak duality makes valid whatever they are.

        Raises
        ------
        SolverError
            If it cannot be solved.
        """
        matrix, limits = self._stacked()
        solver: Any = linprog
        found = solver(
            np.append(self.cost, np.ones(self.num_theta)),
            A_ub=matrix,
            b_ub=limits,
            bounds=np.column_stack(self._bounds()),
        )
        if found.status != 0:
            raise SolverError(f"the relaxed first stage could not be solved: {found.message}")
        y = np.maximum(-np.asarray(found.ineqlin.marginals), 0.0)
        bound = self._proven(y[: len(self.rows)], y[len(self.rows) :])
        self._forget(y[len(self.rows) :])
        columns = len(self.cost)
        return Solved(found.x[:columns], found.x[columns:], bound)

    def branched(self, seconds: float) -> Solved:
        """Solve with whole numbers, for at most ``seconds``; the bound is the solver's."""
        matrix, limits = self._stacked()
        columns = len(self.cost)
        found = minimise(
            np.append(self.cost, np.ones(self.num_theta)),
            Rows(csr_array(matrix), np.full(len(limits), -np.inf), limits),
            self._bounds(),
            np.append(np.ones(columns), np.zeros(self.num_theta)),
            seconds,
        )
        bound = found.bound + self.constant
        if found.x is None:
            return Solved(None, np.zeros(self.num_theta), bound)
        return Solved(np.rint(found.x[:columns]), found.x[columns:], bound)

    def _bounds(self) -> tuple[FloatArray, FloatArray]:
        free = np.ones(self.num_theta)
        return np.append(self.low, self.floor * free), np.append(self.high, np.inf * free)

    def _stacked(self) -> tuple[FloatArray, FloatArray]:
        """Return all rows ``matrix @ (z, theta) <= limits``: the first stage, then the cuts."""
        columns = len(self.cost)
        cuts = np.zeros((len(self.cuts), columns + self.num_theta))
        limits = np.zeros(len(self.cuts))
        for row, cut in enumerate(self.cuts):
            cuts[row, :columns] = cut.bound.slope
            limits[row] = -cut.bound.constant
            if cut.theta is not None:
                cuts[row, columns + cut.theta] = -1.0
        first = np.hstack([self.rows, np.zeros((len(self.rows), self.num_theta))])
        return np.vstack([first, cuts]), np.append(self.limits, limits)

    def _proven(self, of_rows: FloatArray, of_cuts: FloatArray) -> float:
        """Return the bound that non-negative multipliers of rows and cuts prove.

        Multipliers of a ``theta`` must sum to one, which makes their mix a cut itself: its floor
        takes what they lack, and where they have more, or the floor is infinite, they are scaled.
        """
        constant = self.constant - float(of_rows @ self.limits)
        slope = self.cost + of_rows @ self.rows
        for theta in (None, *range(self.num_theta)):
            mine = [row for row, cut in enumerate(self.cuts) if cut.theta == theta]
            total = 1.0 if theta is None else float(of_cuts[mine].sum())
            if total <= TIGHT:
                constant += self.floor
                continue
            if total < 1.0 and np.isfinite(self.floor):
                constant += (1.0 - total) * self.floor
                total = 1.0
            for row in mine:
                share = of_cuts[row] / total
                constant += share * self.cuts[row].bound.constant
                slope = slope + share * self.cuts[row].bound.slope
        return constant + float(np.minimum(slope * self.low, slope * self.high).sum())

    def _forget(self, of_cuts: FloatArray) -> None:
        self.idle = np.where(of_cuts > TIGHT, 0, self.idle + 1)
        kept = self.idle <= IDLE_ROUNDS
        self.cuts = [cut for cut, keep in zip(self.cuts, kept, strict=True) if keep]
        self.idle = self.idle[kept]
