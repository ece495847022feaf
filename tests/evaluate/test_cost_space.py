"""Distances of scenarios by what they cost plans that a rule makes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from robustev.core.errors import ConfigError
from robustev.data.arcs import Arcs
from robustev.data.reduction import reduce_scenarios
from robustev.data.scenarios import ScenarioSet
from robustev.evaluate.cost_space import cost_space, rule_plans
from robustev.model.instance import Instance
from robustev.model.model import Model
from robustev.scenarios import parse_config
from robustev.scenarios.generator import generate
from tests import instances


@settings(max_examples=30, deadline=None)
@given(instances.instance_strategy())
def test_rule_plans_fit_the_slots_and_keep_what_exists(instance: Instance) -> None:
    for plan in rule_plans(instance):
        assert (plan.chargers.sum(axis=1) <= instance.region.sites.slots * plan.open).all()
        assert (plan.chargers >= instance.min_chargers).all()
        assert plan.open[instance.min_open].all()


@settings(max_examples=20, deadline=None)
@given(instances.instance_strategy(forbidden=True))
def test_distances_are_finite_where_demand_must_be_served(instance: Instance) -> None:
    apart = cost_space(instance.region, instance.model)(instance.scenarios)
    assert np.isfinite(apart).all()
    assert (apart == apart.T).all()


def test_scenarios_that_differ_only_between_zones_at_one_place_are_the_same() -> None:
    """Demand moves between two zones at the same spot; only the total matters to any plan."""
    region = instances.region(0, sites=2, zones=2, types=1)
    arcs = Arcs.of_matrix(np.repeat(region.arcs.matrix()[:, :1], 2, axis=1))
    twins = type(region)(
        region.name, region.zones, region.sites, region.kinds, region.types, region.demand, arcs
    )
    demand = np.array([[9.0, 1.0], [1.0, 9.0], [15.0, 5.0], [5.0, 15.0]])[:, :, None]
    scenarios = ScenarioSet.equiprobable(demand, twins.zones.ids, twins.types)
    model = Model(unserved_penalty=50.0)
    by_cost = reduce_scenarios(scenarios, 2, distance=cost_space(twins, model)(scenarios))
    by_demand = reduce_scenarios(scenarios, 2)
    assert by_cost.error == pytest.approx(0.0, abs=1e-6)
    assert by_demand.error > 1.0
    assert set(by_cost.kept // 2) == {0, 1}  # one of each total


def test_a_reduction_by_cost_needs_a_model() -> None:
    region = instances.region(0)
    config = parse_config({"reduction": {"to": 2, "distance": "cost"}, "source": None})
    with pytest.raises(ConfigError, match="experiments, which have a model"):
        generate(region, config, num_scenarios=8, seed=1)
    space = cost_space(region, Model(unserved_penalty=50.0))
    kept = generate(region, config, num_scenarios=8, seed=1, cost_space=space)
    assert len(kept) == 2


def test_what_is_added_to_existing_chargers_leaves_room_for_them() -> None:
    instance = instances.random_instance(0, sites=1, zones=1, kinds=2, existing=True, slots=2)
    instance = instance.with_scenarios(instance.scenarios.scaled(100.0))
    for plan in rule_plans(instance):
        assert plan.chargers.sum() == 2
        assert (plan.chargers >= instance.min_chargers).all()
