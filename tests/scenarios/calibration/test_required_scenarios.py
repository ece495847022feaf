"""Stability of the decision, on a newsvendor whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.core.arrays import FloatArray
from robustev.data.plan import Plan
from robustev.data.scenarios import ScenarioSet
from robustev.scenarios.calibration.required_scenarios import decision_stability

SHORTAGE = 3.0


def draw(count: int, seed: int) -> ScenarioSet:
    demand = np.random.default_rng(seed).uniform(0, 100, (count, 1, 1))
    return ScenarioSet.equiprobable(demand, ["z"], ["t"])


def solve(scenarios: ScenarioSet) -> Plan:
    """Buy capacity for the quantile at which one more unit no longer pays."""
    level = np.quantile(scenarios.demand, 1 - 1 / SHORTAGE)
    return Plan("p", np.ones(1, dtype=np.bool_), np.array([[round(float(level))]]))


def evaluate(plan: Plan, scenarios: ScenarioSet) -> FloatArray:
    bought = float(plan.chargers[0, 0])
    return bought + SHORTAGE * np.maximum(scenarios.demand[:, 0, 0] - bought, 0.0)


def test_more_scenarios_are_more_stable() -> None:
    report = decision_stability(draw, solve, evaluate, [400, 5], repetitions=6, fresh=2000)
    few, many = report.summary.to_dict("records")
    assert (few["count"], many["count"]) == (5, 400)
    assert many["in_sample_spread"] < few["in_sample_spread"]
    assert many["out_of_sample_spread"] < few["out_of_sample_spread"]


def test_small_samples_promise_too_much() -> None:
    report = decision_stability(draw, solve, evaluate, [3], repetitions=40, fresh=2000)
    assert report.summary["in_sample_mean"].item() < report.summary["out_of_sample_mean"].item()


@pytest.mark.parametrize(("tolerance", "enough"), [(0.2, 400), (1e-6, None), (10.0, 5)])
def test_enough_is_the_first_count_that_stays_stable(tolerance: float, enough: int | None) -> None:
    report = decision_stability(
        draw, solve, evaluate, [5, 400], repetitions=4, fresh=500, tolerance=tolerance
    )
    assert report.enough == enough


@pytest.mark.parametrize(
    ("counts", "repetitions", "reason"),
    [([5], 1, "repetitions must be >= 2"), ([], 3, "counts must be"), ([0], 3, "counts must be")],
)
def test_impossible_studies_are_refused(counts: list[int], repetitions: int, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        decision_stability(draw, solve, evaluate, counts, repetitions=repetitions)
