"""Cuts: affine lower bounds on second-stage cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.model.first_stage import FirstStage


@dataclass(frozen=True, eq=False)
class Cut:
    """A lower bound on second-stage cost: ``constant + open_slope @ x + sum(capacity_slope * C)``.

    ``open_slope`` has shape (sites,), ``capacity_slope`` shape (sites, types): all demand types, or
    those that one kernel serves.
    """

    constant: float
    open_slope: FloatArray
    capacity_slope: FloatArray

    @staticmethod
    def total(cuts: Sequence[Cut], weight: FloatArray) -> Cut:
        """Return the weighted sum of some cuts."""
        return Cut(
            float(weight @ [cut.constant for cut in cuts]),
            weight @ np.array([cut.open_slope for cut in cuts]),
            np.tensordot(weight, np.array([cut.capacity_slope for cut in cuts]), axes=1),
        )

    @classmethod
    def by_group(
        cls, weighted: Iterable[tuple[int, float, Cut]], count: int, shape: tuple[int, int]
    ) -> list[Cut]:
        """Return the weighted sum of each of ``count`` groups, from (group, weight, cut).

        ``shape`` is that of capacity slopes, (sites, types).
        """
        constant = np.zeros(count)
        opening, rent = np.zeros((count, shape[0])), np.zeros((count, *shape))
        for g, weight, cut in weighted:
            constant[g] += weight * cut.constant
            opening[g] += weight * cut.open_slope
            rent[g] += weight * cut.capacity_slope
        return [cls(float(constant[g]), opening[g], rent[g]) for g in range(count)]

    def raised(self, by: float) -> Cut:
        """Return the cut with ``by`` added to its constant."""
        return Cut(self.constant + by, self.open_slope, self.capacity_slope)

    def on_types(self, types: IntArray, num_types: int) -> Cut:
        """Return the cut of some demand types as one of all types."""
        slope = np.zeros((len(self.open_slope), num_types))
        slope[:, types] = self.capacity_slope
        return Cut(self.constant, self.open_slope, slope)

    def columns(self, first: FirstStage) -> FloatArray:
        """Return the coefficients on the columns ``z`` of a first stage."""
        return first.coefficients(self.open_slope, self.capacity_slope)

    def at(self, x: FloatArray, capacity: FloatArray) -> float:
        """Return the bound at openings ``x`` and capacities ``C`` (sites, types)."""
        finite = np.where(self.capacity_slope == 0, 0.0, capacity)
        return float(self.constant + self.open_slope @ x + (self.capacity_slope * finite).sum())
