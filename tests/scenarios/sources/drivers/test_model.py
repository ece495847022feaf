"""Named drivers: each formula on its own, on a region of a few zones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robustev.core.arrays import FloatArray
from robustev.core.errors import ConfigError, InputError
from robustev.data.region import Region
from robustev.scenarios.sampling import draw
from robustev.scenarios.sources import DriverSource
from robustev.scenarios.sources.drivers.areas import Area, residents
from robustev.scenarios.sources.drivers.model import DriverModel
from tests.scenarios.conftest import grid_region


def forecast(region: Region, **drivers: Any) -> DriverModel:
    source = DriverSource.model_validate({"local_noise": None} | drivers)
    return DriverModel.prepare(source, region)


def demand(region: Region, **drivers: Any) -> FloatArray:
    """Demand of one scenario with every driver at its median, shape (zones, types)."""
    return forecast(region, **drivers).with_drivers({})[0][0]


def test_no_driver_is_the_reference_demand(region: Region) -> None:
    np.testing.assert_allclose(demand(region), region.demand)


def test_growth_adoption_and_need_multiply(region: Region) -> None:
    made = demand(region, population_growth=0.1, ev_adoption=2.0, charging_need=0.5)
    np.testing.assert_allclose(made, 1.1 * region.demand)


def test_new_households_go_where_they_are_sent(region: Region) -> None:
    made = demand(
        region,
        population_growth=0.2,
        new_households=[{"name": "new_east", "to": {"side": "east"}, "share": 0.75}],
    )
    people, east = residents(region), Area(side="east").mask(region)
    ratio = made[:, 0] / region.demand[:, 0]
    np.testing.assert_allclose(ratio[~east], 1.05)
    expected = 1.05 + 0.15 * people.sum() / people[east].sum()
    np.testing.assert_allclose(ratio[east], expected)


def test_a_shrinking_region_sends_nobody(region: Region) -> None:
    sent = [{"name": "new_east", "to": {"side": "east"}, "share": 0.5}]
    made = demand(region, population_growth=-0.1, new_households=sent)
    np.testing.assert_allclose(made, 0.9 * region.demand)


def test_places_that_ask_for_more_than_all_growth_get_less_in_proportion(region: Region) -> None:
    sent = [
        {"name": "one", "to": {"side": "east"}, "share": 0.9},
        {"name": "two", "to": {"side": "west"}, "share": 0.9},
    ]
    source = forecast(region, population_growth=0.1, new_households=sent)
    people = residents(region)
    drivers = source.driver_values(np.full((1, len(source.source.distributions())), 0.5))
    moved = source.population.ratio(drivers)[0] * people
    assert moved.sum() == pytest.approx(1.1 * people.sum())
    assert (moved >= people - 1e-9).all()


MOVE = {"name": "flight", "source": {"ring": "core"}, "to": {"ring": "edge"}, "share": 0.2}


def test_migration_empties_the_source_and_fills_the_goal(region: Region) -> None:
    made = demand(region, migration=[MOVE])
    ratio = made[:, 0] / region.demand[:, 0]
    np.testing.assert_allclose(ratio[Area(ring="core").mask(region)], 0.8)
    assert (ratio[Area(ring="edge").mask(region)] > 1).all()
    np.testing.assert_allclose(ratio[Area(ring="inner").mask(region)], 1.0)


@settings(max_examples=40, deadline=None)
@given(
    share=st.floats(-0.9, 0.9),
    pull=st.floats(-1, 1),
    growth=st.floats(-0.5, 0.5),
)
def test_moving_people_about_keeps_their_number(share: float, pull: float, growth: float) -> None:
    region = grid_region()
    source = forecast(
        region, population_growth=growth, densification=pull, migration=[MOVE | {"share": share}]
    )
    drivers = source.driver_values(np.full((1, len(source.source.distributions())), 0.5))
    people = residents(region)
    moved = source.population.ratio(drivers)[0] * people
    assert moved.sum() == pytest.approx((1 + growth) * people.sum())
    assert (moved >= 0).all()


def test_densification_pulls_people_to_crowded_zones(region: Region) -> None:
    ratio = demand(region, densification=0.4)[:, 0] / region.demand[:, 0]
    crowded = Area(density="dense").mask(region)
    assert ratio[crowded].min() > 1.0
    assert ratio.min() < 0.8


def test_a_new_town_adds_people_in_its_place_only(region: Region) -> None:
    town = [{"name": "town", "at": {"zones": ["z0", "z1"]}, "size": 0.1}]
    source = forecast(region, new_town=town)
    people = residents(region)
    drivers = source.driver_values(np.full((1, 5), 0.5))
    added = source.population.ratio(drivers)[0] * people - people
    np.testing.assert_allclose(added[:2], 0.05 * people.sum())
    np.testing.assert_allclose(added[2:], 0.0, atol=1e-9)


def test_ageing_lowers_need_in_its_place(region: Region) -> None:
    made = demand(region, ageing=[{"where": {"ring": "edge"}, "share": 0.5, "need_ratio": 0.6}])
    ratio = made[:, 0] / region.demand[:, 0]
    edge = Area(ring="edge").mask(region)
    np.testing.assert_allclose(ratio[edge], 0.8)
    np.testing.assert_allclose(ratio[~edge], 1.0)


def test_income_works_through_its_elasticity(region: Region) -> None:
    made = demand(region, income=[{"growth": 0.21, "elasticity": 0.5}])
    np.testing.assert_allclose(made, 1.1 * region.demand)


def test_a_type_gains_at_equal_totals(region: Region) -> None:
    made = demand(region, types=[{"type": "fast", "log_odds": np.log(2.0)}])
    np.testing.assert_allclose(made.sum(axis=1), region.demand.sum(axis=1))
    odds = (made[:, 1] / made[:, 0]) / (region.demand[:, 1] / region.demand[:, 0])
    np.testing.assert_allclose(odds, 2.0)


def test_local_noise_has_mean_one_and_its_spread(region: Region) -> None:
    noise = {"spread": 0.3, "nugget": 0.2, "leading_modes": 2}
    source = forecast(region, local_noise=noise)
    sample = source.sample(draw("sobol", 4096, source.leading, seed=1))
    ratio = sample.demand[:, :, 0] / region.demand[:, 0]
    np.testing.assert_allclose(ratio.mean(axis=0), 1.0, atol=0.02)
    np.testing.assert_allclose(np.log(ratio).std(axis=0), 0.3, atol=0.02)


def test_neighbours_share_their_noise_more_than_distant_zones(region: Region) -> None:
    source = forecast(region, local_noise={"spread": 0.3, "nugget": 0.0, "range_share": 0.2})
    sample = source.sample(draw("sobol", 1024, source.leading, seed=1))
    with_workers = np.corrcoef(np.log(sample.demand[:, :, 0]).T)
    assert with_workers[0, 1] > with_workers[0, 5] + 0.2


def test_drivers_are_correlated_as_told(region: Region) -> None:
    source = forecast(
        region,
        population_growth=[0.0, 0.1],
        ev_adoption={"distribution": "normal", "mean": 2, "std": 0.1, "low": 0},
        correlations=[{"between": ["population_growth", "ev_adoption"], "value": 0.8}],
    )
    drivers = source.sample(draw("sobol", 2048, source.leading, seed=3)).drivers
    rank = np.corrcoef(
        drivers["population_growth"].argsort().argsort(), drivers["ev_adoption"].argsort().argsort()
    )[0, 1]
    assert rank == pytest.approx(6 / np.pi * np.arcsin(0.4), abs=0.02)


def test_every_driver_changes_what_it_says(region: Region) -> None:
    ranges: dict[str, Any] = {
        "population_growth": [0.0, 0.1],
        "ev_adoption": [1.0, 2.0],
        "migration": [MOVE | {"share": [0.0, 0.3]}],
    }
    made = forecast(region, **ranges)
    drivers = made.sample(draw("sobol", 64, made.leading, seed=0)).drivers
    assert np.ptp(drivers["flight"]) > 0.25
    assert np.ptp(drivers["densification"]) == 0.0


@pytest.mark.parametrize(
    ("drivers", "reason"),
    [
        ({"migration": [MOVE | {"share": [0.0, 1.5]}]}, "only -1 to 1 makes sense"),
        ({"population_growth": [-2, 0]}, "only -1 to inf makes sense"),
        ({"ageing": [{"share": [-0.1, 0.2]}]}, "only 0 to 1 makes sense"),
        ({"ev_adoption": {"distribution": "normal", "mean": 1, "std": 1}}, "set 'low' and 'high'"),
        ({"migration": [MOVE, MOVE]}, "driver names repeat: flight"),
        (
            {"correlations": [{"between": ["flihgt", "ev_adoption"], "value": 1}],
             "migration": [MOVE]},
            "is 'flight' meant",
        ),
        ({"correlations": [{"between": ["ev_adoption", "ev_adoption"], "value": 1}]}, "itself"),
    ],
)  # fmt: skip
def test_senseless_drivers_are_refused(drivers: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        DriverSource.model_validate(drivers)


def test_an_unknown_type_is_refused_with_the_nearest(region: Region) -> None:
    with pytest.raises(ConfigError, match="is 'fast' meant"):
        forecast(region, types=[{"type": "fsat", "log_odds": 0.1}])


def test_contradicting_correlations_are_refused(region: Region) -> None:
    pairs = [
        {"between": ["population_growth", "ev_adoption"], "value": 0.9},
        {"between": ["ev_adoption", "charging_need"], "value": 0.9},
        {"between": ["population_growth", "charging_need"], "value": -0.9},
    ]
    with pytest.raises(InputError, match="positive semidefinite"):
        forecast(region, correlations=pairs)
