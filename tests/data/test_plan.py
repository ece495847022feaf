"""Plans: immutable, comparable, and read from tables with every fault reported."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from robustev.core.errors import InputError
from robustev.data.plan import Plan
from tests import instances

REGION = instances.region(1, sites=3, kinds=2, types=2, existing=True, fixed=True)
PLAN = Plan("mine", np.array([True, False, True]), np.array([[1, 1], [0, 0], [0, 2]]))


def test_a_plan_cannot_be_changed_from_outside() -> None:
    is_open = np.array([True, False, True])
    plan = Plan("mine", is_open, np.zeros((3, 2)))
    is_open[:] = False
    assert plan.open.tolist() == [True, False, True]
    with pytest.raises(ValueError, match="read-only"):
        plan.open[0] = False


def test_capacity_is_that_of_open_sites_and_their_chargers() -> None:
    capacity = PLAN.capacity(REGION, utilisation=0.5)
    one, two = (np.array([kind.capacity[k] for k in REGION.types]) for kind in REGION.kinds)
    assert capacity[0] == pytest.approx(0.5 * (REGION.sites.fixed_capacity[0] + one + two))
    assert capacity[1] == pytest.approx(0.0)
    assert capacity[2] == pytest.approx(0.5 * (REGION.sites.fixed_capacity[2] + 2 * two))


def test_plans_are_the_same_by_decision_not_by_name() -> None:
    assert PLAN.same_as(PLAN.renamed("yours"))
    assert not PLAN.same_as(Plan("mine", PLAN.open, PLAN.chargers + 1))
    assert not PLAN.same_as(Plan("mine", ~PLAN.open, PLAN.chargers))


def test_the_existing_network_is_a_plan() -> None:
    plan = Plan.existing(REGION)
    assert plan.open.tolist() == [True, False, False]
    assert plan.chargers.sum() == 1


def test_a_table_names_the_sites_where_they_have_names() -> None:
    assert "name" not in PLAN.to_frame(REGION)
    sites = replace(REGION.sites, names=("North", "Middle", "South"))
    named = replace(REGION, sites=sites)
    frame = PLAN.to_frame(named)
    assert list(frame.columns[:2]) == ["id", "name"]
    assert frame["name"].tolist() == ["North", "South"]
    assert Plan.from_frame(frame, named).same_as(PLAN)


def test_a_table_and_a_file_bring_the_plan_back(tmp_path: Path) -> None:
    frame = PLAN.to_frame(REGION)
    assert Plan.from_frame(frame, REGION).same_as(PLAN)
    frame.to_csv(tmp_path / "plan.csv", index=False)
    again = Plan.read_csv(tmp_path / "plan.csv", REGION)
    assert again.same_as(PLAN)
    assert again.name == "plan"


@pytest.mark.parametrize(
    ("columns", "messages"),
    [
        pytest.param({"id": ["i0", "i9"], "kind0": [1, 1], "kind1": [0, 0]},
                     ["row 3, column 'id': unknown site; found 'i9'"], id="unknown site"),
        pytest.param({"id": ["i0", "i0"], "kind0": [1, 1], "kind1": [0, 0]},
                     ["row 3, column 'id': repeated site"], id="repeated site"),
        pytest.param({"id": ["i0"], "kind0": [1.5], "kind1": [-1]},
                     ["column 'kind0': charger count; found 1.5",
                      "column 'kind1': charger count; found -1"], id="not a count"),
        pytest.param({"id": ["i0"], "kind0": ["many"], "kind1": [None]},
                     ["found 'many'", "2 faults"], id="not a number"),
        pytest.param({"id": ["i0"], "kind0": [1], "kindl": [1]},
                     ["missing column (is 'kindl' meant?)"], id="misspelt column"),
        pytest.param({"site": ["i0"], "kind0": [1], "kind1": [1]},
                     ["column 'id': missing column"], id="no ids"),
    ],
)  # fmt: skip
def test_every_fault_of_a_table_is_named(columns: dict[str, list], messages: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        Plan.from_frame(pd.DataFrame(columns), REGION, file="plan.csv")
    for message in messages:
        assert message in str(caught.value)
    assert "plan.csv" in str(caught.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"", "the file is empty", id="an empty file"),
        pytest.param(b"id,kind0,kind0,kind1\ni0,1,2,0\n", "repeated column", id="a column twice"),
        pytest.param(b'id,kind0,kind1\n"i0,1,0\n', "cannot be read", id="an open quotation mark"),
        pytest.param(b"id,kind0,kind1\ni0,1,0,5\n", "longer than the header", id="too long a row"),
        pytest.param(b"\x81\x00id", "encoding of the file", id="no text"),
        pytest.param(b"id,kind0,kind1\ni0,1e30,0\n", "charger count", id="beyond all bounds"),
        pytest.param(b"id,kind0,kind1\n\n\ni7,1,0\n", "row 4, column 'id': unknown", id="row"),
    ],
)  # fmt: skip
def test_a_broken_file_is_a_fault_with_its_name(data: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_bytes(data)
    with pytest.raises(InputError) as caught:
        Plan.read_csv(tmp_path / "plan.csv", REGION)
    assert "plan.csv" in str(caught.value)
    assert message in str(caught.value)


def test_a_file_may_end_its_lines_as_it_likes(tmp_path: Path) -> None:
    for end in ("\n", "\r\n", "\r"):
        (tmp_path / "plan.csv").write_bytes(f"id,kind0,kind1{end}i0,1,0{end}i2,0,2{end}".encode())
        plan = Plan.read_csv(tmp_path / "plan.csv", REGION)
        assert plan.open.tolist() == [True, False, True]
        assert plan.chargers.tolist() == [[1, 0], [0, 0], [0, 2]]
