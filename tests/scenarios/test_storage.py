"""Scenario files: what is written is read, streamed or not, and half a file never counts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from robustev.core.errors import InputError
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.scenarios import parse_config
from robustev.scenarios.generator import generate
from robustev.scenarios.storage import (
    DEMAND_FILE,
    DRIVERS_FILE,
    read_scenarios,
    stream_scenarios,
    write_scenarios,
)

CONFIG = parse_config({"source": {"kind": "drivers", "ev_adoption": [1.0, 2.0]}})


def assert_same(one: ScenarioSet, other: ScenarioSet) -> None:
    np.testing.assert_array_equal(one.demand, other.demand)
    np.testing.assert_allclose(one.probability, other.probability, rtol=1e-15)
    assert (one.names, one.zones, one.types) == (other.names, other.zones, other.types)
    assert set(one.drivers) == set(other.drivers)
    for name, values in one.drivers.items():
        np.testing.assert_array_equal(values, other.drivers[name])


def test_a_set_survives_the_round_trip(region: Region, tmp_path: Path) -> None:
    stressed = CONFIG.model_copy(
        update={"stress": parse_config({"stress": [{"name": "x", "weight": 0.3}]}).stress}
    )
    scenarios = generate(region, stressed, num_scenarios=10, seed=1)
    write_scenarios(scenarios, tmp_path)
    assert_same(read_scenarios(tmp_path), scenarios)


def test_a_streamed_set_is_the_generated_one(region: Region, tmp_path: Path) -> None:
    stream_scenarios(region, CONFIG, tmp_path / "new", num_scenarios=150, seed=1)
    assert_same(
        read_scenarios(tmp_path / "new"), generate(region, CONFIG, num_scenarios=150, seed=1)
    )


def test_the_table_is_long_and_readable_by_pandas(region: Region, tmp_path: Path) -> None:
    scenarios = generate(region, CONFIG, num_scenarios=3, seed=1)
    write_scenarios(scenarios, tmp_path)
    frame = pd.read_parquet(tmp_path / DEMAND_FILE)
    assert list(frame.columns) == ["scenario", "zone", "type", "demand"]
    row = frame[(frame.scenario == "s0002") & (frame.zone == "z7") & (frame.type == "fast")]
    assert row["demand"].item() == scenarios.demand[2, 7, 1]


def test_tables_of_plain_text_columns_are_read_too(region: Region, tmp_path: Path) -> None:
    scenarios = generate(region, CONFIG, num_scenarios=3, seed=1)
    frame = scenarios.to_frame().astype({"scenario": str, "zone": str, "type": str})
    frame.to_parquet(tmp_path / DEMAND_FILE)
    scenarios.driver_frame().to_parquet(tmp_path / DRIVERS_FILE)
    assert_same(read_scenarios(tmp_path), scenarios)


def test_missing_rows_are_refused(region: Region, tmp_path: Path) -> None:
    scenarios = generate(region, CONFIG, num_scenarios=3, seed=1)
    scenarios.to_frame().iloc[:-1].to_parquet(tmp_path / DEMAND_FILE)
    scenarios.driver_frame().to_parquet(tmp_path / DRIVERS_FILE)
    with pytest.raises(InputError, match="215 rows; expected 216"):
        read_scenarios(tmp_path)


def test_the_order_of_rows_does_not_matter(region: Region, tmp_path: Path) -> None:
    scenarios = generate(region, CONFIG, num_scenarios=3, seed=1)
    scenarios.to_frame().sort_values("demand").to_parquet(tmp_path / DEMAND_FILE)
    scenarios.driver_frame().to_parquet(tmp_path / DRIVERS_FILE)
    assert_same(read_scenarios(tmp_path), scenarios)


def test_scenarios_without_probability_are_refused(region: Region, tmp_path: Path) -> None:
    scenarios = generate(region, CONFIG, num_scenarios=3, seed=1)
    write_scenarios(scenarios, tmp_path)
    scenarios.driver_frame().iloc[:2].to_parquet(tmp_path / DRIVERS_FILE)
    with pytest.raises(InputError, match="no probability"):
        read_scenarios(tmp_path)


def test_a_folder_without_scenarios_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=str(tmp_path)):
        read_scenarios(tmp_path)


def test_what_needs_the_whole_set_cannot_be_streamed(region: Region, tmp_path: Path) -> None:
    config = parse_config({"reduction": {"to": 3}})
    with pytest.raises(InputError, match="not reduced"):
        stream_scenarios(region, config, tmp_path, num_scenarios=5, seed=1)
    assert not list(tmp_path.iterdir())
