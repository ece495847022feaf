"""Second-stage cost at a *fractional* opening ``x``, where the links ``a_ij <= x_i`` matter.

A linear program that stays in HiGHS from one scenario to the next: scenarios and openings change
only right-hand sides and bounds, so the dual simplex goes on from the last basis. Arcs enter when
their reduced cost asks for them, and flow covers when a fractional solution violates them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_array

from robustev.core import highs
from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.recourse.covers import FlowCovers
from robustev.recourse.dual import Network, Price, surcharged, unit_costs, zone_values

EXACTNESS = 1e-7
"""Relative difference of primal and dual value at which no more arcs are added."""
NUM_NEAREST = 8
MAX_ROUNDS = 12
MAX_REMEMBERED = 10_000_000
"""Columns and rows of all bases that are kept together."""
STALE_SOLVES = 60
"""Solves without a multiplier after which a cover leaves the program."""


class LinkedTransport:
    """The transportation problem of one network with links ``a_ij <= x_i``, kept warm.

    Parameters
    ----------
    potential
        Shape (sites,): most capacity each site can have, for the covers.
    """

    def __init__(self, network: Network, potential: FloatArray) -> None:
        self.network = network
        self.potential = potential
        self.covers = FlowCovers.none(*network.shape)
        self._idle = np.zeros(0, dtype=np.int64)
        self._bases: dict[int, Any] = {}
        sites, zones = network.shape
        self.site: IntArray = np.zeros(0, dtype=np.int64)
        self.zone: IntArray = np.zeros(0, dtype=np.int64)
        self.known: BoolArray = ~(network.travel < network.ceiling)
        self.solver = highs.new_highs(solver="simplex", threads=1)
        highs.pass_rows(
            self.solver,
            cost=np.broadcast_to(network.ceiling, zones).astype(float),
            lower=np.zeros(zones),
            upper=np.full(zones, highs.INFINITY),
            matrix=csr_array(
                (np.ones(zones), np.arange(zones), np.append(np.arange(zones + 1), [zones] * sites))
            ),
            row_lower=np.append(np.zeros(zones), np.full(sites, -highs.INFINITY)),
            row_upper=np.zeros(zones + sites),
        )
        count = min(NUM_NEAREST if sites * zones > 50_000 else sites, sites)
        order = np.argpartition(network.travel, count - 1, axis=0)[:count]
        first = np.zeros(network.shape, dtype=bool)
        first[order, np.arange(zones)] = True
        self._add_arcs(first & ~self.known)

    def _add_arcs(self, arcs: BoolArray) -> None:
        i, j = np.nonzero(arcs)
        if not len(i):
            return
        self.known |= arcs
        self._bases.clear()
        zones, sites = self.network.shape[1], self.network.shape[0]
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
            len(i), self.network.travel[i, j], zero, zero, matrix.nnz, starts,
            matrix.indices.astype(np.int32), matrix.data,
        )  # fmt: skip
        self.site, self.zone = np.append(self.site, i), np.append(self.zone, j)

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
            self._bases.clear()
        self.covers = self.covers.joined(new)
        self._idle = np.append(self._idle, np.zeros(len(new), dtype=np.int64))
        return len(new)

    def _drop_idle_covers(self, multipliers: FloatArray) -> None:
        self._idle = np.where(multipliers > 0, 0, self._idle + 1)
        stale = self._idle > STALE_SOLVES
        if stale.any():
            rows = (np.flatnonzero(stale) + sum(self.network.shape)).astype(np.int32)
            self.solver.deleteRows(len(rows), rows)
            self._bases.clear()
            self.covers = self.covers.take(np.flatnonzero(~stale))
            self._idle = self._idle[~stale]

    def solve(
        self, demand: FloatArray, x: FloatArray, capacity: FloatArray, scenario: int | None = None
    ) -> tuple[float, Price]:
        """Return the dual value and prices for ``demand`` at openings ``x`` and ``capacity``.

        The value is that of the returned prices, so it is never above the true recourse. The last
        basis of the same ``scenario`` is where the simplex method begins.
        """
        if scenario in self._bases:
            self.solver.setBasis(self._bases[scenario])
        ample = 2.0 * demand.sum() or 1.0  # never 0, where any site price would be optimal
        limit = np.minimum(capacity, ample)
        cover_limit = self._set_right_hand_side(demand, x, limit)
        for _ in range(MAX_ROUNDS):
            self._set_links(demand, x)
            highs.run_again(self.solver, "a linked transportation problem")
            primal = self.solver.getInfo().objective_function_value
            duals = highs.row_duals(self.solver)
            sites, zones = self.network.shape
            u = np.maximum(-duals[zones : zones + sites], 0.0)
            w = np.maximum(-duals[zones + sites :], 0.0)
            price = self._price(u, duals[:zones], w)
            network = surcharged(self.network, price)
            price = price.with_zone(zone_values(network, u, x))
            value = float(demand @ unit_costs(network, price, x) - limit @ u - cover_limit @ w)
            if primal - value <= EXACTNESS * max(1.0, abs(primal)):
                break
            reduced = network.travel + u[:, None] - duals[None, :zones]
            missed = (reduced < -1e-9) & ~self.known & (x > 0)[:, None]
            if not missed.any():
                break
            self._add_arcs(missed)
        self._remember(scenario)
        self._drop_idle_covers(w)
        return value, price

    def _remember(self, scenario: int | None) -> None:
        size = len(self.site) + sum(self.network.shape) + len(self.covers)
        if scenario is not None and size * len(self._bases) <= MAX_REMEMBERED:
            self._bases[scenario] = self.solver.getBasis()

    def _price(self, site: FloatArray, zone: FloatArray, multiplier: FloatArray) -> Price:
        used = np.flatnonzero(multiplier)
        if not len(used):
            return Price(site, zone)
        return Price(site, zone, self.covers.take(used), multiplier[used])

    def flow(self) -> FloatArray:
        """Return the units delivered in the last solution, shape (sites, zones)."""
        units = np.zeros(self.network.shape)
        zones = self.network.shape[1]
        units[self.site, self.zone] = highs.column_values(self.solver)[zones:]
        return np.maximum(units, 0.0)

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
