"""Evaluation of plans: exact costs, whatever the number of threads, blocks and scenarios."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from robustev.core.errors import InputError
from robustev.data.plan import Plan
from robustev.evaluate import evaluate
from robustev.model.instance import Instance
from tests import instances

SEEDS = st.integers(0, 10_000)
THOROUGH = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@THOROUGH
@given(instance=instances.instance_strategy(), seed=SEEDS)
def test_costs_are_those_of_a_second_solver(instance: Instance, seed: int) -> None:
    plan = instances.random_plan(instance, np.random.default_rng(seed))
    found = evaluate(instance, [plan], workers=1)[0]
    assert found.cost == pytest.approx(instances.true_costs(instance, plan), rel=1e-7, abs=1e-7)


@THOROUGH
@given(instance=instances.instance_strategy(), seed=SEEDS)
def test_every_unit_is_served_or_unserved_and_no_site_is_overloaded(
    instance: Instance, seed: int
) -> None:
    plan = instances.random_plan(instance, np.random.default_rng(seed))
    found = evaluate(instance, [plan], workers=1)[0]
    mean = np.tensordot(instance.probability, instance.demand, axes=1).sum(axis=1)
    arcs = instance.region.arcs
    assert arcs.zone_sum(found.flow) + found.unserved_at.sum(axis=1) == pytest.approx(mean)
    assert found.load.sum(axis=1) == pytest.approx(arcs.site_sum(found.flow))
    assert (found.peak_load <= found.capacity * (1 + 1e-9) + 1e-9).all()
    assert (found.load <= found.peak_load * (1 + 1e-9) + 1e-9).all()


def many(count: int = 40) -> tuple[Instance, Plan]:
    instance = instances.random_instance(3, scenarios=count, sites=4, zones=6, types=2, kinds=2)
    return instance, instances.random_plan(instance, np.random.default_rng(1))


def test_the_result_does_not_depend_on_the_number_of_threads() -> None:
    instance, plan = many()
    one, three = (evaluate(instance, [plan], workers=w)[0] for w in (1, 3))
    for name in ("travel", "penalty", "distance", "flow", "unserved_at", "load", "peak_load"):
        assert np.array_equal(getattr(one, name), getattr(three, name)), name


def test_parts_of_the_scenarios_cost_what_they_cost_in_the_whole() -> None:
    instance, plan = many()
    whole = evaluate(instance, [plan], workers=1)[0]
    part = evaluate(instance.subset([30, 2, 17]), [plan], workers=1)[0]
    assert part.cost == pytest.approx(whole.cost[[30, 2, 17]])


def test_parts_of_the_cost_add_up_and_travel_carries_its_weight() -> None:
    instance, plan = many(3)
    found = evaluate(instance, [plan], workers=1)[0]
    assert found.cost == pytest.approx(
        instance.infrastructure_cost(plan) + found.travel + found.penalty
    )
    assert found.travel == pytest.approx(instance.model.travel_weight * found.distance)
    assert found.mean_cost == pytest.approx(float(instance.probability @ found.cost))


def test_a_network_without_capacity_limit_has_no_utilisation() -> None:
    model = instances.Model(capacitated=False, unserved_penalty=40.0)
    instance = instances.random_instance(1, model=model)
    plan = Plan("all", np.ones(3, dtype=bool), np.zeros((3, 1)))
    found = evaluate(instance, [plan], workers=1)[0]
    assert found.utilisation is None
    assert found.unserved_share == 0.0


def test_a_plan_for_other_charger_kinds_is_refused() -> None:
    instance, _ = many(2)
    with pytest.raises(InputError, match="has 4 sites and 1 charger kinds; the model has 4 and 2"):
        evaluate(instance, [Plan("odd", np.ones(4, dtype=bool), np.zeros((4, 1)))])
