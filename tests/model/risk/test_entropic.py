"""Entropic risk: its limits, its gradient, its cost unit, and bounds that rest on it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robustev.core.errors import ConfigError
from robustev.methods.write_model import write_model
from robustev.model.model import Model
from robustev.model.risk import Entropic
from tests import instances
from tests.instances import PENALTY

COSTS = st.lists(st.floats(-50, 50), min_size=4, max_size=4).map(np.array)
P = np.array([0.1, 0.2, 0.3, 0.4])


@given(costs=COSTS)
def test_it_runs_from_the_mean_to_the_worst_case(costs: np.ndarray) -> None:
    near, far = Entropic(aversion=1e-6), Entropic(aversion=1000)
    assert near.independent_value(costs, P) == pytest.approx(float(P @ costs), abs=1e-2)
    assert far.independent_value(costs, P) == pytest.approx(float(costs.max()), abs=1e-2)


@given(costs=COSTS, other=COSTS)
def test_any_weights_less_their_conjugate_are_a_lower_bound(
    costs: np.ndarray, other: np.ndarray
) -> None:
    risk = Entropic(aversion=0.1)
    weights = risk.weights(other, P)
    assert weights @ costs - risk.conjugate(weights, P) <= risk.independent_value(costs, P) + 1e-9


def test_its_unit_is_that_of_the_costs() -> None:
    model = Model(unserved_penalty=PENALTY, objective=Entropic(aversion=2.0))
    instance = instances.random_instance(3, model=model)
    dear = Model(
        unserved_penalty=100 * PENALTY, travel_weight=100.0, infrastructure_weight=100.0,
        objective=Entropic(aversion=2.0),
    )  # fmt: skip
    costly = instances.random_instance(3, model=dear)
    assert costly.goal.scale == pytest.approx(100 * instance.goal.scale)
    nearest = instance.arcs.zone_minimum(instance.arcs.cost)
    mean = np.tensordot(instance.probability, instance.demand, axes=1)
    assert instance.goal.scale == pytest.approx(float(nearest @ mean.sum(axis=1)) / 2)


def test_no_file_for_other_solvers_claims_to_state_it(tmp_path: object) -> None:
    model = Model(unserved_penalty=PENALTY, objective=Entropic())
    instance = instances.random_instance(3, model=model)
    with pytest.raises(ConfigError, match="no linear program states the risk measure 'entropic'"):
        write_model(f"{tmp_path}/model.mps", instance.region, instance.scenarios, model)
