"""Objectives stated a second time have the value of the risk measures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robustev.model import Objective
from robustev.risk import RiskMeasure
from robustev.verify.measure import in_envelope, measure

GOALS = [
    Objective(measure="expected"),
    Objective(measure="cvar", tail=0.3),
    Objective(measure="cvar", tail=0.1, weight=0.4),
    Objective(measure="worst_case"),
    Objective(measure="regret", weight=0.7),
]


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: f"{goal.measure}-{goal.weight}")
@given(seed=st.integers(0, 500), count=st.integers(1, 7))
def test_values_agree_and_the_worst_weights_are_in_the_envelope(
    goal: Objective, seed: int, count: int
) -> None:
    rng = np.random.default_rng(seed)
    costs, best = rng.normal(10, 4, count), rng.normal(5, 1, count)
    probability = rng.dirichlet(np.ones(count))
    risk = RiskMeasure(goal, probability, best)
    assert measure(goal, costs, probability, best) == pytest.approx(risk.value(costs))
    assert in_envelope(goal, risk.weights(costs), probability)


@pytest.mark.parametrize(
    ("goal", "weight"),
    [
        (GOALS[0], [0.6, 0.4]),
        (GOALS[1], [1.2, -0.2]),
        (Objective(measure="cvar", tail=0.8), [1.0, 0.0]),
        (Objective(measure="worst_case", weight=0.5), [1.0, 0.0]),
        (GOALS[3], [0.6, 0.6]),
    ],
)
def test_weights_outside_the_envelope_are_refused(goal: Objective, weight: list[float]) -> None:
    assert not in_envelope(goal, np.array(weight), np.array([0.5, 0.5]))


def test_regret_is_not_known_without_the_scenarios_own_optima() -> None:
    assert measure(GOALS[4], np.ones(2), np.full(2, 0.5)) is None
