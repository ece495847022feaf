"""Prices, tolls, openings and capacities, moved towards a saddle point.

The relaxation, with a link between openings and mean assignments, is the saddle problem

    min over x, C  max over u, w >= 0   phi(x, C) + sum_s p_s [D_s v(u_s, w) - u_s C] - x W(w)

with ``v`` as in :mod:`robustev.recourse.arc_passes` and ``W_i = sum_j E[D_j] w_ij``: a toll
``w_ij`` is the price of ``E[demand of j served by i] <= E[D_j] x_i``. Each step shares demand
softly between sites at the prices there are (entropy of weight ``eps``), raises prices where more
comes than fits, tolls where a larger share comes than the site is open, and lets capacities and
openings follow, as primal-dual methods do (Chambolle and Pock 2011). Steps are scaled by what each
price moves: ``eps / rho`` for the logarithm of a load of which a share ``rho`` has another choice.
The weight of entropy falls from step to step. Every pair (u, w) proves a bound, and the mean of
many proves at least the mean of theirs.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from robustev.core.arrays import FloatArray
from robustev.methods.benders.ascent.designs import Designs
from robustev.recourse.arc_passes import ArcPasses, Loads, Single

DECAY = 0.98
"""Factor of ``eps`` from one step to the next."""
PRICE_STEP, PRICE_MOMENTUM, TOLL_STEP = 0.8, 0.3, 0.4
"""Shares of the step that would balance a site or an arc if nothing else moved, and inertia."""
CAPACITY_STEP, OPENING_STEP = 0.1, 0.01
"""Steps of capacities and openings against those of prices: below 1 for stability."""
MOST_EPS = 2.0
"""Largest move of a price in one step, in multiples of ``eps``."""
MOST_OPENING = 0.1
"""Largest move of an opening in one step."""
LEAST_CHOICE = 0.03
"""Least share of a load that is taken to have another choice."""
REFRESH = 20
"""Steps between two looks at all arcs; those that no demand comes near are left out between."""
MARGIN = 20.0
"""How far above the cheapest an arc counts as near, in multiples of ``eps``."""
TINY = 1e-9


@dataclass(frozen=True, eq=False)
class Means:
    """Mean prices (sites, scenarios), tolls (arcs,), openings and capacities (sites,)."""

    price: Single
    toll: FloatArray
    x: FloatArray
    capacity: FloatArray


class Ascent:
    """The state of an ascent; :meth:`run` moves it.

    Parameters
    ----------
    demand
        Shape (scenarios, zones).
    eps, least_eps
        Weight of entropy at first and at last, in cost of a unit of demand.
    """

    def __init__(
        self,
        passes: ArcPasses,
        designs: Designs,
        demand: NDArray[np.floating],
        probability: FloatArray,
        eps: tuple[float, float],
    ) -> None:
        self.passes, self.designs = passes, designs
        self.demand, self.probability = demand, probability
        self.eps, self.least_eps = eps
        arcs = passes.arcs
        self.mean_demand = np.asarray(probability @ demand, dtype=np.float64)
        self.of_arc = np.maximum(self.mean_demand[arcs.zone], TINY)
        self.x = np.ones(arcs.num_sites)
        self.bounds = designs.must, np.ones(arcs.num_sites)
        self._shut = np.zeros(len(arcs), dtype=bool)
        self.toll = np.zeros(len(arcs))
        self.price: Single = np.full(
            (arcs.num_sites, len(demand)), self.designs.slope.max(initial=0.0), np.float32
        )
        self._before = self.price
        loads = self._loads(passes)
        self.capacity = np.minimum(loads.site @ probability, self.designs.most(self.x))
        self._aimed = self.capacity, self.x
        self.steps = 0
        self._near = passes
        self.clear()

    def within(self, least: FloatArray, most: FloatArray) -> Ascent:
        """Return an ascent from here on with openings between bounds, both of shape (sites,)."""
        other = copy.copy(self)
        other.bounds = least, most
        other._shut = most[self.passes.arcs.site] <= 0
        other.x = np.clip(self.x, least, most)
        other.capacity = np.minimum(self.capacity, self.designs.most(other.x))
        always = least[self.passes.arcs.site] >= 1  # a toll never pays where the site is open
        other.toll = np.where(other._shut, self.passes.ceiling, np.where(always, 0.0, self.toll))
        other._aimed = other.capacity, other.x
        other.steps = 0
        other.clear()
        return other

    @property
    def has_fixed_openings(self) -> bool:
        """Whether bounds leave no choice."""
        return bool((self.bounds[0] >= self.bounds[1]).all())

    def clear(self) -> None:
        """Begin the means anew."""
        self._sums = [np.zeros(self.price.shape), np.zeros(len(self.toll)),
                      np.zeros(len(self.x)), np.zeros(len(self.x))]  # fmt: skip
        self._count = 0

    def means(self) -> Means:
        """Return the means since they were begun anew."""
        price, toll, x, capacity = (part / self._count for part in self._sums)
        return Means(price.astype(np.float32), toll, x, capacity)

    def bound(self, price: Single, toll: FloatArray) -> float:
        """Return what prices and tolls prove, without the cost that no decision changes."""
        toll = toll.astype(np.float32).astype(np.float64)
        served = float(self.probability @ self.passes.served(price, toll, self.demand))
        taken = self.passes.arcs.site_sum(toll * self.mean_demand[self.passes.arcs.zone])
        return served + self.designs.least(self._mean_price(price), taken)

    def _mean_price(self, price: Single) -> FloatArray:
        return np.asarray(price.astype(np.float64) @ self.probability)

    def _loads(self, passes: ArcPasses) -> Loads:
        return passes.loads(self.price, self.toll, self.demand, self.probability, self.eps)

    def run(self, steps: int) -> None:
        """Take some steps."""
        for _ in range(steps):
            if self.steps % REFRESH == 0:
                near = self.passes.near(self.price, self.toll, MARGIN * self.eps)
                self._near = self.passes.only(near)
            loads = self._loads(self._near)
            self._move_prices(loads)
            self._move_tolls(loads)
            self._move_sites(loads)
            parts: tuple[Any, ...] = (self.price, self.toll, self.x, self.capacity)
            for total, part in zip(self._sums, parts, strict=True):
                np.add(total, part, out=total)
            self._count += 1
            self.steps += 1
            self.eps = max(self.least_eps, self.eps * DECAY)

    def _move_prices(self, loads: Loads) -> None:
        arcs, mean = self.passes.arcs, np.maximum(loads.site @ self.probability, TINY)
        choice = arcs.site_sum(loads.arc * (1.0 - np.minimum(loads.arc / self.of_arc, 1.0))) / mean
        scale = PRICE_STEP * self.eps / np.clip(choice, LEAST_CHOICE, 1.0)
        fits = np.maximum(self._aimed[0], TINY).astype(np.float32)
        move = np.log(np.maximum(loads.site, np.float32(TINY)) / fits[:, None])
        move *= scale.astype(np.float32)[:, None]
        most = np.float32(MOST_EPS * self.eps)
        np.clip(move, -most, most, out=move)
        move += np.float32(PRICE_MOMENTUM) * (self.price - self._before)
        self._before = self.price
        self.price = np.clip(self.price + move, 0.0, np.float32(self.passes.ceiling))

    def _move_tolls(self, loads: Loads) -> None:
        if self.has_fixed_openings:
            return
        share = loads.arc / self.of_arc
        open_ = np.maximum(self._aimed[1], 1e-3)[self.passes.arcs.site]
        move = np.log(np.maximum(share, TINY) / open_) / np.clip(1.0 - share, 0.1, 1.0)
        move = np.clip(TOLL_STEP * self.eps * move, -MOST_EPS * self.eps, MOST_EPS * self.eps)
        self.toll = np.clip(self.toll + move, 0.0, self.passes.ceiling)
        self.toll[share < 1e-6] = 0.0
        self.toll[self._shut] = self.passes.ceiling

    def _move_sites(self, loads: Loads) -> None:
        designs, arcs = self.designs, self.passes.arcs
        price, mean = self._mean_price(self.price), loads.site @ self.probability
        usual = np.maximum(mean, designs.width.max(initial=TINY))
        capacity = designs.nearest(self.capacity, price, CAPACITY_STEP * usual / self.eps, self.x)
        x = self.x
        if not self.has_fixed_openings:
            taken = arcs.site_sum(self.toll * self.mean_demand[arcs.zone])
            gain = taken + designs.rent(price) - designs.fixed
            step = (
                OPENING_STEP
                * np.maximum(x, 0.05)
                / (self.eps * np.maximum(mean, 0.01 * mean.mean() + TINY))
            )
            x = x + np.clip(step * gain, -MOST_OPENING, MOST_OPENING)
            x = np.clip(x, *self.bounds)
        self._aimed = (
            np.maximum(2.0 * capacity - self.capacity, 0.3 * capacity),
            np.clip(2.0 * x - self.x, *self.bounds),
        )
        self.capacity, self.x = capacity, x
