"""What one split for all types, and forbidden unserved demand, ask of the second stage."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.core.arrays import FloatArray
from robustev.data.arcs import Arcs
from robustev.data.plan import Plan
from robustev.data.region import Region, Zones
from robustev.data.scenarios import ScenarioSet
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from robustev.readers.parts.plain import numbered, plain_sites
from robustev.recourse.recourse import Recourse
from tests import instances


def open_sites(
    demand: list[list[float]],
    travel: list[list[float]],
    capacity: list[list[float]],
    **model: object,
) -> tuple[Instance, Plan]:
    """Return a problem of one scenario whose sites have capacity of their own, all of them open."""
    types = tuple(f"t{k}" for k in range(len(demand[0])))
    region = Region(
        name="hand",
        zones=Zones(numbered(len(demand))),
        sites=plain_sites(np.array(capacity), np.ones(len(travel))),
        kinds=(),
        types=types,
        demand=np.array(demand),
        arcs=Arcs.of_matrix(np.array(travel)),
    )
    scenarios = ScenarioSet.equiprobable(region.demand[None], region.zones.ids, types)
    instance = build_instance(region, scenarios, Model(**model))  # type: ignore[arg-type]
    return instance, Plan("all", np.ones(len(travel), dtype=bool), np.zeros((len(travel), 0)))


def cost(instance: Instance, plan: Plan) -> float:
    return float(Recourse(instance).cost(plan, 0))


def truth(instance: Instance, plan: Plan) -> float:
    x: FloatArray = plan.open.astype(float)
    return instances.true_recourse(instance, 0, x, instance.capacity(plan))


INF = float("inf")


def test_serving_one_unit_may_mean_moving_a_hundred_others() -> None:
    """Zone 1 needs site 1's only unit of t1, so all 101 units of zone 2 go far."""
    instance, plan = open_sites(
        demand=[[0.0, 1.0], [100.0, 1.0]],
        travel=[[1.0, 0.0], [INF, 10.0]],
        capacity=[[1000.0, 1.0], [1000.0, 1000.0]],
        split="shared",
    )
    assert truth(instance, plan) == pytest.approx(1011.0)
    assert cost(instance, plan) == pytest.approx(1011.0)


def test_a_shared_split_moves_types_together() -> None:
    """Half of zone 1 must go far for the sake of its second type, and takes the first along."""
    hand = {
        "demand": [[10.0, 2.0]],
        "travel": [[1.0], [5.0]],
        "capacity": [[20.0, 1.0], [20.0, 20.0]],
        "unserved_penalty": 100.0,
    }
    with_workers = open_sites(**hand, split="shared")
    alone = open_sites(**hand, split="by_type")
    assert cost(*with_workers) == pytest.approx(6 * 1.0 + 6 * 5.0)
    assert cost(*alone) == pytest.approx(10 * 1.0 + 1 * 1.0 + 1 * 5.0)


def test_a_type_that_may_stay_behind_does_where_no_other_forbids_it() -> None:
    """Types share a split; t0 must be served, but zone 1 has none of it."""
    instance, plan = open_sites(
        demand=[[0.0, 3.0], [4.0, 0.0]],
        travel=[[1.0, 1.0]],
        capacity=[[10.0, 1.0]],
        split="shared",
        unserved_penalty={"t1": 5.0},
    )
    assert truth(instance, plan) == pytest.approx(4.0 + 1.0 + 2 * 5.0)
    assert cost(instance, plan) == pytest.approx(15.0)


@pytest.mark.parametrize("split", ["shared", "by_type"])
def test_what_cannot_be_served_and_must_be_costs_infinitely_much(split: str) -> None:
    instance, plan = open_sites([[3.0, 1.0]], [[1.0]], [[2.0, 9.0]], split=split)
    assert cost(instance, plan) == INF


def test_a_penalty_below_every_trip_leaves_all_behind() -> None:
    instance, plan = open_sites([[3.0], [2.0]], [[4.0, 5.0]], [[9.0]], unserved_penalty=1.0)
    way = Recourse(instance).dispatch(plan, 0)
    assert (way.travel, way.unserved_cost) == (0.0, 5.0)
    assert way.unserved[:, 0].tolist() == [3.0, 2.0]
