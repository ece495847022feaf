"""Format ``orlib_cap``: OR-Library's capacitated facility location instances (Beasley 1988)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field

from robustev.core.arrays import FloatArray
from robustev.core.errors import FaultCollector, collecting
from robustev.core.files import read_text
from robustev.data.arcs import Arcs
from robustev.data.reach import EVERYTHING, Reach
from robustev.data.region import Region, Zones
from robustev.readers.base import RegionReader
from robustev.readers.parts.plain import numbered, plain_sites
from robustev.readers.parts.text import Tokens

TYPE = "demand"
SOURCE = "OR-Library (Beasley 1988)"


class OrlibCapRegion(RegionReader):
    """An OR-Library capacitated facility location instance."""

    format: Literal["orlib_cap"]
    """Selects the OR-Library format of capacitated facility location."""
    name: str | None = None
    """Name of the region; the file's name by default."""
    file: Path
    """The instance."""
    capacity: float | None = Field(None, gt=0)
    """What the word ``capacity`` stands for, in the files that have it."""

    def read(self, base: Path, reach: Reach = EVERYTHING) -> Region:
        """Return the region, with all its arcs: the file is a whole table."""
        return read_orlib_cap(base / self.file, capacity=self.capacity, name=self.name)


def read_orlib_cap(path: Path, *, capacity: float | None = None, name: str | None = None) -> Region:
    """Return a capacitated facility location instance; sites and customers are numbered from 1.

    The file gives the cost of serving a customer's *whole* demand; it is divided by the demand
    to give the travel cost of one unit.

    Parameters
    ----------
    path
        ``m n``; per site capacity and fixed cost; per customer its demand and m costs.
    capacity
        What the word ``capacity`` stands for, in the files that have it (capa, capb, capc).

    Raises
    ------
    InputError
        With every fault found.
    """
    with collecting(str(path)) as faults:
        text = read_text(path, faults)
        faults.raise_if_any()
        words = {"capacity": capacity} if capacity is not None else None
        tokens = Tokens(text or "", faults, words)
        m, n = tokens.count("number of sites"), tokens.count("number of customers")
        sites = tokens.take(2 * m, "the capacities and fixed costs of sites").reshape(m, 2)
        rows = tokens.take(n * (m + 1), "the demands and costs of customers").reshape(n, m + 1)
        tokens.finish()
        demand, travel = rows[:, 0], _per_unit(rows[:, 1:], rows[:, 0], faults)
    return Region(
        name=name or path.stem, zones=Zones(numbered(n)),
        sites=plain_sites(fixed_capacity=sites[:, :1], opening_cost=sites[:, 1]),
        kinds=(), types=(TYPE,), demand=demand[:, None],
        arcs=Arcs.of_matrix(travel.T), source=SOURCE,
    )  # fmt: skip


def _per_unit(costs: FloatArray, demand: FloatArray, faults: FaultCollector) -> FloatArray:
    """Return costs per demand unit, shape (customers, sites)."""
    idle = demand == 0
    for j in np.flatnonzero(idle & (costs > 0).any(axis=1)):
        faults.add(
            f"customer {j + 1} has costs but no demand",
            expected="a positive demand: a cost per unit cannot be formed",
        )
    return np.asarray(costs / np.where(idle, 1.0, demand)[:, None])
