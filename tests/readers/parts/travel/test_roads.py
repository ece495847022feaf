"""Road networks from edge lists and GraphML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

from robustev.core.errors import FaultCollector
from robustev.data.network import RoadNetwork
from robustev.data.shortest_paths import Attachment
from robustev.readers.parts.travel.network import Network
from robustev.readers.parts.travel.roads import read_roads

EDGES = "from,to,length,oneway\nu,v,1000,0\nv,w,500,1\n"
NODES = "id,x,y\nu,0,0\nv,1,0\nw,1,1\n"


def read(tmp_path: Path, **options: Any) -> tuple[RoadNetwork | None, FaultCollector]:
    faults = FaultCollector()
    nodes = {"nodes": "n.csv"} if (tmp_path / "n.csv").exists() else {}
    section = Network.model_validate({"edges": "e.csv", **nodes, **options})
    return read_roads(tmp_path, section, faults, geographic=False), faults


def test_edge_list(tmp_path: Path) -> None:
    """Lengths become km, one-way streets stay one-way, nodes are those of the edges."""
    (tmp_path / "e.csv").write_text(EDGES)
    roads, faults = read(tmp_path, factor=0.001)
    faults.raise_if_any()
    assert roads is not None
    assert roads.nodes == ("u", "v", "w")
    every = np.arange(3)
    np.testing.assert_allclose(
        roads.arcs(Attachment.at(every), Attachment.at(every)).matrix(),
        [[0, 1, np.inf], [1, 0, np.inf], [1.5, 0.5, 0]],
    )


def test_node_table_gives_coordinates(tmp_path: Path) -> None:
    """With a node table places can be attached to the nearest node."""
    (tmp_path / "e.csv").write_text(EDGES)
    (tmp_path / "n.csv").write_text(NODES)
    roads, faults = read(tmp_path)
    faults.raise_if_any()
    assert roads is not None
    assert roads.nearest(np.array([0.9]), np.array([0.8])).node.tolist() == [2]


@pytest.mark.parametrize("directed", [False, True])
def test_graphml(directed: bool, tmp_path: Path) -> None:
    """A GraphML file brings its own coordinates and direction."""
    graph = nx.MultiDiGraph() if directed else nx.Graph()
    graph.add_node("u", x=0.0, y=0.0)
    graph.add_node("v", x=2.0, y=0.0)
    graph.add_edge("u", "v", length=7.0)
    nx.write_graphml(graph, tmp_path / "roads.graphml")
    roads, faults = read(tmp_path, edges="roads.graphml")
    faults.raise_if_any()
    assert roads is not None
    assert roads.x is not None
    np.testing.assert_array_equal(roads.x, [0, 2])
    back = roads.arcs(Attachment.at(np.array([0])), Attachment.at(np.array([1]))).matrix().item()
    assert back == (np.inf if directed else 7.0)


FAULTY = [
    ("from,to,length\nu,v,-1\n", None, "negative number", 2, "a negative length"),
    ("from,to,length\nu,,1\n", None, "missing label", 2, "an edge with one end"),
    ("from,to,lenght\nu,v,1\n", None, "'lenght' meant", 1, "a misspelt column"),
    ("from,to,length,onway\nu,v,1,1\n", None, "'oneway' meant", 1, "a misspelt optional column"),
    ("from,to,length,oneway\nu,v,1,maybe\n", None, "not a yes or no", 2, "neither way"),
    (EDGES, "id,x,y\nu,0,0\nv,1,0\n", "unknown name", 3, "an edge to nowhere"),
    (EDGES, "id,x,y\nu,0,0\nv,1,0\nw,1,\n", "missing number", 4, "a node without place"),
    ("from,to,length\n", None, "no rows", None, "no edges"),
]


@pytest.mark.parametrize(("edges", "nodes", "message", "row"), [case[:4] for case in FAULTY],
                         ids=[case[4] for case in FAULTY])  # fmt: skip
def test_faulty_edge_lists(
    edges: str, nodes: str | None, message: str, row: int | None, tmp_path: Path
) -> None:
    """Each is one fault with its row, and no network."""
    (tmp_path / "e.csv").write_text(edges)
    if nodes is not None:
        (tmp_path / "n.csv").write_text(nodes)
    roads, faults = read(tmp_path)
    assert roads is None
    assert [(message in fault.message, fault.row) for fault in faults] == [(True, row)]


def test_faulty_graphml(tmp_path: Path) -> None:
    """Text that is no GraphML, and an edge without length, are faults."""
    (tmp_path / "bad.graphml").write_text("no xml")
    assert read(tmp_path, edges="bad.graphml")[0] is None
    nx.write_graphml(nx.Graph([("u", "v")]), tmp_path / "bare.graphml")
    roads, faults = read(tmp_path, edges="bare.graphml")
    assert roads is None
    assert [(fault.row, fault.column) for fault in faults] == [("edge u to v", "length")]
