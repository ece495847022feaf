"""Risk measures: limits, known values, and the envelope of weights behind each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from robustev.core.arrays import FloatArray
from robustev.model.risk import (
    REGISTER,
    CVaR,
    Expected,
    Nominal,
    Regret,
    RiskMeasure,
    ScenarioRisk,
    WorstCase,
    cvar,
    measure_of,
    tail_weights,
)

SIZE = 5
COSTS = st.lists(st.floats(-1e6, 1e6), min_size=SIZE, max_size=SIZE).map(np.array)
MASS = st.lists(st.integers(1, 9), min_size=SIZE, max_size=SIZE).map(np.array)
PROBABILITY = MASS.map(lambda mass: mass / mass.sum())
TAILS = st.floats(0.01, 1.0)
GOALS = st.builds(
    lambda key, weight: measure_of({"measure": key, **REGISTER[key].example, "weight": weight}),
    st.sampled_from(sorted(REGISTER)),
    st.floats(0.0, 1.0),
)


def near(value: float) -> object:
    return pytest.approx(value, rel=1e-9, abs=1e-6)


@given(costs=COSTS, p=PROBABILITY)
def test_the_whole_tail_is_the_mean_and_a_vanishing_one_the_worst(
    costs: FloatArray, p: FloatArray
) -> None:
    assert cvar(costs, p, 1.0) == near(float(p @ costs))
    assert cvar(costs, p, 1e-9) == near(float(costs.max()))


@given(costs=COSTS, p=PROBABILITY, tail=TAILS)
def test_cvar_is_the_least_of_rockafellar_and_uryasevs_function(
    costs: FloatArray, p: FloatArray, tail: float
) -> None:
    best = min(level + p @ np.maximum(costs - level, 0) / tail for level in costs)
    assert cvar(costs, p, tail) == pytest.approx(best, rel=1e-6, abs=1e-6)


@given(costs=COSTS, p=PROBABILITY, tail=TAILS)
def test_tail_weights_stay_in_the_envelope(costs: FloatArray, p: FloatArray, tail: float) -> None:
    weight = tail_weights(costs, p, tail)
    assert weight.sum() == pytest.approx(1.0)
    assert (weight >= 0).all()
    assert (weight <= p / tail + 1e-12).all()


@given(costs=COSTS, other=COSTS, p=PROBABILITY, goal=GOALS, best=COSTS)
def test_weights_are_a_distribution_whose_value_no_other_point_beats(
    costs: FloatArray, other: FloatArray, p: FloatArray, goal: RiskMeasure, best: FloatArray
) -> None:
    """The weights found at one point of costs bound the measure at every other, from below."""
    risk = ScenarioRisk(goal, p, best)
    weight, constant = risk.cut(other)
    assert weight.sum() == pytest.approx(1.0)
    assert (weight >= 0).all()
    bound = weight @ costs + constant
    value = risk.value(costs)
    assert bound <= value + 1e-9 * max(1.0, np.abs([*costs, *best]).max())


@given(costs=COSTS, p=PROBABILITY, goal=GOALS, best=COSTS, shift=st.floats(-1e3, 1e3))
def test_a_cost_that_is_certain_is_added_as_it_is(
    costs: FloatArray, p: FloatArray, goal: RiskMeasure, best: FloatArray, shift: float
) -> None:
    risk = ScenarioRisk(goal, p, best)
    assert risk.value(costs + shift) == near(risk.value(costs) + shift)


@given(costs=COSTS, p=PROBABILITY, goal=GOALS, best=COSTS)
def test_dearer_everywhere_is_never_better(
    costs: FloatArray, p: FloatArray, goal: RiskMeasure, best: FloatArray
) -> None:
    risk = ScenarioRisk(goal, p, best)
    assert risk.value(costs) <= risk.value(costs + np.arange(SIZE)) + 1e-6


@pytest.mark.parametrize(
    ("goal", "value"),
    [
        pytest.param(Expected(), 3.2, id="expected"),
        pytest.param(Nominal(), 3.2, id="nominal"),
        pytest.param(WorstCase(), 9.0, id="worst case"),
        pytest.param(WorstCase(weight=0.5), 6.1, id="half worst case"),
        pytest.param(WorstCase(weight=0.0), 3.2, id="no worst case"),
        pytest.param(CVaR(tail=0.2), 9.0, id="worst fifth"),
        pytest.param(CVaR(tail=0.5), 4.8, id="worst half"),
        pytest.param(CVaR(tail=0.5, weight=0.25), 3.6, id="a bit of it"),
        pytest.param(Regret(), 4.0, id="regret"),
    ],
)
def test_values_by_hand(goal: RiskMeasure, value: float) -> None:
    """Costs 1, 2 and 9 with probabilities 0.2, 0.6 and 0.2; own optima 1, 1 and 5.

    The worst half is the 0.2 at 9 and 0.3 of the 0.6 at 2: (1.8 + 0.6) / 0.5 = 4.8.
    """
    risk = ScenarioRisk(goal, np.array([0.2, 0.6, 0.2]), np.array([1.0, 1.0, 5.0]))
    assert risk.value(np.array([1.0, 2.0, 9.0])) == pytest.approx(value)


@pytest.mark.parametrize("tail", [0.0, -0.1, 1.1, float("nan")])
def test_a_tail_must_be_a_share(tail: float) -> None:
    with pytest.raises(ValueError, match="tail must be in"):
        cvar(np.ones(2), np.full(2, 0.5), tail)


def test_probabilities_must_sum_to_one() -> None:
    with pytest.raises(ValueError, match=r"must sum to one, not to 0\.9"):
        cvar(np.ones(2), np.array([0.4, 0.5]), 0.5)


def test_regret_without_optima_is_an_error() -> None:
    risk = ScenarioRisk(Regret(), np.ones(1))
    with pytest.raises(ValueError, match="regret needs each scenario's own optimum"):
        risk.value(np.ones(1))


@given(p=PROBABILITY, goal=GOALS)
def test_an_expectation_is_known_as_one(p: FloatArray, goal: RiskMeasure) -> None:
    assume(not goal.needs_own_optima)
    costs = np.arange(SIZE) ** 2.0
    risk = ScenarioRisk(goal, p)
    if risk.is_expectation:
        assert risk.value(costs) == near(float(p @ costs))
