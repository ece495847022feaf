"""Scenarios of population and demand: medians, ablations, official figures, ages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from robustev.core.errors import InputError
from robustev.data.population import AgeGroup, PopulationHistory
from robustev.data.region import Region
from robustev.scenarios import parse_config
from robustev.scenarios.generator import generate
from robustev.scenarios.sources.population.need import AgeNeed, ChargingNeed
from tests.scenarios.conftest import aged_population, grid_region


def region(**changes: object) -> Region:
    base = grid_region()
    return replace(base, past_population=aged_population(base.num_zones), **changes)


def drawn(source: dict[str, object], number: int = 512) -> np.ndarray:
    config = parse_config({"source": source})
    return generate(region(), config, num_scenarios=number, seed=1).demand


def test_the_median_of_the_total_lies_between_last_value_and_trend() -> None:
    history = region().past_population
    assert history is not None
    last = float(history.totals[2].sum())
    trend = last * last / float(history.totals[0].sum())
    charging = {"ownership": 1.0, "need": 1.0}
    total = drawn({"kind": "population", "horizon": 10, "charging": charging}).sum(axis=(1, 2))
    assert last < np.median(total) < trend


def test_without_migration_zones_keep_their_shares() -> None:
    demand = drawn({"kind": "population", "horizon": 10, "migration": False}, 16).sum(axis=2)
    share = demand / demand.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(share, np.tile(share[:1], (16, 1)))


def test_without_trend_uncertainty_the_total_varies_less() -> None:
    both = [
        drawn({"kind": "population", "horizon": 10, "trend_uncertainty": known})
        for known in (True, False)
    ]
    wide, narrow = (np.log(one.sum(axis=(1, 2))).std() for one in both)
    assert narrow < 0.8 * wide


def test_independent_zones_average_out() -> None:
    errors_of = {"spread": 0.2, "total_spread": 0.0, "years": 10, "range": 3.0, "nugget": 0.0}
    source = {"kind": "population", "horizon": 10, "trend_uncertainty": False}
    source["errors_of"] = errors_of
    together, alone = (
        np.log(drawn({**source, "errors": errors}).sum(axis=(1, 2))).std()
        for errors in ("field", "independent")
    )
    assert alone < 0.5 * together


def test_nothing_after_the_last_year_is_used() -> None:
    source = {"kind": "population", "horizon": 5, "last_year": 2010}
    config = parse_config({"source": source})
    clean = region()
    history = clean.past_population
    assert history is not None
    poisoned = np.array(history.people)
    poisoned[3] *= 1e3
    other = replace(
        clean,
        past_population=PopulationHistory(
            history.years, poisoned, history.census, history.estimated, history.groups
        ),
    )
    one, two = (generate(r, config, num_scenarios=8, seed=1).demand for r in (clean, other))
    np.testing.assert_array_equal(one, two)


def test_official_scenarios_lie_around_the_latest_estimate_as_wide_as_it_missed_before() -> None:
    history = region().past_population
    assert history is not None
    source = {"kind": "official", "year": 2013, "charging": {"ownership": 1.0, "need": 1.0}}
    people = drawn(source).sum(axis=2)
    logs = np.log(people / history.totals[3])
    assert np.median(logs) == pytest.approx(0.0, abs=0.01)
    assert 0.015 < np.median(logs.std(axis=0)) < 0.06


def test_official_figures_without_a_census_after_them_are_refused() -> None:
    with pytest.raises(InputError, match="errors of official figures are not known"):
        drawn({"kind": "official", "year": 2013, "last_year": 2009})


def test_cohorts_add_up_to_the_control() -> None:
    source = {"kind": "cohorts", "control": {"people": 5e4, "spread": 0.0},
              "charging": {"ownership": 1.0, "need": 1.0}}  # fmt: skip
    np.testing.assert_allclose(drawn(source, 8).sum(axis=(1, 2)), 5e4)


def test_a_region_without_past_population_is_told_what_it_lacks() -> None:
    config = parse_config({"source": {"kind": "population"}})
    with pytest.raises(InputError, match="population_history"):
        generate(grid_region(), config, num_scenarios=2, seed=1)


def test_each_age_charges_by_its_own_need() -> None:
    ages = (
        AgeNeed(low=20, high=50, ownership=0.5, need=2.0),
        AgeNeed(low=50, ownership=0.2, need=1),
    )
    groups = (AgeGroup(0, 20), AgeGroup(20, 50), AgeGroup(50))
    assert ChargingNeed(by_age=ages).per_person(groups).tolist() == [0.0, 1.0, 0.2]


def test_a_group_that_straddles_the_ages_given_is_refused() -> None:
    ages = (AgeNeed(low=18, ownership=0.5, need=2.0),)
    with pytest.raises(InputError, match="lies in part within"):
        ChargingNeed(by_age=ages).per_person((AgeGroup(10, 20),))
