"""Fresh scenarios come from other seeds, and held-back years were really held back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from robustev.assess.config import CompareConfig
from robustev.assess.statistics.streams import (
    MISSPECIFIED,
    OUT_OF_SAMPLE,
    REDRAW,
    REPLICATION,
    judging_definition,
    observed_scenarios,
    observed_years,
    out_of_sample_scenarios,
    seed_for,
)
from robustev.core.errors import ConfigError
from robustev.data.region import History, Region
from robustev.scenarios.config import Reduction, ScenarioConfig
from robustev.scenarios.generator import generate
from robustev.scenarios.sources import HistorySource, TrajectorySource
from tests import instances
from tests.assess.cases import DEFINITION


def test_no_two_purposes_share_a_seed() -> None:
    seeds = [
        seed_for(seed, purpose, number)
        for seed in range(5)
        for purpose in (OUT_OF_SAMPLE, MISSPECIFIED, REDRAW, REPLICATION)
        for number in (*range(5), "0", "one")
    ]
    assert len(set(seeds) | set(range(5))) == len(seeds) + 5


def test_fresh_scenarios_are_plain_draws_and_none_that_plans_were_made_from() -> None:
    region = instances.region(1)
    definition = DEFINITION.model_copy(update={"reduction": Reduction(to=3)})
    fresh = out_of_sample_scenarios(region, definition, 16, seed=0)
    made = generate(region, DEFINITION, num_scenarios=16, seed=0)
    assert len(fresh) == 16
    assert not (fresh.demand[:, None] == made.demand[None]).all(axis=(2, 3)).any()
    again = out_of_sample_scenarios(region, definition, 16, seed=0)
    assert np.array_equal(fresh.demand, again.demand)


@pytest.mark.parametrize(
    "own", [None, ScenarioConfig(source=TrajectorySource(table=Path("x.csv")))]
)
def test_what_cannot_be_redrawn_needs_other_scenarios_to_judge_by(own: ScenarioConfig) -> None:
    with pytest.raises(ConfigError, match=r"name others under compare\.source"):
        judging_definition(CompareConfig(), own)
    assert judging_definition(CompareConfig(source=DEFINITION), own) == DEFINITION


def with_history() -> Region:
    region = instances.region(1)
    demand = np.arange(5 * 4, dtype=float).reshape(5, 4, 1) + 1
    return replace(region, history=History((2014, 2015, 2016, 2017, 2018), demand))


UNTIL_2016 = ScenarioConfig(source=HistorySource(horizon=2, last_year=2016))


def test_years_after_the_last_one_used_are_held_back() -> None:
    region = with_history()
    assert observed_years(region, UNTIL_2016, None) == (2017, 2018)
    assert observed_years(region, UNTIL_2016, (2018,)) == (2018,)
    assert observed_years(region, ScenarioConfig(source=HistorySource()), None) == ()
    assert observed_years(instances.region(1), DEFINITION, None) == ()


@pytest.mark.parametrize(
    ("config", "year", "words"),
    [
        (UNTIL_2016, 2019, "the history has no year 2019; it has 2014, 2015"),
        (UNTIL_2016, 2016, "2016 was used to make the scenarios"),
        (ScenarioConfig(source=HistorySource()), 2018, "2018 was used to make the scenarios"),
    ],
)
def test_a_year_that_was_not_held_back_is_refused(
    config: ScenarioConfig, year: int, words: str
) -> None:
    with pytest.raises(ConfigError, match=words):
        observed_years(with_history(), config, (year,))


def test_observed_scenarios_are_the_years_themselves() -> None:
    scenarios = observed_scenarios(with_history(), (2018, 2015))
    assert scenarios.names == ("2018", "2015")
    assert scenarios.demand[:, 0, 0].tolist() == [17.0, 5.0]
