"""Scenarios of several years: each year as the source draws it, and one future through all."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.core.errors import ConfigError
from robustev.scenarios.by_year import generate_by_year
from robustev.scenarios.config import ScenarioConfig
from robustev.scenarios.generator import generate
from tests.scenarios.conftest import grid_region, grown_history

HISTORY = {"kind": "history"}


def drawn(
    number: int, years: tuple[int, ...] = (2021, 2023), **options: object
) -> list[np.ndarray]:
    region = grid_region(types=("demand",), history=grown_history())
    assert region.history is not None
    last = max(region.history.years)
    asked = [last + year - 2020 for year in years]
    config = ScenarioConfig.model_validate({"source": HISTORY} | options)
    made = generate_by_year(region, config, asked, num_scenarios=number, seed=3)
    return [year.demand for year in made]


def test_the_first_year_is_what_is_drawn_for_it_alone() -> None:
    region = grid_region(types=("demand",), history=grown_history())
    config = ScenarioConfig.model_validate({"source": {"kind": "history", "horizon": 1}})
    alone = generate(region, config, num_scenarios=16, seed=3)
    assert np.array_equal(drawn(16)[0], alone.demand)


def test_a_scenario_is_the_same_however_many_are_drawn() -> None:
    few, many = drawn(4), drawn(100)
    for one, other in zip(few, many, strict=True):
        assert np.array_equal(one, other[:4])


def test_each_year_has_the_distribution_that_the_source_gives_it() -> None:
    region = grid_region(types=("demand",), history=grown_history())
    config = ScenarioConfig.model_validate({"source": {"kind": "history", "horizon": 3}})
    alone = generate(region, config, num_scenarios=2048, seed=8).totals()[:, 0]
    walked = drawn(2048)[1].sum(axis=(1, 2))
    quantiles = np.linspace(0.1, 0.9, 9)
    spread = np.quantile(alone, 0.9) - np.quantile(alone, 0.1)
    off = np.abs(np.quantile(walked, quantiles) - np.quantile(alone, quantiles))
    assert off.max() < 0.1 * spread


def test_what_was_seen_tells_something_of_what_comes_and_not_all() -> None:
    first, later = (part.sum(axis=(1, 2)) for part in drawn(1024))
    correlation = np.corrcoef(np.argsort(np.argsort(first)), np.argsort(np.argsort(later)))[0, 1]
    assert 0.3 < correlation < 0.98


def test_a_source_that_knows_no_years_says_what_to_do() -> None:
    config = ScenarioConfig.model_validate({"source": {"kind": "reference"}})
    with pytest.raises(ConfigError, match=r"knows nothing of 2030: give the phases 'growth'"):
        generate_by_year(grid_region(), config, [2030], num_scenarios=2, seed=0)


def test_a_year_that_is_past_is_refused() -> None:
    region = grid_region(types=("demand",), history=grown_history())
    assert region.history is not None
    config = ScenarioConfig.model_validate({"source": HISTORY})
    with pytest.raises(ConfigError, match="is not after"):
        generate_by_year(region, config, [max(region.history.years)], num_scenarios=2, seed=0)
