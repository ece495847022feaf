"""Pictures: they carry the numbers of the set, for every kind of region."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.scenarios import parse_config
from robustev.scenarios.generator import generate
from robustev.scenarios.pictures import (
    distance_figure,
    driver_figure,
    fan_figure,
    map_figure,
    write_pictures,
)
from tests.scenarios.conftest import grid_region, grown_history


@pytest.fixture(scope="module")
def panel() -> tuple[Region, ScenarioSet]:
    region = grid_region(types=("demand",), history=grown_history())
    return region, generate(region, parse_config({}), num_scenarios=64, seed=0)


def test_the_map_shows_mean_and_relative_spread(panel: tuple[Region, ScenarioSet]) -> None:
    region, scenarios = panel
    mean, spread = map_figure(region, scenarios).data
    demand = scenarios.demand.sum(axis=2)
    np.testing.assert_allclose(sorted(mean.marker.color), sorted(demand.mean(axis=0)))
    relative = demand.std(axis=0) / demand.mean(axis=0)
    by_zone = dict(zip(spread.text, spread.marker.color, strict=True))
    assert by_zone["z7"] == pytest.approx(relative[7])


def test_a_region_without_coordinates_has_a_map_too() -> None:
    region = grid_region(coordinates=False)
    scenarios = generate(region, parse_config({}), num_scenarios=8, seed=0)
    assert len(map_figure(region, scenarios).data[0].x) == region.num_zones


def test_the_fan_opens_from_the_last_observed_total(panel: tuple[Region, ScenarioSet]) -> None:
    region, scenarios = panel
    figure = fan_figure(region, scenarios, "2017")
    wide, narrow, middle, past = figure.data
    assert region.history is not None
    assert past.y[-1] == middle.y[0] == pytest.approx(region.history.demand[-1].sum())
    total = scenarios.demand.sum(axis=(1, 2))
    assert wide.y[1] >= narrow.y[1] >= middle.y[1] >= narrow.y[2] >= wide.y[2]
    assert np.mean((total <= wide.y[1]) & (total >= wide.y[2])) == pytest.approx(0.9, abs=0.05)
    assert list(figure.layout.xaxis.categoryarray)[-2:] == ["2016", "2017"]


def test_without_a_history_the_fan_opens_from_today(region: Region) -> None:
    scenarios = generate(region, parse_config({}), num_scenarios=8, seed=0)
    assert list(fan_figure(region, scenarios).data[-1].x) == ["today"]


def test_every_varying_driver_has_a_histogram(panel: tuple[Region, ScenarioSet]) -> None:
    _, scenarios = panel
    figure = driver_figure(scenarios)
    assert len(figure.data) == 4
    for bars in figure.data:
        assert sum(bars.y) == pytest.approx(1.0)


def test_no_varying_driver_is_said_in_words(region: Region) -> None:
    constant = ScenarioSet.equiprobable(region.demand[None], region.zones.ids, region.types)
    assert driver_figure(constant).layout.title.text == "No driver varies"


def test_distance_carries_its_unit(panel: tuple[Region, ScenarioSet]) -> None:
    assert "coordinate units" in distance_figure(*panel).layout.xaxis.title.text


def test_one_file_holds_all_pictures_without_a_network(
    panel: tuple[Region, ScenarioSet], tmp_path: Path
) -> None:
    write_pictures(*panel, tmp_path / "scenarios.html")
    page = (tmp_path / "scenarios.html").read_text(encoding="utf-8")
    assert page.count("Plotly.newPlot(") >= 4
    assert 'src="https://cdn' not in page
