"""Readers of road networks: an edge list with an optional node table, or GraphML."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from robustev.arrays import FloatArray, IntArray
from robustev.errors import FaultCollector, nearest_name
from robustev.region.config import Network
from robustev.region.network import RoadNetwork
from robustev.region.readers.table import Table, cell_text
from robustev.region.readers.text import check_file

GRAPHML_SUFFIXES = {".graphml", ".xml"}


def read_roads(
    edges: Path, nodes: Path | None, columns: Network, faults: FaultCollector, *, geographic: bool
) -> RoadNetwork | None:
    """Return the road network of the files, its lengths times the factor; None with faults noted.

    Parameters
    ----------
    edges
        A GraphML file, or a table of edges (CSV or Parquet).
    nodes
        Table with id, x and y; only beside a table of edges.
    columns
        Names of columns and attributes, and the factor.
    """
    before = len(faults.faults)
    if edges.suffix.lower() in GRAPHML_SUFFIXES:
        network = _read_graphml(edges, columns, faults, geographic)
    else:
        network = _read_edge_list(edges, nodes, columns, faults, geographic)
    return network if len(faults.faults) == before else None


def _read_edge_list(
    path: Path, nodes: Path | None, columns: Network, faults: FaultCollector, geographic: bool
) -> RoadNetwork | None:
    places = Table.read(nodes, faults) if nodes is not None else None
    located = _node_table(places, geographic) if places is not None else None
    table = Table.read(path, faults)
    if table is None or not table.require([columns.start, columns.end, columns.length]):
        return None
    table.check_unknown([columns.start, columns.end, columns.length], [columns.oneway])
    length = table.numbers(columns.length, minimum=0.0)
    oneway = table.flags(columns.oneway) if table.has(columns.oneway) else False
    starts, ends = table.labels(columns.start), table.labels(columns.end)
    names = located[0] if located is not None else tuple(dict.fromkeys((*starts, *ends)))
    known = {name: index for index, name in enumerate(names)}
    start = _indices(table, columns.start, starts, known)
    end = _indices(table, columns.end, ends, known)
    if faults.faults:
        return None
    x, y = (located[1], located[2]) if located is not None else (None, None)
    return RoadNetwork.from_edges(
        names, start, end, length * columns.factor, oneway=oneway, x=x, y=y, geographic=geographic
    )


def _node_table(
    table: Table, geographic: bool
) -> tuple[tuple[str, ...], FloatArray, FloatArray] | None:
    if not table.require(["id", "x", "y"]):
        return None
    limits = (180.0, 90.0) if geographic else (np.inf, np.inf)
    x, y = (
        table.numbers(axis, minimum=-limit, maximum=limit)
        for axis, limit in zip("xy", limits, strict=True)
    )
    return table.ids("id"), x, y


def _indices(table: Table, column: str, names: tuple[str, ...], known: dict[str, int]) -> IntArray:
    for row, name in zip(table.rows, names, strict=True):
        if name and name not in known:
            near = nearest_name(name, known)
            table.faults.add(f"unknown node{f' (is {near!r} meant?)' if near else ''}",
                             file=table.file, row=row, column=column, found=name,
                             expected="a node of the node table")  # fmt: skip
    return np.array([known.get(name, 0) for name in names], dtype=np.int64)


def _read_graphml(
    path: Path, columns: Network, faults: FaultCollector, geographic: bool
) -> RoadNetwork | None:
    import networkx as nx  # noqa: PLC0415

    if not check_file(path, faults):
        return None
    try:
        graph = nx.read_graphml(path)
    except (nx.NetworkXError, SyntaxError, ValueError, KeyError) as error:
        faults.add(f"not readable GraphML: {error}", file=str(path))
        return None
    names = tuple(cell_text(node) for node in graph.nodes)
    if not names:
        faults.add("the network has no nodes", file=str(path))
    known = {node: index for index, node in enumerate(graph.nodes)}
    start, end, length = [], [], []
    for u, v, attributes in graph.edges(data=True):
        value = _positive(attributes.get(columns.length))
        if value is None:
            faults.add("length of an edge", file=str(path), row=f"edge {u} to {v}",
                       column=columns.length, found=attributes.get(columns.length),
                       expected="a finite number >= 0")  # fmt: skip
            continue
        start.append(known[u])
        end.append(known[v])
        length.append(value * columns.factor)
    x, y = (_coordinates(graph.nodes(data=axis)) for axis in "xy")
    return RoadNetwork.from_edges(
        names, np.array(start, dtype=np.int64), np.array(end, dtype=np.int64),
        np.array(length, dtype=np.float64), oneway=graph.is_directed(), x=x, y=y,
        geographic=geographic,
    )  # fmt: skip


def _positive(value: object) -> float | None:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return number if np.isfinite(number) and number >= 0 else None


def _coordinates(values: object) -> FloatArray | None:
    """Return one coordinate of every node, or None unless all nodes have it."""
    try:
        found = np.array([float(value) for _, value in values])  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        return None
    return found if np.isfinite(found).all() else None
