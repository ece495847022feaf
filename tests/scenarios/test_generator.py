"""Generation: reproducible, bounded in memory, from whichever source suits the region."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from robustev.core.errors import ConfigError
from robustev.data.region import History, Region
from robustev.model.instance import build_instance
from robustev.model.model import Model
from robustev.scenarios import generator, parse_config
from robustev.scenarios.generator import (
    chosen_source,
    demand_bytes,
    generate,
    generate_with_report,
    samples,
)
from robustev.scenarios.sources import DemandDistribution
from robustev.scenarios.sources.drivers.model import DriverModel
from robustev.scenarios.sources.history.model import HistoryModel
from robustev.scenarios.sources.zones.model import ZoneModel
from tests.scenarios.conftest import grid_region, grown_history

SOURCES: list[dict[str, Any]] = [
    {"kind": "drivers", "ev_adoption": [1.0, 2.0], "densification": [-0.2, 0.2]},
    {"kind": "zones", "spread": 0.4},
    {"kind": "history", "horizon": 2},
    {"kind": "history", "residuals": "bootstrap"},
]


def made_by(region: Region, source: dict[str, Any] | None) -> DemandDistribution:
    return chosen_source(region, parse_config({"source": source})).distribution(region)


@pytest.fixture(scope="module")
def panel_region() -> Region:
    return grid_region(types=("demand",), history=grown_history())


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: "-".join(map(str, s.values())))
@pytest.mark.parametrize("sampling", ["monte_carlo", "antithetic", "sobol"])
def test_scenario_k_is_the_same_to_the_last_bit_however_many_are_drawn(
    panel_region: Region, source: dict[str, Any], sampling: str
) -> None:
    config = parse_config({"source": source, "sampling": sampling})
    few = generate(panel_region, config, num_scenarios=3, seed=5)
    many = generate(panel_region, config, num_scenarios=70, seed=5)
    np.testing.assert_array_equal(few.demand, many.demand[:3])
    for name, values in few.drivers.items():
        np.testing.assert_array_equal(values, many.drivers[name][:3])


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: "-".join(map(str, s.values())))
def test_another_seed_gives_other_scenarios(panel_region: Region, source: dict[str, Any]) -> None:
    config = parse_config({"source": source})
    one = generate(panel_region, config, num_scenarios=4, seed=1)
    two = generate(panel_region, config, num_scenarios=4, seed=2)
    assert not np.allclose(one.demand, two.demand)


def test_a_latin_hypercube_repeats_with_its_seed_and_count(panel_region: Region) -> None:
    config = parse_config({"source": SOURCES[0], "sampling": "latin_hypercube"})
    one = generate(panel_region, config, num_scenarios=9, seed=1)
    np.testing.assert_array_equal(
        one.demand, generate(panel_region, config, num_scenarios=9, seed=1).demand
    )


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (SOURCES[0], DriverModel),
        (SOURCES[1], ZoneModel),
        (SOURCES[2], HistoryModel),
        (None, HistoryModel),
    ],
)
def test_the_source_decides_the_distribution(
    panel_region: Region, source: dict[str, Any] | None, kind: type
) -> None:
    assert isinstance(made_by(panel_region, source), kind)


@pytest.mark.parametrize("years", [None, 3])
def test_without_a_long_history_growth_is_driven(years: int | None) -> None:
    history = grown_history(years=years) if years else None
    region = grid_region(types=("demand",), history=history)
    assert isinstance(made_by(region, None), DriverModel)


def test_years_can_be_held_back(panel_region: Region) -> None:
    source = {"kind": "history", "first_year": 2011, "last_year": 2014}
    forecast = made_by(panel_region, source)
    assert isinstance(forecast, HistoryModel)
    assert forecast.panel.years == (2011, 2012, 2013, 2014)


@pytest.mark.parametrize(
    ("region", "source", "reason"),
    [
        (grid_region(), {"kind": "history"}, "has no history to fit"),
        (
            grid_region(types=("demand",), history=grown_history()),
            {"kind": "history", "last_year": 1999},
            "no year of the history",
        ),
    ],
)
def test_a_history_that_is_not_there_is_refused(
    region: Region, source: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ConfigError, match=reason):
        generate(region, parse_config({"source": source}), num_scenarios=2, seed=0)


def test_a_set_beyond_the_limit_is_refused_with_its_size(region: Region) -> None:
    assert demand_bytes(region, 1000) == 8 * 1000 * 36 * 2
    config = parse_config({"max_gigabytes": 0.0005})
    with pytest.raises(ConfigError, match=r"1,000 scenarios of 36 zones .* need 0\.000\d+ GB"):
        generate(region, config, num_scenarios=1000, seed=0)


def test_too_many_scenarios_to_reduce_are_refused_before_they_are_drawn(region: Region) -> None:
    config = parse_config({"reduction": {"to": 3}})
    with pytest.raises(ConfigError, match="at most 10,000 scenarios can be reduced, not 10,001"):
        generate(region, config, num_scenarios=10_001, seed=0)


def test_repairs_and_stand_ins_are_noted() -> None:
    history = grown_history(years=4)
    gap = History((2010, 2011, 2012, 2014), history.demand)
    region = grid_region(types=("demand",), history=gap)
    made = generate_with_report(
        region, parse_config({"source": {"kind": "history"}}), num_scenarios=2, seed=0
    )
    assert "missing years [2013]" in made.notes[0]
    region = grid_region(population=False)
    made = generate_with_report(region, parse_config({}), num_scenarios=2, seed=0)
    assert "stands in for residents" in made.notes[0]


def test_pieces_add_up_to_the_whole(region: Region) -> None:
    config = parse_config({"source": SOURCES[0]})
    pieces = list(samples(region, config, num_scenarios=150, seed=3))
    whole = generate(region, config, num_scenarios=150, seed=3)
    assert [len(piece.demand) for piece in pieces] == [64, 64, 22]
    np.testing.assert_array_equal(np.concatenate([p.demand for p in pieces]), whole.demand)


def test_reduction_keeps_few_of_many_and_reports_the_loss(region: Region) -> None:
    config = parse_config({"source": SOURCES[0], "reduction": {"to": 5}})
    made = generate_with_report(region, config, num_scenarios=60, seed=1)
    assert len(made.full) == 60
    assert len(made.scenarios) == 5
    assert made.reduction is not None
    assert 0 < made.reduction.relative_error < 1


def test_stress_scenarios_come_on_top_of_the_reduced_set(region: Region) -> None:
    stress = [{"name": "boom", "weight": 0.1, "scale": 2.0}]
    config = parse_config({"source": SOURCES[0], "reduction": {"to": 5}, "stress": stress})
    made = generate_with_report(region, config, num_scenarios=40, seed=1)
    assert made.scenarios.names[-1] == "boom"
    np.testing.assert_allclose(made.scenarios.demand[-1], 2.0 * made.full.mean().demand[0])
    np.testing.assert_allclose(made.scenarios.probability[:5].sum(), 0.9)


def test_a_very_large_set_is_the_same_in_single_precision(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What differs is the rounding of each number alone, stress scenarios and reduction too."""
    stress = [{"name": "boom", "weight": 0.1, "scale": 2.0}]
    config = parse_config({"source": SOURCES[0], "stress": stress, "reduction": {"to": 9}})
    double = generate(region, config, num_scenarios=40, seed=1)
    monkeypatch.setattr(generator, "SINGLE_BEYOND", 1000)
    assert demand_bytes(region, 40) == 4 * 40 * 36 * 2
    single = generate(region, config, num_scenarios=40, seed=1)
    assert single.demand.dtype == np.float32
    assert single.names == double.names
    np.testing.assert_allclose(single.demand, double.demand, rtol=2e-7)
    np.testing.assert_array_equal(single.demand[:9], double.demand[:9].astype(np.float32))
    made = build_instance(region, single, Model(unserved_penalty=10.0))
    assert made.demand.dtype == np.float64


def test_scenarios_of_many_zones_are_made_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generator, "BLOCK_VALUES", 720)
    config = parse_config({"source": SOURCES[0]})
    pieces = list(samples(grid_region(), config, num_scenarios=25, seed=3))
    assert [len(piece.demand) for piece in pieces] == [10, 10, 5]


def test_demand_and_drivers_are_immutable(region: Region) -> None:
    scenarios = generate(region, parse_config({}), num_scenarios=2, seed=0)
    with pytest.raises(ValueError, match="read-only"):
        scenarios.demand[0, 0, 0] = 1.0
