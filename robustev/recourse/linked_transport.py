"""Second-stage cost at a *fractional* opening ``x``, where the links ``a_ij <= x_i`` matter.

A linear program that stays in HiGHS from one scenario to the next: scenarios and openings change
only right-hand sides and bounds, so the dual simplex goes on from a basis. That is the scenario's
own last one, or else that of typical demand at the same point, and a scenario's program holds the
arcs that it has asked for itself beside those that all have: what is found for one scenario does
not depend on which others were solved before. Flow covers that a fractional solution violates stay
for all; from the first of them on a scenario without a basis of its own goes on from the one
before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from robustev.core import highs
from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.recourse.covers import FlowCovers
from robustev.recourse.dual import DualPoint, surcharged
from robustev.recourse.networks.base import Network

EXACTNESS = 1e-7
"""Relative difference of primal and dual value at which no more arcs are added."""
NUM_NEAREST = 8
ALL_ARCS = 50_000
"""Zone-site pairs up to which the program holds all arcs from the start."""
MAX_ROUNDS = 12
MAX_REMEMBERED = 10_000_000
"""Columns and rows of all bases that are kept together."""
STALE_SOLVES = 60
"""Solves without a multiplier after which a cover leaves the program."""


@dataclass(frozen=True, eq=False)
class _Memory:
    """What the program remembers of a scenario: arcs of its own, and its last basis if it fits."""

    extra: IntArray
    basis: Any | None


class LinkedTransport:
    """The transportation problem of one network with links ``a_ij <= x_i``, kept warm.

    Parameters
    ----------
    potential
        Shape (sites,): most capacity each site can have, for the covers and for a first basis.
    typical
        Shape (zones,): demand that a first basis is for.
    """

    def __init__(self, network: Network, potential: FloatArray, typical: FloatArray) -> None:
        self.network = network
        self.potential = potential
        self.covers = FlowCovers.none(*network.shape)
        self._idle = np.zeros(0, dtype=np.int64)
        self._memory: dict[int, _Memory] = {}
        sites, zones = network.shape
        usable = network.arcs.take(network.arcs.cost < network.ceilings[network.arcs.zone])
        self.usable = usable
        self.shared = usable.by_site[self._shared()[usable.by_site]]
        self.extra = np.zeros(0, dtype=np.int64)
        self.solver = highs.new_highs(solver="simplex", threads=1)
        highs.pass_rows(
            self.solver,
            cost=network.ceilings,
            lower=np.zeros(zones),
            upper=np.full(zones, highs.INFINITY),
            matrix=csr_array(
                (np.ones(zones), np.arange(zones), np.append(np.arange(zones + 1), [zones] * sites))
            ),
            row_lower=np.append(np.zeros(zones), np.full(sites, -highs.INFINITY)),
            row_upper=np.zeros(zones + sites),
        )
        self._add_columns(self.shared)
        self.typical = typical
        self._first = self._first_basis()
        self._reference: tuple[bytes, Any] | None = None

    def _shared(self) -> BoolArray:
        """Return the arcs that every scenario's program holds."""
        sites, zones = self.network.shape
        if sites * zones <= ALL_ARCS:
            return np.ones(len(self.usable), dtype=bool)
        order = np.lexsort((self.usable.cost, self.usable.zone))
        rank = np.arange(len(order)) - self.usable.zone_start[self.usable.zone]
        shared = np.zeros(len(order), dtype=bool)
        shared[order[rank < NUM_NEAREST]] = True
        return shared

    def _first_basis(self) -> Any:
        """Return the basis of typical demand where every site is open to its full extent."""
        return self._basis_of_typical(np.ones(self.network.shape[0]), self.potential)

    def _basis_at(self, x: FloatArray, capacity: FloatArray) -> Any:
        """Return the basis of typical demand at a point, from which that of a scenario is near.

        It is found from that at the point before: which scenarios are solved does not matter to it.
        """
        point = x.tobytes() + capacity.tobytes()
        if self._reference is None or self._reference[0] != point:
            self.solver.setBasis(self._first if self._reference is None else self._reference[1])
            self._reference = point, self._basis_of_typical(x, capacity)
        return self._reference[1]

    def _basis_of_typical(self, x: FloatArray, capacity: FloatArray) -> Any:
        demand = self.typical
        self._set_right_hand_side(demand, x, self._within(demand, capacity))
        self._set_links(demand, x)
        highs.run_again(self.solver, "a linked transportation problem")
        return self.solver.getBasis()

    @property
    def columns(self) -> IntArray:
        """The arcs in the program, by their numbers among the usable ones."""
        return np.append(self.shared, self.extra)

    @property
    def site(self) -> IntArray:
        """The sites of the program's arcs."""
        return np.asarray(self.usable.site[self.columns])

    @property
    def zone(self) -> IntArray:
        """The zones of the program's arcs."""
        return np.asarray(self.usable.zone[self.columns])

    def _add_columns(self, arcs: IntArray) -> None:
        if not len(arcs):
            return
        sites, zones = self.network.shape
        i, j = self.usable.site[arcs], self.usable.zone[arcs]
        rows = np.column_stack([j, zones + i])
        column, row = np.nonzero(_holds(self.covers, i, j).T)
        matrix = csr_array(
            (
                np.ones(2 * len(i) + len(row)),
                (
                    np.concatenate([np.repeat(np.arange(len(i)), 2), column]),
                    np.concatenate([rows.ravel(), zones + sites + row]),
                ),
            ),
            shape=(len(i), zones + sites + len(self.covers)),
        )
        zero = np.zeros(len(i))
        starts = matrix.indptr[:-1].astype(np.int32)
        self.solver.addCols(
            len(i), self.usable.cost[arcs], zero, zero, matrix.nnz, starts,
            matrix.indices.astype(np.int32), matrix.data,
        )  # fmt: skip

    def _prepare(self, scenario: int | None, x: FloatArray, capacity: FloatArray) -> None:
        """Give the program the arcs of a scenario, and the basis to begin at."""
        memory = self._memory.get(-1 if scenario is None else scenario)
        extra = np.zeros(0, dtype=np.int64) if memory is None else memory.extra
        if not np.array_equal(extra, self.extra):
            self._drop_extra()
            self._add_columns(extra)
            self.extra = extra
        if memory is not None:
            basis = memory.basis
        else:
            basis = None if self._first is None else self._basis_at(x, capacity)
        if basis is not None:
            self.solver.setBasis(basis)

    def _drop_extra(self) -> None:
        if len(self.extra):
            begin = self.network.shape[1] + len(self.shared)
            columns = np.arange(begin, begin + len(self.extra), dtype=np.int32)
            self.solver.deleteCols(len(columns), columns)

    def _remember(self, scenario: int | None) -> None:
        if scenario is not None:
            size = len(self.columns) + sum(self.network.shape) + len(self.covers)
            fits = size * len(self._memory) <= MAX_REMEMBERED
            self._memory[scenario] = _Memory(self.extra, self.solver.getBasis() if fits else None)

    def _forget_bases(self) -> None:
        """Forget every basis, since the program has got other rows."""
        self._first = self._reference = None
        self._memory = {s: _Memory(kept.extra, None) for s, kept in self._memory.items()}

    def add_covers(self, covers: FlowCovers) -> int:
        """Add the rows of those ``covers`` that are not there yet; return how many."""
        known = set(self.covers.keys())
        new = covers.take(
            np.array([c for c, key in enumerate(covers.keys()) if key not in known], dtype=np.int64)
        )
        for held in _holds(new, self.site, self.zone):
            index = (np.flatnonzero(held) + self.network.shape[1]).astype(np.int32)
            one = np.ones(len(index))
            self.solver.addRow(-highs.INFINITY, highs.INFINITY, len(index), index, one)
        if len(new):
            self._forget_bases()
        self.covers = self.covers.joined(new)
        self._idle = np.append(self._idle, np.zeros(len(new), dtype=np.int64))
        return len(new)

    def _drop_idle_covers(self, multipliers: FloatArray) -> None:
        self._idle = np.where(multipliers > 0, 0, self._idle + 1)
        stale = self._idle > STALE_SOLVES
        if stale.any():
            rows = (np.flatnonzero(stale) + sum(self.network.shape)).astype(np.int32)
            self.solver.deleteRows(len(rows), rows)
            self._forget_bases()
            self.covers = self.covers.take(np.flatnonzero(~stale))
            self._idle = self._idle[~stale]

    def solve(
        self, demand: FloatArray, x: FloatArray, capacity: FloatArray, scenario: int | None = None
    ) -> tuple[float, DualPoint]:
        """Return the dual value and a dual point for ``demand`` at openings ``x`` and ``capacity``.

        The value is that of the returned point, so it is never above the true recourse. The last
        basis of the same ``scenario`` is where the simplex method begins.
        """
        self._prepare(scenario, x, capacity)
        limit = self._within(demand, capacity)
        cover_limit = self._set_right_hand_side(demand, x, limit)
        for _ in range(MAX_ROUNDS):
            self._set_links(demand, x)
            highs.run_again(self.solver, "a linked transportation problem")
            primal = self.solver.getInfo().objective_function_value
            duals = highs.row_duals(self.solver)
            sites, zones = self.network.shape
            u = np.maximum(-duals[zones : zones + sites], 0.0)
            w = np.maximum(-duals[zones + sites :], 0.0)
            dual = self._dual(u, duals[:zones], w)
            network = surcharged(self.network, dual)
            dual = dual.with_zone(network.zone_values(u, x))
            cost = network.unit_costs(u, dual.zone, x)
            value = float(demand @ cost - limit @ u - cover_limit @ w)
            if primal - value <= EXACTNESS * (abs(primal) + float(limit @ u)):
                break
            missed = self._missed(u, duals[:zones], x)
            if not len(missed):
                break
            self._add_columns(missed)
            self.extra = np.append(self.extra, missed)
        self._remember(scenario)
        self._drop_idle_covers(w)
        return value, dual

    def _missed(self, u: FloatArray, v: FloatArray, x: FloatArray) -> IntArray:
        """Return the arcs that the duals of zones and sites call for, beyond those there are."""
        arcs = self.usable
        reduced = arcs.cost + u[arcs.site] - v[arcs.zone]
        called = (reduced < -1e-9) & (x[arcs.site] > 0)
        called[self.columns] = False
        return np.asarray(arcs.by_site[called[arcs.by_site]])

    def _dual(self, site: FloatArray, zone: FloatArray, multiplier: FloatArray) -> DualPoint:
        used = np.flatnonzero(multiplier)
        if not len(used):
            return DualPoint(site, zone)
        return DualPoint(site, zone, self.covers.take(used), multiplier[used])

    def flow(self) -> tuple[IntArray, IntArray, FloatArray]:
        """Return sites, zones and units of the arcs that delivered in the last solution."""
        units = highs.column_values(self.solver)[self.network.shape[1] :]
        used = np.flatnonzero(units > 0)
        return self.site[used], self.zone[used], units[used]

    @staticmethod
    def _within(demand: FloatArray, capacity: FloatArray) -> FloatArray:
        """Return capacities, none above what demand can ever need, and so all finite."""
        ample = 2.0 * demand.sum() or 1.0  # never 0, where any site price would be optimal
        return np.minimum(capacity, ample)

    def _set_right_hand_side(
        self, demand: FloatArray, x: FloatArray, limit: FloatArray
    ) -> FloatArray:
        """Set all right-hand sides; return those of the covers."""
        constant, slope = self.covers.limit(demand[None], self.potential)
        covers = constant[0] + slope[0] @ x
        upper = np.concatenate([demand, limit, covers])
        lower = np.append(demand, np.full(len(upper) - len(demand), -highs.INFINITY))
        rows = np.arange(len(upper), dtype=np.int32)
        self.solver.changeRowsBounds(len(rows), rows, lower, upper)
        return np.asarray(covers)

    def _set_links(self, demand: FloatArray, x: FloatArray) -> None:
        upper = demand[self.zone] * x[self.site]
        highs.set_bounds(self.solver, np.zeros(len(upper)), upper, first=len(demand))


def _holds(covers: FlowCovers, site: IntArray, zone: IntArray) -> BoolArray:
    """Return which arcs each cover's row holds, shape (covers, arcs)."""
    return np.asarray(covers.sites[:, site] & covers.zones[:, zone])
