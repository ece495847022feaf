"""Growth told from past censuses: rates, persistence, errors."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.data.population import PopulationHistory
from robustev.scenarios.sources.population.errors import ErrorModel, fit_tail
from robustev.scenarios.sources.population.growth import fit_growth, past_periods

ZONES = 400
POINTS = np.random.default_rng(5).uniform(0.0, 100.0, (ZONES, 2))
CARRIED = ErrorModel(spread=0.1, total_spread=0.03, years=10, range=30.0, nugget=0.5)


def censuses(persistence: float, *, seed: int = 0) -> PopulationHistory:
    """Return three censuses; what sets zones apart persists by ``persistence``."""
    rng = np.random.default_rng(seed)
    first = 0.02 * rng.standard_normal(ZONES)
    later = persistence * first + 0.02 * np.sqrt(1 - persistence**2) * rng.standard_normal(ZONES)
    start = rng.uniform(5e3, 5e4, ZONES)
    middle = start * np.exp(10 * (0.01 + first))
    people = np.array([start, middle, middle * np.exp(10 * (0.01 + later))])
    return PopulationHistory.of_totals((1990, 2000, 2010), people, (1990, 2000, 2010))


def test_rates_are_those_between_the_last_two_censuses() -> None:
    history = censuses(0.5)
    growth = fit_growth(history, POINTS)
    rate = np.log(history.totals[2] / history.totals[1]) / 10
    usual = np.abs(rate - np.median(rate)) < 0.05
    np.testing.assert_allclose(growth.rate[usual], rate[usual])
    assert (growth.base_year, growth.earlier_year) == (2010, 2000)


def test_an_estimate_is_no_census() -> None:
    history = censuses(0.5)
    later = PopulationHistory.of_totals(
        (1990, 2000, 2010, 2012), np.vstack([history.totals, 9 * history.totals[2:]]),
        (1990, 2000, 2010),
    )  # fmt: skip
    np.testing.assert_array_equal(fit_growth(later, POINTS).base, history.totals[2])


def test_persistence_moves_from_the_belief_towards_what_was_seen() -> None:
    none, full = (fit_growth(censuses(p), POINTS).persistence[0] for p in (0.0, 0.95))
    assert none < 0.4 < 0.6 < full


def test_the_spread_is_that_of_rates_that_persist_in_part() -> None:
    errors = fit_growth(censuses(0.6), POINTS).errors
    assert errors.spread == pytest.approx(10 * 0.02 * np.sqrt(1 - 0.6**2), rel=0.15)


def test_an_outlying_rate_is_drawn_in() -> None:
    history = censuses(0.5)
    people = np.array(history.totals)
    people[2, 0] = people[1, 0] / 20
    growth = fit_growth(PopulationHistory.of_totals(history.years, people, history.years), POINTS)
    assert growth.rate[0] > -0.2


def test_censuses_close_together_tell_no_rate() -> None:
    people = np.tile(np.linspace(1e3, 2e3, ZONES), (3, 1))
    history = PopulationHistory.of_totals((2000, 2007, 2010), people, (2000, 2007, 2010))
    assert [(one.start, one.end) for one in past_periods(history)] == [(2000, 2010)]


def test_one_census_needs_errors_of_other_regions() -> None:
    history = censuses(0.5).until(1990)
    with pytest.raises(ValueError, match="two censuses"):
        fit_growth(history, POINTS)
    growth = fit_growth(history, POINTS, CARRIED)
    assert growth.errors == CARRIED
    assert not growth.rate.any()


def test_heavy_tails_are_seen_and_normal_ones_too() -> None:
    rng = np.random.default_rng(1)
    heavy, light = rng.standard_t(3, 4000), rng.standard_normal(4000)
    assert fit_tail(heavy)[1] <= 4
    spread, tail = fit_tail(light)
    assert tail >= 15
    assert spread == pytest.approx(1.0, rel=0.1)


def test_errors_grow_with_the_horizon_less_than_in_proportion() -> None:
    assert CARRIED.factor(10) == 1.0
    assert 1.4 < CARRIED.factor(20) < 2.0
