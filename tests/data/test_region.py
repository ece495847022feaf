"""A region is checked once, immutable afterwards, and tells every inconsistency together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from robustev.core.errors import InputError
from robustev.data.arcs import Arcs
from robustev.data.region import ChargerKind, History, Region, Sites, Zones

KINDS = (ChargerKind("slow", {"ev": 2.0}, cost=1.0), ChargerKind("fast", {"ev": 9.0}, cost=4.0))


def region(**changes: Any) -> Region:
    parts: dict[str, Any] = {
        "name": "tiny", "zones": Zones(("a", "b"), x=np.zeros(2), y=np.zeros(2)), "sites": SITES,
        "kinds": KINDS, "types": ("ev",), "demand": np.array([[1.0], [2.0]]),
        "arcs": Arcs.of_matrix(np.array([[0.0, 3.0]])),
    }  # fmt: skip
    return Region(**{**parts, **changes})


SITES = Sites(
    ids=("s",), slots=np.array([3]), existing=np.array([[1, 1]]), existing_open=np.array([True]),
    opening_cost=np.array([5.0]), fixed_capacity=np.zeros((1, 1)), x=np.zeros(1), y=np.zeros(1),
)  # fmt: skip
ZONES = Zones(("a", "b"), x=np.zeros(2), y=np.array([0.0, 91.0]))


def test_arrays_cannot_be_changed() -> None:
    """Nobody changes a region by accident, nor through the array it was made from."""
    demand = np.array([[0.0], [3.0]])
    tiny = region(demand=demand)
    demand[0, 0] = 7.0
    assert tiny.demand[0, 0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        tiny.demand[0, 0] = 1.0


def test_charger_tables_follow_the_order_of_kinds() -> None:
    """Capacity has one row per kind and one column per type; a type left out gets nothing."""
    two = region(types=("bus", "ev"), demand=np.ones((2, 2)),
                 sites=replace(SITES, fixed_capacity=np.zeros((1, 2))))  # fmt: skip
    assert two.charger_capacity.tolist() == [[0, 2], [0, 9]]
    assert two.charger_cost.tolist() == [1, 4]
    bare = region(kinds=(), sites=replace(SITES, existing=np.zeros((1, 0))))
    assert bare.charger_capacity.shape == (0, 1)


def test_with_demand_changes_demand_alone() -> None:
    """The rest stays as it is."""
    tiny = region()
    other = tiny.with_demand(np.array([[5.0], [6.0]]))
    assert other.demand.ravel().tolist() == [5, 6]
    assert other.sites is tiny.sites


FAULTS = [
    (
        {"zones": Zones(()), "demand": np.zeros((0, 1)), "arcs": Arcs.of_matrix(np.zeros((1, 0)))},
        "no zones", "no zones",
    ),
    ({"types": (), "demand": np.zeros((2, 0))}, "no demand types", "no types"),
    ({"demand": np.ones((3, 1))}, r"demand has the wrong shape; found \(3, 1\)", "a zone more"),
    ({"arcs": Arcs.of_matrix(np.zeros((2, 1)))}, "travel has the wrong shape", "wrong way round"),
    ({"zones": Zones(("a", "b"), population=np.ones(1))}, "population has the wrong", "people"),
    ({"zones": Zones(("a", "b"), x=np.ones(3))}, "zone coordinate x has the wrong", "coordinate"),
    ({"history": History((2020,), np.ones((2, 2, 1)))}, "history has the wrong shape", "years"),
    ({"zones": Zones(("a", "a"))}, "repeated zone id; found 'a'", "a zone twice"),
    ({"kinds": KINDS[:1] * 2}, "repeated charger kind", "a kind twice"),
    ({"demand": np.array([[1.0], [-1.0]])}, "zone 'b': demand of type 'ev'", "negative demand"),
    ({"demand": np.array([[1.0], [np.nan]])}, "zone 'b': demand", "no demand"),
    ({"arcs": Arcs.of_matrix(np.array([[0.0, -1.0]]))}, "travel holds negative", "negative travel"),
    ({"sites": replace(SITES, existing=np.array([[2, 2]]))}, "more existing chargers", "crowded"),
    ({"sites": replace(SITES, slots=np.array([-1]))}, "slots holds negative", "negative slots"),
    ({"sites": replace(SITES, opening_cost=np.array([np.nan]))}, "opening cost", "no cost"),
    ({"zones": ZONES, "geographic": True}, "zone 'b': latitude out of range", "beyond the pole"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "message"), [row[:2] for row in FAULTS],
                         ids=[row[2] for row in FAULTS])  # fmt: skip
def test_faults(changes: dict[str, Any], message: str) -> None:
    """Each inconsistency is refused, with the id that it is about."""
    with pytest.raises(InputError, match=message):
        region(**changes)


def test_faults_come_together() -> None:
    """Two wrong values make two faults in one error."""
    with pytest.raises(InputError) as caught:
        region(demand=np.array([[-1.0], [np.nan]]), arcs=Arcs.of_matrix(np.array([[0.0, -1.0]])))
    assert len(caught.value.faults) == 3


def test_arrays_make_a_region() -> None:
    kinds = (ChargerKind("fast", {"ev": 4.0}, cost=2.0),)
    made = Region.from_arrays(
        np.array([3, 5]), [[1, np.inf], [2, 4]], kinds=kinds, slots=[2, 3], opening_cost=7
    )
    assert (made.num_zones, made.num_sites, made.types) == (2, 2, ("ev",))
    assert made.demand.tolist() == [[3.0], [5.0]]
    np.testing.assert_array_equal(made.arcs.matrix(), [[1, np.inf], [2, 4]])
    assert made.sites.slots.tolist() == [2, 3]
    assert made.sites.opening_cost.tolist() == [7.0, 7.0]
    assert made.sites.fixed_capacity.tolist() == [[0.0], [0.0]]


def test_without_kinds_sites_are_unlimited_unless_they_have_a_capacity() -> None:
    arcs = Arcs.of_matrix(np.ones((2, 1)))
    assert np.isinf(Region.from_arrays([1.0], arcs).sites.fixed_capacity).all()
    two = Region.from_arrays([[1.0, 2.0]], arcs, types=("car", "bus"), capacity=[5.0, 6.0])
    assert two.sites.fixed_capacity.tolist() == [[5.0, 5.0], [6.0, 6.0]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param({"demand": "many"}, "demand is no array of numbers; found 'str'", id="text"),
        pytest.param({"demand": {}}, "demand is no array of numbers; found 'dict'", id="mapping"),
        pytest.param({"demand": [[[1.0]]]}, r"demand has the wrong shape; found \(1, 1, 1\)",
                     id="an axis too many"),
        pytest.param({"travel": [1.0]}, "travel has the wrong shape", id="a vector of travel"),
        pytest.param({"travel": [[np.nan]]}, "travel holds missing values", id="no travel"),
        pytest.param({"travel": [[1.0, 2.0]]}, "travel has the wrong shape", id="a zone more"),
        pytest.param({"slots": [1.5]}, "not whole", id="half a slot"),
        pytest.param({"slots": [1, 2]}, "slots has the wrong shape", id="a site more"),
        pytest.param({"capacity": [1.0, 2.0]}, "fixed capacity has the wrong", id="two capacities"),
    ],
)  # fmt: skip
def test_arrays_that_make_none_are_told_by_what_was_given(
    arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        Region.from_arrays(**{"demand": [1.0], "travel": [[1.0]], **arguments})
