"""Road networks: shortest paths from zones to sites, and places attached to nodes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.spatial import KDTree

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.data.arcs import Arcs
from robustev.data.reach import EVERYTHING, Reach
from robustev.data.shortest_paths import Attachment, ShortestPaths
from robustev.data.travel import geodesic_km, on_sphere


@dataclass(frozen=True, eq=False)
class RoadNetwork:
    """A directed road network.

    Parameters
    ----------
    nodes
        Ids of the nodes.
    graph
        Shape (nodes, nodes), sparse: length of the road from the row's node to the column's.
    x, y
        Shape (nodes,): coordinates, longitude and latitude in degrees if ``geographic``.
    """

    nodes: tuple[str, ...]
    graph: csr_array
    x: FloatArray | None = None
    y: FloatArray | None = None
    geographic: bool = False

    @classmethod
    def from_edges(
        cls,
        nodes: tuple[str, ...],
        start: IntArray,
        end: IntArray,
        length: FloatArray,
        *,
        oneway: BoolArray | bool = False,
        x: FloatArray | None = None,
        y: FloatArray | None = None,
        geographic: bool = False,
    ) -> RoadNetwork:
        """Return the network of edges between node indices; of parallel edges the shortest counts.

        ``start``, ``end``, ``length`` and ``oneway`` have shape (edges,); an edge that is not
        one-way is driven in both directions.
        """
        back = ~np.broadcast_to(np.asarray(oneway, dtype=np.bool_), np.shape(start))
        arcs = pd.DataFrame(
            {
                "tail": np.concatenate([start, end[back]]),
                "head": np.concatenate([end, start[back]]),
                "length": np.concatenate([length, length[back]]),
            }
        ).groupby(["tail", "head"], as_index=False)["length"].min()  # fmt: skip
        ends = (arcs["tail"].to_numpy(), arcs["head"].to_numpy())
        graph = csr_array((arcs["length"].to_numpy(), ends), shape=(len(nodes), len(nodes)))
        return cls(nodes, graph, x, y, geographic)

    def arcs(self, sites: Attachment, zones: Attachment, reach: Reach = EVERYTHING) -> Arcs:
        """Return the arcs within ``reach``: shortest ways, and the distances at both ends.

        There is no arc where there is no way.
        """
        return ShortestPaths(csr_array(self.graph), sites, zones).arcs(reach)

    def nearest(self, x: FloatArray, y: FloatArray) -> Attachment:
        """Return the nearest node of each place and how far it is (km if geographic).

        Raises
        ------
        ValueError
            If the nodes have no coordinates.
        """
        if self.x is None or self.y is None:
            raise ValueError("the nodes of the network have no coordinates")
        if not self.geographic:
            tree = KDTree(np.column_stack([self.x, self.y]))
            distance, node = tree.query(np.column_stack([x, y]))
            return Attachment(np.asarray(node, dtype=np.int64), np.asarray(distance))
        tree = KDTree(on_sphere(self.x, self.y))
        node = np.asarray(tree.query(on_sphere(x, y))[1], dtype=np.int64)
        return Attachment(node, geodesic_km(x, y, self.x[node], self.y[node]))
