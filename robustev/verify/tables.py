"""Capacity that is a table in the number of chargers, stated a second time.

A lower bound over the linear relaxation needs capacity from above: between the least and the most
chargers of a kind at a site, that is the line through both ends of the table, raised where the
table lies above it. A search over whole numbers has a column for each charger of each kind instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from robustev.core.arrays import FloatArray, IntArray
from robustev.model.instance import Instance


@dataclass(frozen=True, eq=False)
class Line:
    """Capacity of chargers from above: ``constant + slope * n``, shapes (sites, kinds, types)."""

    constant: FloatArray
    slope: FloatArray

    def at(self, chargers: FloatArray) -> FloatArray:
        """Return the capacity of chargers (sites, kinds), whole or not, shape (sites, types)."""
        return np.asarray((self.constant + self.slope * chargers[:, :, None]).sum(axis=1))


def capacity_line(instance: Instance) -> Line:
    """Return what chargers can do at most, each on its own where there is no table."""
    shape = (*instance.max_chargers.shape, instance.num_types)
    table = instance.charger_table
    if table is None:
        return Line(np.zeros(shape), np.broadcast_to(instance.charger_capacity, shape))
    constant, slope = np.zeros(shape), np.zeros(shape)
    least, slots = instance.min_chargers, instance.region.sites.slots
    for i, r in np.ndindex(shape[:2]):
        low = int(least[i, r])
        high = max(low, int(slots[i] - least[i].sum() + low))
        ends = table[[low, high], r]
        slope[i, r] = (ends[1] - ends[0]) / max(1, high - low)
        between = np.arange(low, high + 1)
        line = ends[0] + slope[i, r] * (between - low)[:, None]
        above = np.maximum(0.0, (table[low : high + 1, r] - line).max(axis=0))
        constant[i, r] = ends[0] - slope[i, r] * low + above
    return Line(constant, slope)


@dataclass(frozen=True, eq=False)
class Counted:
    """Columns that count chargers one by one, and the rows that tie them to ``z``.

    Parameters
    ----------
    rows
        Shape (rows, columns of z + columns that count): ``low <= rows @ (z, counting) <= high``.
    capacity
        Shape (sites * types, columns that count): what each charger adds.
    """

    rows: csr_array
    low: FloatArray
    high: FloatArray
    capacity: csr_array

    @property
    def size(self) -> int:
        """Number of columns that count."""
        return int(self.capacity.shape[1])


def counted(instance: Instance, of_chargers: IntArray, num_columns: int) -> Counted:
    """Return the counting columns of every charger; none where capacity is no table.

    ``of_chargers`` has shape (sites, kinds): the columns of ``z`` that hold the chargers.
    """
    table = instance.charger_table
    sites, kinds = of_chargers.shape
    most = 0 if table is None else len(table) - 1
    cell = np.arange(sites * kinds * most).reshape(sites, kinds, most)
    rows, low, high = [], [], []
    give = np.zeros((sites * instance.num_types, cell.size))
    for i, r in np.ndindex(sites, kinds if most else 0):
        row = np.zeros(num_columns + cell.size)
        row[of_chargers[i, r]] = -1.0
        row[num_columns + cell[i, r]] = 1.0
        rows.append(row)
        low.append(0.0)
        high.append(0.0)
        for m in range(most - 1):
            row = np.zeros(num_columns + cell.size)
            row[num_columns + cell[i, r, m]] = -1.0
            row[num_columns + cell[i, r, m + 1]] = 1.0
            rows.append(row)
            low.append(-np.inf)
            high.append(0.0)
        for k in range(instance.num_types):
            assert table is not None
            give[i * instance.num_types + k, cell[i, r]] = table[1:, r, k] - table[:-1, r, k]
    matrix = csr_array(np.array(rows).reshape(len(rows), num_columns + cell.size))
    return Counted(matrix, np.array(low), np.array(high), csr_array(give))
