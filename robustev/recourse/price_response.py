"""How optimal prices of capacity answer to demand, by one step of Newton's method.

Near the optimum of one scenario, zones between two sites go to the other as prices move. With
demand shared softly between near arcs, ``y_ij ~ exp(-(t_ij + u_i - v_j) / eps)``, the load of site
i is ``L_i(u)``, and loads answer to prices by ``dL/du = -(diag(L) - Y' diag(D) Y) / eps``. Another
scenario's prices then solve the small complementarity problem

    u >= 0,  L(u) <= C,  u_i > 0 only where L_i(u) = C_i,

made linear at the known prices. They are a guess to start an exact solve from, nothing more.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array, diags_array

from robustev.core.arrays import FloatArray
from robustev.recourse.dual import DualPoint
from robustev.recourse.networks.base import Network
from robustev.recourse.transport_simplex import needs_start

MAX_SITES = 400
"""Sites up to which a small dense system takes no time beside an exact solve."""
FURTHER = 0.4
"""Arcs per zone, beside the cheapest, that tell how near sites are to each other."""
SHARPNESS = 2.0
"""Weight of entropy: the margin of those arcs over this."""
REACH = 2.0
"""Arcs that share demand are within the margin times this."""
MOST = 30.0
"""Most by which a price is thought to move, in weights of entropy."""
ROUNDS = 10
"""Changes of the set of sites whose capacity binds."""
LOOSE = 1e-6
"""Share of the mean capacity by which a load may exceed it."""


class PriceResponse:
    """Guesses the prices of scenarios from those of one.

    Parameters
    ----------
    dual
        The optimal dual point of one scenario, of ``demand``, shape (zones,).
    capacity
        Shape (sites,): capacities, the same in all scenarios; 0 where closed.
    """

    def __init__(
        self, network: Network, dual: DualPoint, demand: FloatArray, capacity: FloatArray
    ) -> None:
        self.ceiling = float(np.max(network.ceiling))
        self.price = dual.site
        self.open = np.flatnonzero((capacity > 0) & np.isfinite(capacity))
        self.capacity = capacity[self.open]
        self.total = float(demand.sum())
        self.is_known = 0 < len(self.open) <= MAX_SITES and self.total > 0
        self.is_known &= needs_start(network)
        if not self.is_known:
            return
        part = network.part(self.open, np.arange(len(demand)))
        above = part.margin_of(self.price[self.open], FURTHER)
        self.is_known = 0 < above < np.inf
        if not self.is_known:
            return
        self.eps = above / SHARPNESS
        site, zone, cost = part.ends(part.within(self.price[self.open], REACH * above))
        gap = cost + self.price[self.open][site] - dual.zone[zone]
        weight = np.exp(-np.maximum(gap, 0.0) / self.eps)
        weight /= np.bincount(zone, weight, minlength=len(demand))[zone]
        self.share = csr_array((weight, (zone, site)), shape=part.shape[::-1])
        load = demand @ self.share
        load += LOOSE * load.mean()  # so that there always is an answer
        answer = np.diag(load) - (self.share.T @ diags_array(demand) @ self.share).toarray()
        self.answer = answer / self.eps

    def prices(self, demand: FloatArray) -> FloatArray:
        """Return about the optimal prices for ``demand``, shape (sites,)."""
        if not self.is_known:
            return self.price
        over = demand @ self.share - self.capacity
        answer = self.answer * max(float(demand.sum()) / self.total, LOOSE)
        move = _solved(answer, over, -self.price[self.open], LOOSE * self.capacity.mean())
        most = MOST * self.eps
        price = self.price.copy()
        price[self.open] = np.clip(price[self.open] + np.clip(move, -most, most), 0.0, self.ceiling)
        return price


def _solved(answer: FloatArray, over: FloatArray, least: FloatArray, loose: float) -> FloatArray:
    """Return ``d >= least`` with ``answer @ d = over``, or ``>=`` where ``d`` is the least."""
    free = np.ones(len(over), dtype=bool)
    move = np.zeros(len(over))
    for _ in range(ROUNDS):
        some = np.flatnonzero(free)
        move[~free] = least[~free]
        rest = over[some] - answer[np.ix_(some, ~free)] @ move[~free]
        move[some] = np.linalg.solve(answer[np.ix_(some, some)], rest)
        below = free & (move < least)
        back = ~free & (over - answer @ move > loose)
        if not (below | back).any():
            break
        free = (free & ~below) | back
    return np.maximum(move, least)
