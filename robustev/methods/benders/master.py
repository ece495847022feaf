"""The master problem: the first stage, cost-to-go variables, and the cuts found so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array, csr_array, hstack, vstack

from robustev.core import highs
from robustev.core.arrays import FloatArray
from robustev.core.errors import InfeasibleError
from robustev.methods.benders.cut_columns import CutColumns
from robustev.model.first_stage import FirstStage
from robustev.recourse.cut import Cut

MAX_CUTS = 800
"""Cuts beyond which those that are no longer tight are dropped."""
STALE_ROUNDS = 12
"""Rounds without being tight after which a cut is dropped."""

OnBound = Callable[[float], bool]
"""Called with a new lower bound from inside the tree; returning True stops it."""


@dataclass(frozen=True, eq=False)
class MasterSolution:
    """A solution of the master: first-stage columns ``z``, its bound, and its cost-to-go."""

    z: FloatArray | None
    bound: float
    theta: FloatArray


class Master:
    """``min cost @ z + sum_c theta_c`` over the first stage and the cuts, in HiGHS.

    Parameters
    ----------
    num_theta
        Number of cost-to-go variables, one per group of scenarios.
    theta_lower
        A valid lower bound on each of them.
    """

    def __init__(self, first: FirstStage, num_theta: int, theta_lower: float = 0.0) -> None:
        self.first = first
        self.num_theta = num_theta
        self.theta_lower = theta_lower
        self.age = np.zeros(0, dtype=np.int64)
        self.cuts: list[tuple[Cut, int | None]] = []
        self.cut_columns = CutColumns(first)
        further = self.cut_columns.num_further
        self.num_fixed_rows = len(first.row_lower) + 1 + further
        self.solver = highs.new_highs(threads=1)
        stations = first.on_columns(csr_array(np.ones((1, first.num_sites))))
        stated = vstack([first.matrix, stations])
        empty = csr_array((stated.shape[0], num_theta + further))
        ties = self.cut_columns.ties(num_theta)
        highs.pass_rows(
            self.solver,
            cost=np.concatenate([first.cost, np.ones(num_theta), np.zeros(further)]),
            lower=np.concatenate([first.lower, np.full(num_theta, theta_lower), np.zeros(further)]),
            upper=np.append(first.upper, np.full(num_theta + further, highs.INFINITY)),
            matrix=csr_array(vstack([hstack([stated, empty]), ties], format="csr")),
            row_lower=np.append(first.row_lower, np.zeros(1 + further)),
            row_upper=np.append(first.row_upper, np.full(1 + further, highs.INFINITY)),
            offset=first.constant,
        )

    @property
    def num_cuts(self) -> int:
        """Number of cuts in the master."""
        return len(self.age)

    def add(self, cut: Cut, theta: int | None) -> None:
        """Add ``theta_c >= cut``, or ``0 >= cut`` (a feasibility cut) when ``theta`` is None."""
        row = self.cut_columns.row(cut, theta, self.num_theta)
        index = np.flatnonzero(row)
        self.solver.addRow(
            float(cut.constant), highs.INFINITY, len(index), index.astype(np.int32), row[index]
        )
        self.age = np.append(self.age, 0)
        self.cuts.append((cut, theta))

    def solve_relaxation(
        self,
        within: tuple[FloatArray, FloatArray] | None = None,
        stations: tuple[float, float] | None = None,
    ) -> MasterSolution:
        """Solve the linear relaxation; its bound holds where it was solved.

        ``within`` narrows the columns' bounds, ``stations`` the number of open sites.

        Raises
        ------
        InfeasibleError
            If no first stage satisfies the constraints and the cuts.
        """
        self._set_integrality(False)
        highs.set_bounds(self.solver, *(within or (self.first.lower, self.first.upper)))
        self._set_stations(*(stations or (0.0, np.inf)))
        accept = (highs.OPTIMAL, *highs.INFEASIBLE)
        if highs.run_again(self.solver, "the master's relaxation", accept=accept) != highs.OPTIMAL:
            raise InfeasibleError("no plan satisfies the first-stage constraints and serves demand")
        values = highs.column_values(self.solver)
        bound = float(self.solver.getInfo().objective_function_value)
        self._note_tight()
        z, theta = self._parts(values)
        return MasterSolution(z, bound, theta)

    def solve_integer(
        self, *, gap: float, seconds: float, on_bound: OnBound | None = None,
        start: FloatArray | None = None,
        within: tuple[FloatArray, FloatArray] | None = None,
    ) -> MasterSolution:  # fmt: skip
        """Solve with whole numbers, to a relative ``gap`` or for ``seconds``.

        ``z`` is None when the limit came before a feasible point. ``start`` is a first-stage
        vector to begin with; ``within`` narrows the columns' bounds, and the bound that comes
        back then holds only there.
        """
        highs.set_bounds(self.solver, *(within or (self.first.lower, self.first.upper)))
        self._set_stations(0.0, np.inf)
        self._set_integrality(True)
        self.solver.setOptionValue("mip_rel_gap", gap)
        self.solver.setOptionValue("time_limit", max(0.01, seconds))
        if start is not None:
            index = np.arange(self.first.num_columns, dtype=np.int32)
            self.solver.setSolution(len(index), index, start)
        watch = self._watch(on_bound) if on_bound else None
        accept = (highs.OPTIMAL, *highs.LIMITS, *highs.INFEASIBLE)
        status = highs.run(self.solver, "the master problem", accept=accept)
        if watch is not None:
            self.solver.cbMipInterrupt.unsubscribe(watch)
        self.solver.setOptionValue("time_limit", highs.INFINITY)
        if status in highs.INFEASIBLE and within is not None:
            return MasterSolution(None, -np.inf, np.zeros(self.num_theta))
        if status in highs.INFEASIBLE:
            raise InfeasibleError("no plan satisfies the first-stage constraints and serves demand")
        info = self.solver.getInfo()
        found = (
            np.isfinite(info.objective_function_value)
            and info.primal_solution_status == highs.FEASIBLE_POINT
        )
        bound = float(info.mip_dual_bound)
        if not found:
            return MasterSolution(None, bound, np.zeros(self.num_theta))
        z, theta = self._parts(highs.column_values(self.solver))
        return MasterSolution(np.rint(z), bound, theta)

    def _parts(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return ``z`` and ``theta`` of all columns."""
        columns = self.first.num_columns
        return values[:columns], values[columns : columns + self.num_theta]

    def _watch(self, on_bound: OnBound) -> Callable[[object], None]:
        def watch(event: object) -> None:
            if on_bound(float(event.data_out.mip_dual_bound)):  # type: ignore[attr-defined]
                event.interrupt()  # type: ignore[attr-defined]

        self.solver.cbMipInterrupt.subscribe(watch)
        return watch

    def _set_stations(self, least: float, most: float) -> None:
        self.solver.changeRowBounds(len(self.first.row_lower), least, most)

    def _set_integrality(self, on: bool) -> None:
        columns = self.first.num_columns
        index = np.arange(columns, dtype=np.int32)
        self.solver.changeColsIntegrality(columns, index, np.full(columns, on, dtype=np.uint8))

    def _note_tight(self) -> None:
        duals = highs.row_duals(self.solver)[self.num_fixed_rows :]
        self.age = np.where(np.abs(duals) > 1e-9, 0, self.age + 1)

    def near_tight(
        self, slack: float, optima: Sequence[MasterSolution] = ()
    ) -> tuple[csr_array, FloatArray]:
        """Return the cuts that the relaxation's optimum, or one of ``optima``, meets up to a slack.

        The slack is relative. Cuts are rows ``coefficients @ (z, theta, C) >= least``: shapes
        (cuts, columns) and (cuts,).
        """
        values = np.array([self._values(point) for point in (self.solve_relaxation(), *optima)])
        model = self.solver.getLp()
        form = csr_array if model.a_matrix_.format_ == highs.ROWWISE else csc_array
        parts = (model.a_matrix_.value_, model.a_matrix_.index_, model.a_matrix_.start_)
        shape = (model.num_row_, model.num_col_)
        rows = form(tuple(map(np.asarray, parts)), shape=shape).tocsr()  # type: ignore[arg-type]
        rows = csr_array(rows[self.num_fixed_rows :])
        least = np.array(model.row_lower_)[self.num_fixed_rows :]
        near = ((rows @ values.T).T - least <= slack * np.abs(least)).any(axis=0)
        return csr_array(rows[np.flatnonzero(near)]), least[near]

    def _values(self, point: MasterSolution) -> FloatArray:
        """Return all columns of a solution that there is."""
        assert point.z is not None
        return np.concatenate([point.z, point.theta, self.cut_columns.values(point.z)])

    def drop_stale(self, keep: int = MAX_CUTS) -> None:
        """Drop cuts that have long not been tight, once there are more than ``keep``."""
        if self.num_cuts <= keep:
            return
        stale = np.flatnonzero(self.age > STALE_ROUNDS)
        if len(stale):
            rows = (stale + self.num_fixed_rows).astype(np.int32)
            self.solver.deleteRows(len(rows), rows)
            self.age = np.delete(self.age, stale)
            dropped = set(stale.tolist())
            self.cuts = [cut for row, cut in enumerate(self.cuts) if row not in dropped]

    def extend(self, cuts: Sequence[tuple[Cut, int | None]]) -> None:
        """Add several cuts."""
        for cut, theta in cuts:
            self.add(cut, theta)
