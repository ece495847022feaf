"""Given travel costs, wide and long."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robustev.core.errors import FaultCollector
from robustev.readers.parts.table import Table
from robustev.readers.parts.text import present
from robustev.readers.parts.travel.given import Matrix, read_long, read_wide

SITES, ZONES = ("s", "t"), ("a", "b", "c")
COLUMNS = Matrix.model_validate({"file": "m.csv"})


def table(frame: pd.DataFrame) -> Table:
    return Table.of_frame(frame, "m", FaultCollector())


@given(st.permutations(range(6)), st.lists(st.floats(0, 100), min_size=6, max_size=6))
def test_both_layouts_hold_the_same_table(order: list[int], values: list[float]) -> None:
    """Rows and columns may come in any order; ids decide."""
    travel = np.reshape(values, (2, 3))
    wide = pd.DataFrame(travel[::-1, ::-1], columns=ZONES[::-1]).assign(site=SITES[::-1])
    pairs = [(s, z, travel[i, j]) for i, s in enumerate(SITES) for j, z in enumerate(ZONES)]
    long = pd.DataFrame([pairs[n] for n in order], columns=["site", "zone", "travel"])
    for found in (
        read_wide(table(wide), SITES, ZONES),
        read_long(table(long), SITES, ZONES, COLUMNS),
    ):
        np.testing.assert_array_equal(present(found).matrix(), travel)


def test_absent_pairs_and_inf_are_out_of_reach() -> None:
    """A long table leaves pairs out; a wide one writes inf."""
    long = table(pd.DataFrame({"site": ["s"], "zone": ["b"], "travel": [2.0]}))
    found = present(read_long(long, ("s",), ZONES, COLUMNS))
    np.testing.assert_array_equal(found.matrix(), [[np.inf, 2.0, np.inf]])
    wide = table(pd.DataFrame({"site": ["s"], "a": ["inf"], "b": ["1"]}))
    found = present(read_wide(wide, ("s",), ("a", "b")))
    np.testing.assert_array_equal(found.matrix(), [[np.inf, 1.0]])
    assert not long.faults.faults
    assert not wide.faults.faults


LONG = [
    ({"site": ["x"], "zone": ["a"], "travel": [1]}, "unknown name", "an unknown site"),
    ({"site": ["s"], "zone": ["x"], "travel": [1]}, "unknown name", "an unknown zone"),
    ({"site": ["s"], "zone": ["a"], "travel": [-1]}, "negative number", "a negative cost"),
    ({"site": ["s"], "zone": ["a"], "travel": [None]}, "missing number", "no cost"),
    ({"site": ["s"] * 2, "zone": ["a"] * 2, "travel": [1, 2]}, "repeated pair", "a pair twice"),
    ({"site": ["s"], "zone": ["a"]}, "missing column", "no column of costs"),
]


@pytest.mark.parametrize(("columns", "message"), [row[:2] for row in LONG],
                         ids=[row[2] for row in LONG])  # fmt: skip
def test_faults_in_a_long_table(columns: dict[str, list[object]], message: str) -> None:
    """Each is one fault."""
    cells = table(pd.DataFrame(columns))
    read_long(cells, SITES, ZONES, COLUMNS)
    assert [message in fault.message for fault in cells.faults] == [True]


WIDE = [
    ({"site": ["s"], "a": [1]}, "no row for a site", "a site left out"),
    ({"site": ["s", "t", "u"], "a": [1, 1, 1]}, "unknown name", "a site too many"),
    ({"site": ["s", "t"], "b": [1, 1]}, "missing column", "a zone left out"),
    ({"site": ["s", "t"], "a": [1, ""]}, "missing number", "a blank cell"),
]


@pytest.mark.parametrize(("columns", "message"), [row[:2] for row in WIDE],
                         ids=[row[2] for row in WIDE])  # fmt: skip
def test_faults_in_a_wide_table(columns: dict[str, list[object]], message: str) -> None:
    """Each is one fault."""
    cells = table(pd.DataFrame(columns))
    read_wide(cells, SITES, ("a",))
    assert [message in fault.message for fault in cells.faults] == [True]
