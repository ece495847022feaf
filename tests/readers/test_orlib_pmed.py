"""P-median instances from OR-Library: shortest paths and faults."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from robustev.core.errors import InputError
from robustev.readers.orlib_pmed import read_orlib_pmed

PMED = "3 4 1\n1 2 5\n2 3 1\n1 3 9\n2 1 2\n"


def write(folder: Path, text: str) -> Path:
    (folder / "tiny.txt").write_text(text)
    return folder / "tiny.txt"


def test_pmed1(shared_data: Path) -> None:
    """Every one of the 100 nodes is customer and uncapacitated site."""
    region = read_orlib_pmed(shared_data / "orlib_pmed" / "pmed1.txt")
    assert region.arcs.matrix().shape == (100, 100)
    assert np.isinf(region.sites.fixed_capacity).all()
    np.testing.assert_array_equal(region.arcs.matrix(), region.arcs.matrix().T)
    np.testing.assert_array_equal(region.demand, 1.0)


def test_last_of_repeated_edges_counts(tmp_path: Path) -> None:
    """The edge from 1 to 2 is 5 long at first and 2 in the end, whichever way it is written."""
    region = read_orlib_pmed(write(tmp_path, PMED))
    np.testing.assert_array_equal(region.arcs.matrix(), [[0, 2, 3], [2, 0, 1], [3, 1, 0]])
    longer = read_orlib_pmed(write(tmp_path, PMED.replace("2 1 2", "2 1 50")))
    assert longer.arcs.matrix()[0, 1] == 10.0


PMED_FAULTS = [
    (PMED.replace("2 3 1", "2 4 1"), "edge 2: edge of an unknown node", "a node too far"),
    (PMED.replace("2 3 1", "2 3 -1"), "row 3.*found '-1'", "a negative length"),
    ("99999999999 1 1\n1 2 5\n", "number of nodes; found '99999999999'", "nodes beyond all bounds"),
    ("4 1 1\n1 2 5\n", None, "a graph in pieces: node 3 still reaches itself"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), [row[:2] for row in PMED_FAULTS],
                         ids=[row[2] for row in PMED_FAULTS])  # fmt: skip
def test_faults_of_pmed(text: str, message: str | None, tmp_path: Path) -> None:
    """Each fault names its place; a graph in pieces is none, since every node is a site."""
    if message is None:
        assert np.isinf(read_orlib_pmed(write(tmp_path, text)).arcs.matrix()).sum() == 10
        return
    with pytest.raises(InputError, match=message):
        read_orlib_pmed(write(tmp_path, text))
