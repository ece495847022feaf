"""Capacitated facility location from OR-Library: sizes, costs per unit, faults."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from robustev.core.errors import InputError
from robustev.readers.orlib_cap import read_orlib_cap

CAP = "2 2\n10 5.5\ncapacity 0\n4\n8 12\n0\n0 0\n"


def write(folder: Path, text: str) -> Path:
    (folder / "tiny.txt").write_text(text)
    return folder / "tiny.txt"


def test_cap41(shared_data: Path) -> None:
    """16 sites of capacity 5000, 50 customers; the first customer's whole costs come back."""
    region = read_orlib_cap(shared_data / "orlib_cap" / "cap41.cap")
    assert region.arcs.matrix().shape == (16, 50)
    assert set(region.sites.fixed_capacity.ravel()) == {5000.0}
    assert region.sites.opening_cost.sum() == 15 * 7500
    whole = region.arcs.matrix()[:, 0] * region.demand[0, 0]
    np.testing.assert_allclose(whole[:3], [6739.725, 10355.05, 7650.4])
    assert region.kinds == ()


def test_word_capacity(tmp_path: Path) -> None:
    """The word stands for the argument, and a customer without demand costs nothing."""
    region = read_orlib_cap(write(tmp_path, CAP), capacity=7.0)
    assert region.sites.fixed_capacity.ravel().tolist() == [10, 7]
    assert region.demand.ravel().tolist() == [4, 0]
    np.testing.assert_array_equal(region.arcs.matrix(), [[2, 0], [3, 0]])


CAP_FAULTS = [
    (CAP, None, "row 3.*found 'capacity'", "the word without its number"),
    (CAP.replace("0 0\n", "0 1\n"), 7.0, "customer 2 has costs but no demand", "costs for nothing"),
    (CAP.replace("8 12", "8 -12"), 7.0, "row 5.*found '-12'", "a negative cost"),
    (CAP + "1", 7.0, "goes on after its data", "too long"),
    (CAP[:-3], 7.0, "ends inside the demands", "too short"),
    ("2.5 2\n", 7.0, "whole number", "half a site"),
    ("", 7.0, "the file is empty", "nothing"),
]


@pytest.mark.parametrize(("text", "capacity", "message"), [row[:3] for row in CAP_FAULTS],
                         ids=[row[3] for row in CAP_FAULTS])  # fmt: skip
def test_faults_of_cap(text: str, capacity: float | None, message: str, tmp_path: Path) -> None:
    """Each fault names its line."""
    with pytest.raises(InputError, match=message):
        read_orlib_cap(write(tmp_path, text), capacity=capacity)
