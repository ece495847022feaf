"""The columns that cuts stand on: those of the first stage, or site capacities beside them.

A cut has a slope in the capacity ``C = G z`` of each site. Where few columns give capacity it is
stated on ``z``; where many do, as the steps of chargers, a column for each capacity, tied
by ``C <= G z``, keeps cuts as short as they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, eye_array, hstack

from robustev.core.arrays import FloatArray
from robustev.model.first_stage import FirstStage
from robustev.recourse.cut import Cut


@dataclass(frozen=True, eq=False)
class CutColumns:
    """Columns ``(z, theta, C)`` of a master, with a column for each capacity or with none."""

    first: FirstStage

    @property
    def num_further(self) -> int:
        """Number of capacity columns."""
        return 0 if self.first.steps is None else self.first.unlimited.size

    def values(self, z: FloatArray) -> FloatArray:
        """Return the capacity columns at ``z``, shape (capacity columns,)."""
        if not self.num_further:
            return np.zeros(0)
        return np.asarray(self.first.capacity @ z)

    def ties(self, num_theta: int) -> csr_array:
        """Return the rows ``G z - C >= 0`` on ``(z, theta, C)``."""
        if not self.num_further:
            return csr_array((0, self.first.num_columns + num_theta))
        none = csr_array((self.num_further, num_theta))
        parts = [self.first.capacity, none, -eye_array(self.num_further)]
        return csr_array(hstack(parts, format="csr"))

    def row(self, cut: Cut, theta: int | None, num_theta: int) -> FloatArray:
        """Return ``theta - slope``, the left side of a cut, on ``(z, theta, C)``."""
        count, further = self.first.num_columns, self.num_further
        row = np.zeros(count + num_theta + further)
        if further:
            self.first.openings(row[:count])[:] = -cut.open_slope
            row[count + num_theta :] = -cut.capacity_slope.ravel()
        else:
            row[:count] = -cut.columns(self.first)
        if theta is not None:
            row[count + theta] = 1.0
        return row
