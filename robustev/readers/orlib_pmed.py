"""Format ``orlib_pmed``: OR-Library's p-median instances (Beasley 1990)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from robustev.core.arrays import FloatArray
from robustev.core.errors import collecting
from robustev.core.files import read_text
from robustev.data.arcs import Arcs
from robustev.data.reach import EVERYTHING, Reach
from robustev.data.region import Region, Zones
from robustev.readers.base import RegionReader
from robustev.readers.parts.plain import numbered, plain_sites
from robustev.readers.parts.text import Tokens

TYPE = "demand"
SOURCE = "OR-Library (Beasley 1990)"

MAX_NODES = 20_000
"""Every node is zone and site, so that there are as many arcs as the square of this."""


class OrlibPmedRegion(RegionReader):
    """An OR-Library p-median instance."""

    format: Literal["orlib_pmed"]
    """Selects the OR-Library format of p-median."""
    name: str | None = None
    """Name of the region; the file's name by default."""
    file: Path
    """The instance."""

    def read(self, base: Path, reach: Reach = EVERYTHING) -> Region:
        """Return the region, with all its arcs: instances are small."""
        return read_orlib_pmed(base / self.file, name=self.name)


def read_orlib_pmed(path: Path, *, name: str | None = None) -> Region:
    """Return a p-median instance: every node is a customer of demand 1 and an uncapacitated site.

    Travel is the shortest path. Of a repeated edge the last one counts. The number of medians
    in the file is not part of the region: give it as ``stations: {exactly: p}``.

    Parameters
    ----------
    path
        ``n edges p``, then one undirected edge ``u v length`` per line, nodes numbered from 1.

    Raises
    ------
    InputError
        With every fault found.
    """
    with collecting(str(path)) as faults:
        text = read_text(path, faults)
        faults.raise_if_any()
        tokens = Tokens(text or "", faults)
        n = tokens.count("number of nodes", maximum=MAX_NODES)
        count = tokens.count("number of edges")
        tokens.count("number of medians")
        edges = tokens.take(3 * count, "the edges").reshape(count, 3)
        tokens.finish()
        for number, node in enumerate(edges[:, :2].ravel()):
            if node not in range(1, n + 1):
                faults.add("edge of an unknown node", row=f"edge {number // 2 + 1}",
                           found=float(node), expected=f"a node from 1 to {n}")  # fmt: skip
    return Region(
        name=name or path.stem, zones=Zones(numbered(n)),
        sites=plain_sites(fixed_capacity=np.full((n, 1), np.inf), opening_cost=np.zeros(n)),
        kinds=(), types=(TYPE,), demand=np.ones((n, 1)),
        arcs=Arcs.of_matrix(_shortest_paths(n, edges)), source=SOURCE,
    )  # fmt: skip


def _shortest_paths(n: int, edges: FloatArray) -> FloatArray:
    last = {tuple(sorted((int(u), int(v)))): length for u, v, length in edges}
    ends = np.array(list(last), dtype=np.int64) - 1
    graph = csr_array((list(last.values()), (ends[:, 0], ends[:, 1])), shape=(n, n))
    return np.asarray(dijkstra(graph, directed=False))
