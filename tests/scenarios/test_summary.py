"""Summaries: figures that can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.scenarios import parse_config
from robustev.scenarios.generator import generate
from robustev.scenarios.summary import (
    correlation_by_distance,
    driver_summary,
    total_summary,
    zone_summary,
)


def two_scenarios(weights: tuple[float, float] = (0.5, 0.5)) -> ScenarioSet:
    demand = np.array([[[1.0, 0.0], [1.0, 2.0]], [[3.0, 0.0], [5.0, 4.0]]])
    return ScenarioSet(
        demand, np.array(weights), ("low", "high"), ("a", "b"), ("slow", "fast"),
        {"growth": np.array([0.0, 1.0]), "constant": np.ones(2)},
    )  # fmt: skip


def test_totals_by_type_and_of_all() -> None:
    table = total_summary(two_scenarios()).set_index("type")
    assert list(table.index) == ["slow", "fast", "all types"]
    assert table.loc["all types", "mean"] == 8.0
    assert table.loc["all types", "std"] == 4.0
    assert table.loc["slow", "max"] == 8.0


def test_weights_count() -> None:
    table = total_summary(two_scenarios((0.9, 0.1))).set_index("type")
    assert table.loc["all types", "mean"] == pytest.approx(4.8)
    assert table.loc["all types", "q50"] == 4.0


def test_zones_have_mean_and_spread() -> None:
    table = zone_summary(two_scenarios()).set_index(["zone", "type"])
    assert table.loc[("b", "fast"), "mean"] == 3.0
    assert table.loc[("b", "fast"), "std"] == 1.0
    assert table.loc[("a", "fast"), "std"] == 0.0


def test_only_drivers_that_vary_are_listed() -> None:
    table = driver_summary(two_scenarios())
    assert list(table["driver"]) == ["growth"]
    assert table["rank_correlation"].item() == pytest.approx(1.0)


def test_the_most_influential_driver_comes_first(region: Region) -> None:
    source = {"kind": "drivers", "ev_adoption": [1.0, 3.0], "population_growth": [0.0, 0.01]}
    made = generate(region, parse_config({"source": source}), num_scenarios=256, seed=1)
    table = driver_summary(made)
    assert table["driver"].iloc[0] == "ev_adoption"
    assert table["rank_correlation"].iloc[0] > 0.9


def test_a_stress_scenario_without_drivers_does_not_disturb_them(region: Region) -> None:
    source = {"kind": "drivers", "ev_adoption": [1.0, 3.0]}
    stress = [{"name": "x", "weight": 0.1}]
    config = parse_config({"source": source, "stress": stress})
    table = driver_summary(generate(region, config, num_scenarios=64, seed=1))
    assert table["mean"].item() == pytest.approx(2.0, abs=0.02)


def test_correlation_falls_with_distance_to_what_all_share(region: Region) -> None:
    noise = {"spread": 0.3, "range_share": 0.15, "nugget": 0.0}
    config = parse_config({"source": {"kind": "drivers", "local_noise": noise}})
    made = generate(region, config, num_scenarios=1024, seed=1)
    table = correlation_by_distance(region, made)
    assert table["distance"].is_monotonic_increasing
    assert table["correlation"].iloc[0] > table["correlation"].iloc[-1] + 0.1


def test_too_few_varying_zones_give_an_empty_table(region: Region) -> None:
    constant = ScenarioSet.equiprobable(
        np.repeat(region.demand[None], 3, axis=0), region.zones.ids, region.types
    )
    assert correlation_by_distance(region, constant).empty
