"""Vehicles multiply demand; growth is the share of each zone's own forecast that comes about."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robustev.data.scenarios import ScenarioSet
from robustev.explore.demand import changed, forecasts_growth

TODAY = np.array([[10.0], [10.0], [0.0]])
SCENARIOS = ScenarioSet.equiprobable(
    np.array([[[10.0], [24.0], [1.0]], [[10.0], [36.0], [3.0]]]), ["still", "grows", "new"], ["all"]
)
SHARES = st.integers(0, 30).map(lambda tenths: tenths / 10)


def mean(scenarios: ScenarioSet) -> list[float]:
    return list(scenarios.mean().demand[0, :, 0])


def test_a_zone_without_a_forecast_of_growth_stays_as_it_is() -> None:
    assert mean(changed(SCENARIOS, TODAY, 1.0, 2.0)) == pytest.approx([10.0, 50.0, 4.0])


def test_without_growth_demand_is_on_average_as_today() -> None:
    assert mean(changed(SCENARIOS, TODAY, 1.0, 0.0)) == pytest.approx([10.0, 10.0, 0.0])


def test_what_the_forecast_has_is_left_alone() -> None:
    assert changed(SCENARIOS, TODAY, 1.0, 1.0) is SCENARIOS


@given(adoption=st.floats(0.1, 3.0), growth=SHARES)
def test_adoption_multiplies_whatever_growth_gives(adoption: float, growth: float) -> None:
    alone = changed(SCENARIOS, TODAY, 1.0, growth).demand
    both = changed(SCENARIOS, TODAY, adoption, growth).demand
    np.testing.assert_allclose(both, adoption * alone)


@given(growth=SHARES)
def test_scenarios_keep_their_ratios_to_the_mean(growth: float) -> None:
    found = changed(SCENARIOS, TODAY, 1.0, growth)
    before, after = SCENARIOS.demand[:, 1, 0], found.demand[:, 1, 0]
    np.testing.assert_allclose(after / after.mean(), before / before.mean())


def test_zones_that_shrink_never_fall_below_nothing() -> None:
    shrinking = ScenarioSet.equiprobable(np.array([[[2.0]]]), ["a"], ["all"])
    assert mean(changed(shrinking, np.array([[10.0]]), 1.0, 3.0)) == [0.0]


def test_noise_about_todays_demand_is_no_growth() -> None:
    noise = ScenarioSet.equiprobable(np.array([[[10.2], [10.1], [0.0]]]), ["a", "b", "c"], ["all"])
    assert not forecasts_growth(noise, TODAY)
    assert forecasts_growth(SCENARIOS, TODAY)
