"""Readers of road networks: an edge list with an optional node table, or GraphML."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.core.errors import FaultCollector
from robustev.core.files import check_file
from robustev.core.labels import cell_text
from robustev.data.network import RoadNetwork
from robustev.readers.parts.data_file import DataFile
from robustev.readers.parts.places import FARTHEST
from robustev.readers.parts.table import Table


class RoadFiles(Protocol):
    """The files of a network, what the columns of edges are called, and the factor of lengths."""

    @property
    def edges(self) -> DataFile:
        """A GraphML file, or a table of edges."""

    @property
    def nodes(self) -> DataFile | None:
        """Table with id, x and y; only beside a table of edges."""

    @property
    def start(self) -> str:
        """Column of the edge's first node."""

    @property
    def end(self) -> str:
        """Column of the edge's second node."""

    @property
    def length(self) -> str:
        """Column or attribute of the edge's length."""

    @property
    def oneway(self) -> str:
        """Optional column of one-way edges."""

    @property
    def factor(self) -> float:
        """Multiplies every length."""


GRAPHML_SUFFIXES = {".graphml", ".xml"}


def read_roads(
    base: Path,
    files: RoadFiles,
    faults: FaultCollector,
    *,
    geographic: bool,
    separator: str | None = None,
) -> RoadNetwork | None:
    """Return the road network of the files, its lengths times the factor; None with faults noted.

    Paths are relative to ``base``; ``separator`` is that of CSV files that do not say their own.
    """
    before = len(faults.faults)
    edges = base / files.edges.file
    if edges.suffix.lower() in GRAPHML_SUFFIXES:
        network = _read_graphml(edges, files, faults, geographic)
    else:
        network = _read_edge_list(base, files, faults, geographic, separator)
    return network if len(faults.faults) == before else None


def _read_edge_list(
    base: Path, files: RoadFiles, faults: FaultCollector, geographic: bool, separator: str | None
) -> RoadNetwork | None:
    before = len(faults.faults)
    places = None
    if files.nodes is not None:
        places = files.nodes.read(base, faults, separator=separator)
    located = _node_table(places, geographic) if places is not None else None
    table = files.edges.read(base, faults, separator=separator)
    columns = files
    if table is None or not table.require([columns.start, columns.end, columns.length]):
        return None
    table.check_unknown([columns.start, columns.end, columns.length], [columns.oneway])
    length = table.numbers(columns.length, minimum=0.0)
    oneway = table.flags(columns.oneway) if table.has(columns.oneway) else False
    if located is not None:
        names, x, y = located
    else:
        ends = [table.labels(column) for column in (columns.start, columns.end)]
        names, x, y = tuple(dict.fromkeys((*ends[0], *ends[1]))), None, None
    start, end = (
        table.positions(column, names, "a node of the node table")
        for column in (columns.start, columns.end)
    )
    if len(faults.faults) > before:
        return None
    return RoadNetwork.from_edges(
        names, start, end, length * columns.factor, oneway=oneway, x=x, y=y, geographic=geographic
    )


def _node_table(
    table: Table, geographic: bool
) -> tuple[tuple[str, ...], FloatArray, FloatArray] | None:
    if not table.require(["id", "x", "y"]):
        return None
    limits = (180.0, 90.0) if geographic else (FARTHEST, FARTHEST)
    x, y = (
        table.numbers(axis, minimum=-limit, maximum=limit)
        for axis, limit in zip("xy", limits, strict=True)
    )
    return table.ids("id"), x, y


def _read_graphml(
    path: Path, columns: RoadFiles, faults: FaultCollector, geographic: bool
) -> RoadNetwork | None:
    graph = _parse_graphml(path, faults)
    if graph is None:
        return None
    names = tuple(cell_text(node) for node in graph.nodes)
    position = {node: index for index, node in enumerate(graph.nodes)}
    ends = np.array([(position[u], position[v]) for u, v in graph.edges()], dtype=np.int64)
    ends = ends.reshape(-1, 2)
    lengths = _graphml_lengths(graph, columns.length, path, faults)
    x, y = (_coordinates(graph.nodes(data=axis)) for axis in "xy")
    return RoadNetwork.from_edges(
        names, ends[:, 0], ends[:, 1], lengths * columns.factor, oneway=graph.is_directed(),
        x=x, y=y, geographic=geographic,
    )  # fmt: skip


def _parse_graphml(path: Path, faults: FaultCollector) -> Any:
    import networkx as nx  # noqa: PLC0415

    if not check_file(path, faults):
        return None
    try:
        graph = nx.read_graphml(path)
    except (nx.NetworkXError, SyntaxError, ValueError, KeyError) as error:
        faults.add(f"not readable GraphML: {error}", file=str(path))
        return None
    if not graph:
        faults.add("the network has no nodes", file=str(path))
    return graph


def _graphml_lengths(graph: Any, attribute: str, path: Path, faults: FaultCollector) -> FloatArray:
    """Return the length of every edge, NaN where a fault was noted."""
    lengths = []
    for u, v, found in graph.edges(data=attribute):
        length = _positive(found)
        if length is None:
            faults.add("length of an edge", file=str(path), row=f"edge {u} to {v}",
                       column=attribute, found=found,
                       expected="a finite number >= 0")  # fmt: skip
        lengths.append(np.nan if length is None else length)
    return np.array(lengths, dtype=np.float64)


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
    return found if (np.abs(found) <= FARTHEST).all() else None
