"""Forecasts count what the model holds, and name the method that should be quickest."""

from dataclasses import replace

import numpy as np
import pytest

from robustev.data.scenarios import ScenarioSet
from robustev.methods.estimate import forecast
from robustev.methods.rates import Rate
from robustev.methods.size import Regime, regime_of, size_of
from robustev.model.model import Model, Stations
from robustev.model.pyomo_model import scenario_model
from robustev.model.risk import CVaR, RiskMeasure, WorstCase
from tests import instances
from tests.instances import PENALTY

GAP = 1e-3


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(Model(unserved_penalty=9), id="split by type"),
        pytest.param(Model(unserved_penalty=9, split="shared"), id="shared split"),
        pytest.param(Model(unserved_penalty=9, reach={"nearest": 1}), id="sparse arcs"),
    ],
)
def test_variables_are_those_of_the_stated_model(model: Model) -> None:
    drawn = instances.random_instance(0, model=model, types=2)
    demand = drawn.region.demand * np.arange(1, 4)[:, None, None]  # the model leaves out zeros
    zones, types = drawn.scenarios.zones, drawn.scenarios.types
    instance = drawn.with_scenarios(ScenarioSet.equiprobable(demand, zones, types))
    stated = scenario_model(instance, 0)
    first_stage = len(stated.open) + len(stated.chargers)
    second_stage = len(stated.assign) + len(stated.unserved)
    ahead = forecast(instance, GAP)
    assert ahead.variables == first_stage + len(instance.scenarios) * second_stage
    assert ahead.arcs == len(instance.scenarios) * len(stated.assign)


def test_more_scenarios_and_smaller_gaps_ask_for_more() -> None:
    instance = instances.random_instance(0)
    one, all_of_them = forecast(instance.subset([0]), GAP), forecast(instance, GAP)
    closer = forecast(instance, GAP / 10)
    for method in ("ef", "benders", "ph"):
        assert one.seconds[method] < all_of_them.seconds[method] < closer.seconds[method]
    assert one.gigabytes["ef"] < all_of_them.gigabytes["ef"]


def test_no_gap_at_all_is_asked_for_in_finite_time() -> None:
    assert np.isfinite(list(forecast(instances.random_instance(0), 0.0).seconds.values())).all()


def test_a_rate_is_told_in_seconds() -> None:
    rate = Rate(start=1.0, scale=2.0, growth=1.5, depth=0.5, breadth=2.0)
    assert rate.seconds(4e5, 50, 1e-3) == pytest.approx(1 + 2 * 8)
    assert rate.seconds(1e5, 50, 1e-5) == pytest.approx(1 + 2 * 10)
    assert rate.seconds(1e5, 150, 1e-3) == pytest.approx(1 + 2 * 9)


@pytest.mark.parametrize(
    ("changes", "regime"),
    [
        pytest.param({"opening_cost": np.zeros(3)}, Regime.COUNTS, id="opening is free"),
        pytest.param({"min_open": np.ones(3, dtype=bool)}, Regime.COUNTS, id="all stands"),
        pytest.param({}, Regime.TIGHT, id="chargers are paid for"),
        pytest.param({"charger_cost": np.zeros(1)}, Regime.TIGHT, id="few slots"),
        pytest.param(
            {"charger_cost": np.zeros(1), "fixed_capacity": np.full((3, 1), np.inf)},
            Regime.NEAREST,
            id="no limit of capacity",
        ),
        pytest.param(
            {"charger_cost": np.zeros(1), "fixed_capacity": np.full((3, 1), 40.0)},
            Regime.NEAREST,
            id="room for all everywhere",
        ),
        pytest.param(
            {"charger_cost": np.zeros(1), "fixed_capacity": np.array([[np.inf], [5.0], [np.inf]])},
            Regime.OPENINGS,
            id="room for all at some sites",
        ),
    ],
)
def test_what_there_is_to_decide(changes: dict[str, object], regime: Regime) -> None:
    assert regime_of(replace(instances.random_instance(0), **changes)) is regime  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("goal", "regime"),
    [
        (CVaR(tail=1.0), Regime.NEAREST),
        (CVaR(tail=0.5), Regime.TIGHT),
        (WorstCase(), Regime.TIGHT),
    ],
)
def test_mean_demand_is_enough_for_expected_cost_alone(goal: RiskMeasure, regime: Regime) -> None:
    instance = instances.random_instance(0, model=Model(capacitated=False, objective=goal))
    assert regime_of(instance) is regime
    assert regime_of(instance.subset([0])) is Regime.NEAREST


def test_where_everyone_goes_to_the_nearest_cuts_are_quickest_whatever_the_scenarios() -> None:
    model = Model(capacitated=False, stations=Stations(exactly=3))
    few, many = (
        forecast(instances.random_instance(0, model=model, sites=9, zones=50, scenarios=count), GAP)
        for count in (1, 200)
    )
    assert few.cheapest == many.cheapest == "benders"
    assert few.seconds["benders"] == many.seconds["benders"]


def test_a_limit_on_stations_makes_free_openings_a_decision() -> None:
    model = Model(unserved_penalty=PENALTY, stations=Stations(maximum=2))
    instance = replace(instances.random_instance(0, model=model), opening_cost=np.zeros(3))
    assert regime_of(instance) is not Regime.COUNTS


def test_small_problems_go_into_one_model_and_large_ones_do_not() -> None:
    assert forecast(instances.random_instance(0), GAP).cheapest == "ef"
    large = instances.random_instance(0, scenarios=5000)
    assert forecast(large, GAP).cheapest == "benders"


def test_the_reason_tells_every_method_and_the_regime() -> None:
    text = forecast(instances.random_instance(0), GAP).reason()
    assert all(f"{method} " in text for method in ("ef", "benders", "ph"))
    assert "36 assignment variables, openings to decide under tight capacity" in text


def test_a_measure_that_weighs_few_scenarios_leaves_one_model_small() -> None:
    """Of many scenarios the worst decide, while cuts ask about all of them."""
    worst = Model(unserved_penalty=PENALTY, objective=WorstCase())
    mean = forecast(instances.random_instance(0, scenarios=50), GAP)
    few = forecast(instances.random_instance(0, scenarios=50, model=worst), GAP)
    assert few.seconds["ef"] < mean.seconds["ef"]
    assert few.gigabytes["ef"] < mean.gigabytes["ef"]
    assert few.seconds["benders"] > mean.seconds["benders"]
    assert few.arcs == mean.arcs


def test_memory_grows_with_arcs_not_with_pairs() -> None:
    drawn = instances.random_instance(0, sites=20, zones=200)
    few = instances.random_instance(
        0, sites=20, zones=200, model=Model(unserved_penalty=9, reach={"nearest": 1})
    )
    whole, sparse = (forecast(of, GAP).gigabytes["benders"] for of in (drawn, few))
    assert sparse < whole
    assert size_of(few).numbers[1] == len(few.arcs)
