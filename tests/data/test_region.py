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
