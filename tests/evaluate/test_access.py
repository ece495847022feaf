"""Access by two-step floating catchment areas, and its Lorenz curve and Gini index."""

from __future__ import annotations

from dataclasses import replace

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from robustev.core.errors import InputError
from robustev.data.plan import Plan
from robustev.data.reach import Reach
from robustev.data.region import Region
from robustev.evaluate.access import Access, access_of, gini, lorenz, two_step
from robustev.model.catchment import AccessOptions
from robustev.model.model import Model
from tests import instances

AMOUNTS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9)), min_size=1, max_size=8)


def test_a_worked_example_of_two_catchments() -> None:
    """Worked by hand: 1,000, 2,000 and 3,000 people, two sites with 6 and 5 to share.

    The first site reaches zones 1 and 2: 6 / 3,000 = 0.002 each. The second reaches zones 2 and 3:
    5 / 5,000 = 0.001 each. Zone 2 is in both catchments and has 0.003.
    """
    site, zone = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 2])
    people = np.array([1000.0, 2000.0, 3000.0])
    access = two_step(site, zone, np.array([6.0, 5.0]), people)
    assert access == pytest.approx([0.002, 0.003, 0.001])
    found = Access(access, people, "capacity")
    assert found.mean == pytest.approx(11 / 6000)  # all supply over all people
    assert found.without == 0.0
    # Worst-off first: half of the people have 3/11, another sixth 2/11, the last third 6/11.
    shares, of_total = lorenz(access, people)
    assert shares == pytest.approx([0, 1 / 2, 2 / 3, 1])
    assert of_total == pytest.approx([0, 3 / 11, 5 / 11, 1])
    # Twice the area of the triangles between them: 1 - (3/22 + 8/66 + 16/33) = 17/66.
    assert found.gini == pytest.approx(17 / 66)
    assert found.by_group({"side": ("a", "a", "b")}) == {
        "side": {"a": pytest.approx(8 / 3000), "b": pytest.approx(0.001)}
    }


@given(AMOUNTS)
def test_the_index_is_half_the_relative_mean_difference(pairs: list[tuple[int, int]]) -> None:
    value, weight = (np.array(part, dtype=float) for part in zip(*pairs, strict=True))
    total, people = weight @ value, weight.sum()
    if total == 0:
        assert gini(value, weight) is None
        return
    differences = np.abs(value[:, None] - value[None]) * weight[:, None] * weight[None]
    assert gini(value, weight) == pytest.approx(differences.sum() / (2 * people * total), abs=1e-12)


@given(AMOUNTS)
def test_a_curve_rises_ever_faster_from_nothing_to_all(pairs: list[tuple[int, int]]) -> None:
    value, weight = (np.array(part, dtype=float) for part in zip(*pairs, strict=True))
    curve = Access(value, weight, "stations").lorenz()
    assert curve[0].tolist() == [0.0, 0.0]
    assert curve[-1] == pytest.approx([1.0, 1.0])
    slope = np.diff(curve[:, 1])
    assert (slope >= -1e-12).all()
    assert (np.diff(slope) >= -1e-9).all()


def some_region() -> Region:
    return instances.random_instance(3, sites=3, zones=5).region


def test_supply_is_capacity_else_chargers_else_stations() -> None:
    region = some_region()
    options = AccessOptions(catchment=100.0, of="demand")
    chargers = np.array([[2], [1], [0]])
    plan = Plan("one", np.array([True, True, False]), chargers)
    people = region.demand.sum()
    each = {
        "capacity": access_of(plan, region, Model(), options),
        "chargers": access_of(plan, region, Model(capacitated=False), options),
        "stations": access_of(
            replace(plan, chargers=0 * chargers), region, Model(capacitated=False), options
        ),
    }
    supply = {"capacity": plan.capacity(region, 1.0).sum(), "chargers": 3, "stations": 2}
    for unit, found in each.items():
        assert found.unit == unit
        assert found.mean == pytest.approx(supply[unit] / people)
        assert found.gini == pytest.approx(0.0, abs=1e-12)


def test_nobody_reaches_a_station_that_is_too_far() -> None:
    region = some_region()
    plan = Plan("one", np.ones(3, dtype=bool), np.ones((3, 1), dtype=np.int64))
    options = AccessOptions(catchment=float(region.arcs.cost.min()) / 2)
    found = access_of(plan, region, Model(), options)
    assert found.without == 1.0
    assert found.gini is None


def test_a_catchment_beyond_the_arcs_that_were_read_is_refused() -> None:
    region = some_region()
    arcs = region.arcs.nearest(1)
    cut = replace(region, arcs=arcs, reach=Reach(nearest=1))
    AccessOptions(catchment=float(region.arcs.cost.min()) / 2).check(cut)
    with pytest.raises(InputError, match=r"output\.access\.catchment: .* of 5 zones"):
        AccessOptions(catchment=float(region.arcs.cost.max()) * 2).check(cut)
    if region.zones.population is None:
        with pytest.raises(InputError, match="no population"):
            AccessOptions(catchment=1.0, of="population").check(region)
