"""Pictures of the scenarios weigh them by their probability."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from robustev.data.scenarios import ScenarioSet
from robustev.report import ResultFolder, StoredRegion
from robustev.report.figures import driver_figure, fan_figure, mean_map, spread_map, zone_frame
from robustev.results.schema import RegionDocument


@pytest.fixture
def results() -> ResultFolder:
    demand = np.array([[[1.0], [4.0]], [[3.0], [4.0]]])
    drivers = {"growth": np.array([0.1, 0.3]), "fixed": np.array([1.0, 1.0])}
    scenarios = ScenarioSet(
        demand, np.array([0.25, 0.75]), ("s", "t"), ("a", "b"), ("ev",), drivers
    )
    zones = pd.DataFrame({"id": ["a", "b"], "x": [0.0, 1.0], "y": [0.0, 1.0], "demand_ev": [1, 4]})
    region = StoredRegion(RegionDocument(types=("ev",)), zones, zones[["id", "x", "y"]])
    return ResultFolder(Path(), region=region, scenarios=scenarios)


def test_zone_figures_are_weighted(results: ResultFolder) -> None:
    table = zone_frame(results).set_index("zone")
    assert table["mean"].tolist() == [2.5, 4.0]
    assert table["std"].tolist() == pytest.approx([np.sqrt(0.75), 0.0])
    assert table["relative_std"]["b"] == 0.0


def test_the_distribution_of_totals_holds_all_probability(results: ResultFolder) -> None:
    bars = fan_figure(results).data[0]
    assert sum(bars.y) == pytest.approx(1.0)


def test_with_a_history_the_fan_starts_at_its_end(results: ResultFolder) -> None:
    assert results.region is not None
    history = pd.DataFrame({"year": [2001, 2001, 2002], "demand": [1.0, 1.0, 5.0]})
    past = replace(results, region=replace(results.region, history=history))
    figure = fan_figure(past)
    fans = [trace for trace in figure.data if trace.fill == "toself"]
    assert [fan.y[0] for fan in fans] == [5.0, 5.0]
    assert list(figure.layout.xaxis.categoryarray) == ["2001", "2002", "scenarios"]
    assert [trace.y.tolist() for trace in figure.data if trace.name == "observed"] == [[2.0, 5.0]]


def test_a_fitted_history_names_the_year_of_its_scenarios(results: ResultFolder) -> None:
    assert results.region is not None
    history = pd.DataFrame({"year": [2001, 2002], "demand": [1.0, 5.0]})
    config = {"scenarios": {"source": {"kind": "history", "horizon": 3}}}
    past = replace(results, region=replace(results.region, history=history), config=config)
    assert fan_figure(past).layout.xaxis.categoryarray[-1] == "2005"


def test_only_drivers_that_vary_are_drawn(results: ResultFolder) -> None:
    assert list(driver_figure(results).data[0].y) == ["growth"]


def test_maps_colour_each_zone_by_its_own_figure(results: ResultFolder) -> None:
    assert mean_map(results).data[0].marker.color.tolist() == [2.5, 4.0]
    assert spread_map(results).data[0].marker.color[1] == 0.0


def test_there_is_nothing_to_draw_without_scenarios(results: ResultFolder) -> None:
    with pytest.raises(ValueError, match="no scenarios"):
        fan_figure(replace(results, scenarios=None))
