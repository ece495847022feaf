"""The check's own cost of service agrees with the recourse and with the program written out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from robustev.model.instance import Instance
from robustev.recourse.recourse import Recourse
from robustev.verify.service import service_cost
from tests import instances

THOROUGH = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@THOROUGH
@given(instance=instances.instance_strategy(), seed=st.integers(0, 10_000))
def test_both_bounds_are_the_cost_of_the_program_written_out(instance: Instance, seed: int) -> None:
    plan = instances.random_plan(instance, np.random.default_rng(seed))
    truth = instances.true_costs(instance, plan) - instance.infrastructure_cost(plan)
    for s in range(len(instance.scenarios)):
        low, high = service_cost(instance, plan, instance.demand[s])
        assert [low, high] == pytest.approx([truth[s]] * 2, rel=1e-6, abs=1e-6)


def test_arcs_that_are_not_among_the_nearest_are_found() -> None:
    instance = instances.random_instance(6, sites=25, zones=30, scenarios=2, slots=1)
    plan = instances.random_plan(instance, np.random.default_rng(2))
    costs = Recourse(instance).costs(plan)
    for s in range(2):
        assert service_cost(instance, plan, instance.demand[s])[1] == pytest.approx(costs[s])


def test_no_demand_costs_nothing() -> None:
    instance = instances.random_instance(1)
    plan = instances.random_plan(instance, np.random.default_rng(0))
    assert service_cost(instance, plan, np.zeros((4, 1))) == (0.0, 0.0)
