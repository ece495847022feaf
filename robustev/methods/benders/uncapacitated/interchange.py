"""Plans by greedy opening and interchange, where every customer uses its cheapest open site.

All swaps of an open site for a closed one are priced at once from the two cheapest open sites of
every customer (Whitaker 1983; Resende and Werneck 2007). Only moves that keep the first stage's
rows are made.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator

import numpy as np
from scipy.sparse import csc_array, csr_array, hstack, vstack

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.model.first_stage import FEASIBLE, FirstStage
from robustev.model.layout import OPEN
from robustev.recourse.kernels.uncapacitated import UncapacitatedRecourse

MAX_TRIED = 100
"""Most promising moves of each kind that are held against the rows."""
GAIN = 1e-9
"""Relative gain from which on a move is worth making."""

NONE = -1
"""Stands for no site where a move only opens or only closes one."""


class Interchange:
    """Builds and improves first-stage columns ``z``; chargers stay as they are."""

    def __init__(self, first: FirstStage, sites: UncapacitatedRecourse) -> None:
        self.first = first
        self.sites = sites
        self.column = first.layout.columns(OPEN)
        self.needed = first.on_columns(csr_array(sites.needed.astype(float)))
        self.rows = csc_array(vstack([first.matrix, self.needed], format="csc"))
        self.low = np.append(first.row_lower, np.ones(len(sites.needed)))
        self.high = np.append(first.row_upper, np.full(len(sites.needed), np.inf))
        empty = csc_array((self.rows.shape[0], 1))
        self.of_site = csc_array(hstack([self.rows[:, self.column], empty], format="csc"))
        self.may_open = first.openings(first.upper) > 0.5
        self.may_close = first.openings(first.lower) < 0.5
        self.opening = first.openings(first.cost)

    def allows(self, z: FloatArray) -> bool:
        """Return whether ``z`` keeps all rows, and serves all that must be served."""
        return bool(self._kept((self.rows @ z)[:, None])[0])

    def _kept(self, activity: FloatArray) -> BoolArray:
        """Return which columns of row activities, shape (rows, points), keep all rows."""
        above = activity >= self.low[:, None] - FEASIBLE
        below = activity <= self.high[:, None] + FEASIBLE
        return np.asarray((above & below).all(axis=0))

    # --- construction ------------------------------------------------------------------------

    def greedy(self) -> FloatArray | None:
        """Return columns built by opening what saves most, None if they break a row."""
        return self._opened(self._by_savings())

    def rounded(self, x: FloatArray) -> FloatArray | None:
        """Return columns built by opening what is most open at ``x``, None if they break a row."""
        order = np.argsort(-x, kind="stable")
        return self._opened((int(i), bool(x[i] > 0.5)) for i in order if self.may_open[i])

    def _opened(self, wanted: Iterator[tuple[int, bool]]) -> FloatArray | None:
        """Open sites in turn as far as rows allow; the unwanted ones only where rows call for it.

        Each is given with whether it is wanted; after the first that is not come no others.
        """
        z = np.array(self.first.lower)
        x = self.first.openings(z)
        activity = self.rows @ z
        for i, is_wanted in wanted:
            if not is_wanted and self._kept(activity[:, None])[0]:
                break
            part = slice(self.of_site.indptr[i], self.of_site.indptr[i + 1])
            row = self.of_site.indices[part]
            after = activity[row] + self.of_site.data[part]
            if x[i] < 0.5 and (after <= self.high[row] + FEASIBLE).all():
                x[i], activity[row] = 1.0, after
        return z if self.allows(z) else None

    def _by_savings(self) -> Iterator[tuple[int, bool]]:
        """Yield sites by what each saves beside those before it, and whether that is its worth.

        Savings only fall as others open, so that one is computed anew only at the top of the heap
        (Minoux 1978).
        """
        cost = self.sites.cost
        current = self.sites.two_cheapest(self.first.openings(self.first.lower) > 0.5)[0]
        closed = np.flatnonzero(self.may_open & self.may_close)
        saved = np.maximum(current - cost[closed], 0.0).sum(axis=1) - self.opening[closed]
        heap = [(-float(gain), int(i)) for gain, i in zip(saved, closed, strict=True)]
        heapq.heapify(heap)
        while heap:
            _, i = heapq.heappop(heap)
            gain = float(np.maximum(current - cost[i], 0.0).sum() - self.opening[i])
            if heap and -gain > heap[0][0]:
                heapq.heappush(heap, (-gain, i))
                continue
            yield i, gain > 0
            current = np.minimum(current, cost[i])

    # --- improvement -------------------------------------------------------------------------

    def improved(self, z: FloatArray, interrupted: Callable[[], bool]) -> FloatArray:
        """Return columns that no allowed move improves, or the best when interrupted."""
        z = np.array(z)
        while not interrupted():
            move = self._best_move(z)
            if move is None:
                break
            opened, closed = move
            if opened != NONE:
                z[self.column[opened]] = 1.0
            if closed != NONE:
                z[self.column[closed]] = 0.0
        return z

    def _best_move(self, z: FloatArray) -> tuple[int, int] | None:
        """Return the sites to open and to close that gain most among promising moves."""
        gain, opened, closed = self._promising(self.first.openings(z) > 0.5)
        order = np.argsort(-gain, kind="stable")
        change = self.of_site[:, opened[order]].toarray() - self.of_site[:, closed[order]].toarray()
        kept = np.flatnonzero(self._kept((self.rows @ z)[:, None] + change))
        if not len(kept):
            return None
        best = order[kept[0]]
        return int(opened[best]), int(closed[best])

    def _promising(self, is_open: BoolArray) -> tuple[FloatArray, IntArray, IntArray]:
        """Return the gains of the best openings, closings and swaps, and their sites."""
        inside, outside = np.flatnonzero(is_open), np.flatnonzero(~is_open & self.may_open)
        saved, lost, swapped, least = self._gains(inside, outside)
        lost = np.where(self.may_close[inside], lost, -np.inf)
        swapped = np.where(self.may_close[inside], swapped, -np.inf)
        nobody = np.full(1, NONE)
        kinds = [
            (saved[:, None], outside, nobody),
            (lost[None, :], nobody, inside),
            (swapped, outside, inside),
        ]
        parts = [_best(gain, opened, closed, least) for gain, opened, closed in kinds]
        gain, opened, closed = (np.concatenate(column) for column in zip(*parts, strict=True))
        return gain, opened, closed

    def _gains(
        self, inside: IntArray, outside: IntArray
    ) -> tuple[FloatArray, FloatArray, FloatArray, float]:
        """Return what opening, closing and swapping gain, and the least gain of interest.

        Shapes (outside,), (inside,) and (outside, inside).
        """
        ceiling = self.sites.ceiling
        options = np.vstack([self.sites.cost[inside], ceiling, ceiling])
        two = np.argpartition(options, 1, axis=0)[:2]
        value = np.take_along_axis(options, two, axis=0)
        user = np.where(value[0] <= value[1], two[0], two[1])
        first, second = value.min(axis=0), value.max(axis=0)
        cost = self.sites.cost[outside]
        saved = np.maximum(first - cost, 0.0).sum(axis=1) - self.opening[outside]
        missed = np.bincount(user, second - first, minlength=len(inside) + 2)[: len(inside)]
        lost = self.opening[inside] - missed
        caught = np.maximum(second - np.maximum(cost, first), 0.0)
        swapped = saved[:, None] + lost + _sums(caught, user, len(inside))
        return saved, lost, swapped, GAIN * max(1.0, abs(float(first.sum())))


def _sums(values: FloatArray, group: IntArray, count: int) -> FloatArray:
    """Return the sums of columns by group, shape (rows, count); later groups are left out."""
    order = np.argsort(group, kind="stable")
    present, start = np.unique(group[order], return_index=True)
    total = np.zeros((len(values), count))
    if values.size:
        sums = np.add.reduceat(values[:, order], start, axis=1)
        total[:, present[present < count]] = sums[:, present < count]
    return total


def _best(
    gain: FloatArray, opened: IntArray, closed: IntArray, least: float
) -> tuple[FloatArray, IntArray, IntArray]:
    """Return the largest gains above ``least``, and the sites of their rows and columns."""
    flat = gain.ravel()
    index = np.flatnonzero(flat > least)
    if len(index) > MAX_TRIED:
        index = index[np.argpartition(-flat[index], MAX_TRIED)[:MAX_TRIED]]
    row, column = np.unravel_index(index, gain.shape)
    return flat[index], opened[row], closed[column]
