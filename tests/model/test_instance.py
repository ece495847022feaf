"""The numbers of the model, from a region, scenarios and options."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robustev.core.errors import ConfigError
from robustev.data.plan import Plan
from robustev.data.scenarios import ScenarioSet
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Levels, Model, Reach
from tests import instances

REGION = instances.region(4, sites=4, zones=5, types=2, kinds=2, existing=True, fixed=True)
SCENARIOS = instances.scenario_set(4, REGION)


def build(**options: object) -> Instance:
    return build_instance(REGION, SCENARIOS, Model(**options))  # type: ignore[arg-type]


def test_costs_carry_their_weights() -> None:
    instance = build(infrastructure_weight=2.0, travel_weight=0.5, existing_cost="counted")
    assert instance.opening_cost == pytest.approx(2.0 * REGION.sites.opening_cost)
    assert instance.charger_cost == pytest.approx(2.0 * REGION.charger_cost)
    assert instance.arcs.matrix() == pytest.approx(0.5 * REGION.arcs.matrix())
    assert instance.fixed_cost == 0.0


def test_the_network_as_it_stands_costs_nothing_when_sunk_and_all_when_counted() -> None:
    plan = Plan.existing(REGION)
    whole = REGION.sites.opening_cost[0] + REGION.charger_cost[0]
    assert build().infrastructure_cost(plan) == pytest.approx(0.0)
    assert build(existing_cost="counted").infrastructure_cost(plan) == pytest.approx(whole)


def test_what_need_not_stay_is_not_sunk() -> None:
    instance = build(keep_existing=False)
    assert instance.fixed_cost == 0.0
    assert not instance.min_open.any()
    assert not instance.min_chargers.any()


@pytest.mark.parametrize("count", [1, 2, 4, 9])
def test_only_the_nearest_sites_are_reachable(count: int) -> None:
    instance = build(reach=Reach(nearest=count))
    assert (np.isfinite(instance.arcs.matrix()).sum(axis=0) == min(count, 4)).all()
    travel = REGION.arcs.matrix()
    for j in range(instance.num_zones):
        chosen = np.isfinite(instance.arcs.matrix())[:, j]
        assert travel[chosen, j].max() <= travel[~chosen, j].min(initial=np.inf)


def test_reach_is_measured_before_weights() -> None:
    instance = build(reach=Reach(max_travel=5.0), travel_weight=100.0)
    np.testing.assert_array_equal(np.isfinite(instance.arcs.matrix()), REGION.arcs.matrix() <= 5.0)


def test_free_travel_leaves_what_is_out_of_reach_there() -> None:
    instance = build(reach=Reach(max_travel=5.0), travel_weight=0.0)
    np.testing.assert_array_equal(np.isfinite(instance.arcs.matrix()), REGION.arcs.matrix() <= 5.0)
    assert (instance.arcs.matrix()[np.isfinite(instance.arcs.matrix())] == 0.0).all()


def test_penalties_by_type_forbid_what_they_do_not_name() -> None:
    assert build(unserved_penalty={"type1": 3.0}).unserved_price.tolist() == [np.inf, 3.0]
    assert build(unserved_penalty=3.0).unserved_price.tolist() == [3.0, 3.0]
    assert build().unserved_price.tolist() == [np.inf, np.inf]


def test_a_penalty_for_an_unknown_type_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"is 'type1' meant\?"):
        build(unserved_penalty={"typ1": 3.0})


def test_scenarios_in_another_order_of_zones_are_refused() -> None:
    other = ScenarioSet.equiprobable(SCENARIOS.demand, REGION.zones.ids[::-1], REGION.types)
    with pytest.raises(ConfigError, match="5 zones in another order"):
        build_instance(REGION, other, Model())


@settings(max_examples=50, deadline=None)
@given(instance=instances.instance_strategy(), seed=st.integers(0, 1000))
def test_no_plan_has_more_than_the_most_capacity(instance: Instance, seed: int) -> None:
    plan = instances.random_plan(instance, np.random.default_rng(seed))
    assert (instance.capacity(plan) <= instance.max_capacity() + 1e-9).all()


def test_the_most_capacity_is_reached_by_filling_every_slot_with_the_best_kind() -> None:
    instance = build(keep_existing=False, utilisation=0.5)
    best = REGION.charger_capacity.max(axis=0)
    most = 0.5 * (REGION.sites.fixed_capacity + 2 * best)
    assert instance.max_capacity() == pytest.approx(most)


def test_levels_take_the_place_of_chargers() -> None:
    instance = build(levels=Levels(maximum=3, cost=7.0), keep_existing=False)
    assert instance.num_kinds == 1
    assert instance.charger_cost.tolist() == [7.0]
    assert instance.charger_capacity[0] == pytest.approx(REGION.demand.mean(axis=0))
    assert instance.max_chargers.tolist() == [[3]] * 4
    assert instance.max_capacity() == pytest.approx(np.tile(3 * REGION.demand.mean(axis=0), (4, 1)))


def test_a_level_may_have_a_size_of_its_own() -> None:
    instance = build(levels=Levels(maximum=2, unit=5.0))
    assert instance.charger_capacity.tolist() == [[5.0, 5.0]]


def test_without_limits_on_capacity_every_open_site_serves_all() -> None:
    instance = build(capacitated=False)
    plan = Plan("one", np.array([True, False, False, False]), np.zeros((4, 2)))
    assert instance.capacity(plan)[0].tolist() == [np.inf, np.inf]
    assert instance.capacity(plan)[1:].max() == 0.0


def test_some_of_the_scenarios_make_a_problem_of_their_own() -> None:
    part = build().subset([2, 0])
    assert part.scenarios.names == ("s2", "s0")
    assert part.probability.sum() == pytest.approx(1.0)
    np.testing.assert_array_equal(part.demand, SCENARIOS.demand[[2, 0]])
