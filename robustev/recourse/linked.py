"""Second-stage cost at a *fractional* opening ``x``, where the links ``a_ij <= x_i`` matter.

A linear program that stays in HiGHS from one scenario to the next: scenarios and openings change
only right-hand sides and bounds, so the dual simplex goes on from the last basis. Arcs enter when
their reduced cost asks for them.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from robustev import highs
from robustev.arrays import BoolArray, FloatArray, IntArray
from robustev.recourse.dual import Network, Price, unit_costs, zone_values

EXACTNESS = 1e-7
"""Relative difference of primal and dual value at which no more arcs are added."""
NUM_NEAREST = 8
MAX_ROUNDS = 12


class LinkedTransport:
    """The transportation problem of one network with links ``a_ij <= x_i``, kept warm."""

    def __init__(self, network: Network) -> None:
        self.network = network
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
        zones = self.network.shape[1]
        rows = np.column_stack([j, zones + i]).ravel().astype(np.int32)
        starts = np.arange(0, 2 * len(i), 2, dtype=np.int32)
        zero = np.zeros(len(i))
        cost = self.network.travel[i, j]
        self.solver.addCols(len(i), cost, zero, zero, 2 * len(i), starts, rows, np.ones(2 * len(i)))
        self.site, self.zone = np.append(self.site, i), np.append(self.zone, j)

    def solve(self, demand: FloatArray, x: FloatArray, capacity: FloatArray) -> tuple[float, Price]:
        """Return the dual value and prices for ``demand`` at openings ``x`` and ``capacity``.

        The value is that of the returned prices, so it is never above the true recourse.
        """
        limit = np.minimum(capacity, 2.0 * demand.sum())
        self._set_right_hand_side(demand, limit)
        for _ in range(MAX_ROUNDS):
            self._set_links(demand, x)
            highs.run_again(self.solver, "a linked transportation problem")
            primal = self.solver.getInfo().objective_function_value
            duals = highs.row_duals(self.solver)
            zones = self.network.shape[1]
            u = np.maximum(-duals[zones:], 0.0)
            price = Price(u, zone_values(self.network, u, x))
            value = float(demand @ unit_costs(self.network, price, x) - limit @ u)
            if primal - value <= EXACTNESS * max(1.0, abs(primal)):
                break
            reduced = self.network.travel + u[:, None] - duals[None, :zones]
            missed = (reduced < -1e-9) & ~self.known & (x > 0)[:, None]
            if not missed.any():
                break
            self._add_arcs(missed)
        return value, price

    def _set_right_hand_side(self, demand: FloatArray, limit: FloatArray) -> None:
        zones, sites = len(demand), len(limit)
        lower = np.append(demand, np.full(sites, -highs.INFINITY))
        rows = np.arange(zones + sites, dtype=np.int32)
        self.solver.changeRowsBounds(len(rows), rows, lower, np.append(demand, limit))

    def _set_links(self, demand: FloatArray, x: FloatArray) -> None:
        columns = np.arange(len(self.site), dtype=np.int32) + len(demand)
        upper = demand[self.zone] * x[self.site]
        self.solver.changeColsBounds(len(columns), columns, np.zeros(len(columns)), upper)
