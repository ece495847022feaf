"""Objectives stated a second time have the value of the risk measures."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robustev.core.arrays import FloatArray
from robustev.core.errors import SolverError
from robustev.model.risk import CVaR, Expected, Regret, RiskMeasure, ScenarioRisk, WorstCase
from robustev.verify.measure import measure, worst_weights

GOALS = [
    Expected(),
    CVaR(tail=0.3),
    CVaR(tail=0.1, weight=0.4),
    WorstCase(),
    Regret(weight=0.7),
]


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: f"{goal.measure}-{goal.weight}")
@given(seed=st.integers(0, 500), count=st.integers(1, 7))
def test_values_and_worst_weights_agree(goal: RiskMeasure, seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    costs, best = rng.normal(10, 4, count), rng.normal(5, 1, count)
    probability = rng.dirichlet(np.ones(count))
    risk = ScenarioRisk(goal, probability, best)
    assert measure(goal, costs, probability, best) == pytest.approx(risk.value(costs))
    weight, part = worst_weights(goal, costs - risk.offset, probability)
    assert weight.sum() == pytest.approx(1.0)
    assert weight @ costs - part @ risk.offset == pytest.approx(risk.bound(costs))


class Astray(CVaR):
    """CVaR whose weights leave the envelope."""

    measure: Literal["astray"] = "astray"  # type: ignore[assignment]

    def weights(self, costs: FloatArray, probability: FloatArray) -> FloatArray:
        return np.eye(len(costs))[0]


def test_weights_outside_the_envelope_are_refused() -> None:
    with pytest.raises(SolverError, match="weights of astray leave its envelope"):
        worst_weights(Astray(tail=0.5), np.ones(4), np.full(4, 0.25))


def test_regret_is_not_known_without_the_scenarios_own_optima() -> None:
    assert measure(GOALS[4], np.ones(2), np.full(2, 0.5)) is None
