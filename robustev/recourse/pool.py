"""The pool of dual points: whatever was found for one scenario bounds every scenario."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from robustev.core.arrays import FloatArray, IntArray
from robustev.recourse.cut_table import CutTable, table_size

Dual = TypeVar("Dual")


class DualPool(Generic[Dual]):
    """The dual points of one kernel, in the order in which they were added.

    A point is known by its place. Where the cuts of all scenarios fit into memory the pool keeps a
    table of them, from which every bound at a point of the first stage is one matrix product.

    Parameters
    ----------
    num_scenarios, num_sites
        Size of the table's cuts; the table is left out where it would hold too few points.
    """

    def __init__(self, num_scenarios: int = 0, num_sites: int = 0) -> None:
        self._points: list[Dual] = []
        fits = bool(num_scenarios and table_size(num_scenarios, num_sites))
        self._table = CutTable(num_scenarios, num_sites) if fits else None

    def __len__(self) -> int:
        """Return the number of dual points."""
        return len(self._points)

    @property
    def has_table(self) -> bool:
        """Whether the points' cuts are kept, so that :meth:`values` knows what they prove."""
        return self._table is not None

    @property
    def points(self) -> Sequence[Dual]:
        """The dual points."""
        return self._points

    def add(
        self, point: Dual, cuts: tuple[FloatArray, FloatArray, FloatArray] | None = None
    ) -> int:
        """Add a dual point and return its place.

        ``cuts`` are those of all scenarios where the pool has a table: constants (scenarios,),
        slopes in the openings (scenarios, sites), and price of capacity (sites,).
        """
        self._points.append(point)
        if self._table is not None:
            assert cuts is not None
            self._table.put(len(self._points) - 1, *cuts)
        return len(self._points) - 1

    def values(
        self, x: FloatArray, capacity: FloatArray, first: int = 0
    ) -> tuple[IntArray, FloatArray]:
        """Return the places still in the table, from ``first`` on, and what they prove.

        Shapes (points,) and (points, scenarios), at openings ``x`` and capacities (sites,).
        """
        assert self._table is not None
        return self._table.values(x, capacity, first)
