"""Passes over all arcs and scenarios, each with site prices of its own: the recourse dual streamed.

With prices ``u_is >= 0`` of capacity and tolls ``w_ij >= 0`` on arcs, whatever they are, a unit of
zone j costs at least ``v_js = min(q, min_i t_ij + w_ij + u_is)`` in scenario s (weak duality, see
:mod:`robustev.recourse.dual`). A *soft* pass shares each zone's demand between its sites as
``exp(-(t_ij + w_ij + u_is) / eps)``: the gradient of ``v`` smoothed by entropy (Nesterov 2005).

Arcs are laid out by their rank within a zone, zones with the most arcs first, so that every step
is one operation on a slice of zones and all scenarios of a block, without any padding. Blocks have
a fixed size and are summed in order: results do not depend on threads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.data.arcs import Arcs
from robustev.parallel.ordered import ordered_map

SCENARIOS = 64
"""Scenarios of a block."""
ENTRIES = 2**18
"""Numbers that one step works on, so that they stay in a processor's cache."""
NEGLIGIBLE = 12.0
"""Multiples of ``eps`` above the cheapest from which on an arc gets no demand."""

Single = NDArray[np.float32]
_Task = tuple[slice, slice]


@dataclass(frozen=True, eq=False)
class Loads:
    """Where demand goes in a soft pass.

    Parameters
    ----------
    site
        Shape (sites, scenarios): demand that comes to each site.
    arc
        Shape (arcs,): mean demand on each arc.
    """

    site: Single
    arc: FloatArray


class ArcPasses:
    """Arcs in the order in which passes read them.

    Parameters
    ----------
    kept
        Shape (arcs,): arcs to look at; absent for all.
    """

    def __init__(self, arcs: Arcs, ceiling: float, *, workers: int = 1,
                 kept: BoolArray | None = None) -> None:  # fmt: skip
        self.arcs = arcs
        self.ceiling = ceiling
        self.workers = workers
        number = np.arange(len(arcs)) if kept is None else np.flatnonzero(kept)
        number = number[np.lexsort((arcs.cost[number], arcs.zone[number]))]
        count = np.bincount(arcs.zone[number], minlength=arcs.num_zones)
        start = np.concatenate([[0], np.cumsum(count)])[:-1]
        self.zones: IntArray = np.argsort(-count, kind="stable")
        self.rows: list[IntArray] = [
            number[start[self.zones[: np.count_nonzero(count > k)]] + k]
            for k in range(int(count.max(initial=0)))
        ]

    def only(self, kept: BoolArray) -> ArcPasses:
        """Return passes over some of the arcs."""
        return ArcPasses(self.arcs, self.ceiling, workers=self.workers, kept=kept)

    def _tasks(self, num_scenarios: int) -> list[_Task]:
        size = max(1, ENTRIES // min(SCENARIOS, num_scenarios))
        return [
            (slice(z, min(z + size, len(self.zones))), slice(s, min(s + SCENARIOS, num_scenarios)))
            for s in range(0, num_scenarios, SCENARIOS)
            for z in range(0, len(self.zones), size)
        ]

    def _rows(self, part: slice) -> Iterator[IntArray]:
        """Yield the arcs of each rank of a slice of zones."""
        for row in self.rows:
            if len(row) <= part.start:
                return
            yield row[part.start : part.stop]

    def _values(
        self, part: slice, price: NDArray[np.floating], cost: NDArray[np.floating]
    ) -> NDArray[np.floating]:
        values = np.full((part.stop - part.start, price.shape[1]), self.ceiling, price.dtype)
        for arc in self._rows(part):
            reduced = price[self.arcs.site[arc]]
            reduced += cost[arc, None]
            np.minimum(values[: len(arc)], reduced, out=values[: len(arc)])
        return values

    # --- hard ---------------------------------------------------------------------------------

    def served(
        self, price: NDArray[np.floating], toll: FloatArray, demand: NDArray[np.floating]
    ) -> FloatArray:
        """Return ``sum_j D_js v_js`` for each scenario, in double precision.

        ``price`` has shape (sites, scenarios), ``toll`` (arcs,), ``demand`` (scenarios, zones).
        """
        cost = self.arcs.cost + toll

        def one(task: _Task) -> tuple[slice, FloatArray]:
            part, block = task
            values = self._values(part, price[:, block].astype(np.float64), cost)
            some = demand[block][:, self.zones[part]]
            return block, np.einsum("sj,js->s", some, values, dtype=np.float64)

        total = np.zeros(len(demand))
        for block, found in ordered_map(one, self._tasks(len(demand)), workers=self.workers):
            total[block] += found
        return total

    def near(self, price: Single, toll: FloatArray, margin: float) -> BoolArray:
        """Return the arcs that are within ``margin`` of the cheapest in some scenario, or might be.

        An arc is left out if its cost at the least price of its site lies above the largest value
        of its zone by more.
        """
        cost = (self.arcs.cost + toll).astype(np.float32)
        largest = np.zeros(self.arcs.num_zones, np.float32)

        def one(task: _Task) -> tuple[slice, Single]:
            part, block = task
            values = self._values(part, np.ascontiguousarray(price[:, block]), cost)
            return part, values.max(axis=1)

        for part, most in ordered_map(one, self._tasks(price.shape[1]), workers=self.workers):
            zones = self.zones[part]
            largest[zones] = np.maximum(largest[zones], most)
        least = cost + price.min(axis=1)[self.arcs.site]
        return np.asarray(least <= largest[self.arcs.zone] + margin)

    # --- soft ---------------------------------------------------------------------------------

    def loads(
        self,
        price: Single,
        toll: FloatArray,
        demand: NDArray[np.floating],
        weight: FloatArray,
        eps: float,
    ) -> Loads:
        """Return where demand goes, shared softly; ``weight`` has shape (scenarios,)."""
        cost = (self.arcs.cost + toll).astype(np.float32)
        site = np.zeros(price.shape, np.float32)
        arc = np.zeros(len(self.arcs))

        def one(task: _Task) -> tuple[slice, Single, IntArray, FloatArray]:
            part, block = task
            some = np.ascontiguousarray(price[:, block])
            units = np.array(demand[block][:, self.zones[part]].T, np.float32, order="C")
            numbers, shares = self._shared(part, some, cost, units, np.float32(1.0 / eps))
            sites = self.arcs.site[numbers]
            each = np.arange(len(numbers) + 1)
            by_arc = csr_array((np.ones(len(numbers), np.float32), sites, each),
                               shape=(len(numbers), len(some)))  # fmt: skip
            return block, by_arc.T @ shares, numbers, shares @ weight[block]

        for block, of_site, numbers, mean in ordered_map(
            one, self._tasks(price.shape[1]), workers=self.workers
        ):
            site[:, block] += of_site
            arc[numbers] += mean
        return Loads(site, arc)

    def _shared(
        self, part: slice, price: Single, cost: Single, units: Single, sharpness: np.float32
    ) -> tuple[IntArray, Single]:
        """Return the arcs that get demand, and how much in each scenario, (arcs, scenarios)."""
        values = self._values(part, price, cost)
        total = np.exp((values - np.float32(self.ceiling)) * sharpness)
        numbers, places, shares = [], [], []
        for arc in self._rows(part):
            power = values[: len(arc)] - price[self.arcs.site[arc]]
            power -= cost[arc, None]
            power *= sharpness
            live = np.flatnonzero(power.max(axis=1) > -NEGLIGIBLE)
            if len(live):
                share = np.exp(power[live])
                total[live] += share
                numbers.append(arc[live])
                places.append(live)
                shares.append(share)
        if not numbers:
            return np.zeros(0, np.int64), np.zeros((0, price.shape[1]), np.float32)
        units /= total
        for place, share in zip(places, shares, strict=True):
            share *= units[place]
        return np.concatenate(numbers), np.concatenate(shares)
