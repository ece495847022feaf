"""Objectives stated a second time have the value of the risk measures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robustev.model.model import Objective
from robustev.model.risk import RiskMeasure
from robustev.verify.measure import envelope, measure, worst_weights

GOALS = [
    Objective(measure="expected"),
    Objective(measure="cvar", tail=0.3),
    Objective(measure="cvar", tail=0.1, weight=0.4),
    Objective(measure="worst_case"),
    Objective(measure="regret", weight=0.7),
]


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: f"{goal.measure}-{goal.weight}")
@given(seed=st.integers(0, 500), count=st.integers(1, 7))
def test_values_and_worst_weights_agree(goal: Objective, seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    costs, best = rng.normal(10, 4, count), rng.normal(5, 1, count)
    probability = rng.dirichlet(np.ones(count))
    risk = RiskMeasure(goal, probability, best)
    assert measure(goal, costs, probability, best) == pytest.approx(risk.value(costs))
    weight = worst_weights(goal, costs - risk.offset, probability)
    low, high = envelope(goal, probability)
    assert weight.sum() == pytest.approx(1.0)
    assert ((weight >= low - 1e-12) & (weight <= high + 1e-12)).all()
    assert weight @ costs + risk.constant(weight) == pytest.approx(risk.bound(costs))


def test_regret_is_not_known_without_the_scenarios_own_optima() -> None:
    assert measure(GOALS[4], np.ones(2), np.full(2, 0.5)) is None
