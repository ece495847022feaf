"""Forecasts count what the model holds."""

from dataclasses import replace

import numpy as np
import pytest

from robustev.experiment.predict import forecast
from robustev.formulation.assemble import scenario_model
from robustev.model import Model
from robustev.problem import Problem, build_problem
from robustev.region import ChargerKind, Region
from robustev.region.region import Sites, Zones
from robustev.scenario import ScenarioSet


def tiny_problem(model: Model) -> Problem:
    """Two sites, three zones; one kind that serves 4 units of each type."""
    types = ("a", "b")
    demand = np.arange(1.0, 1 + 3 * len(types)).reshape(3, len(types))
    region = Region(
        name="tiny",
        zones=Zones(("z1", "z2", "z3")),
        sites=Sites(
            ids=("s1", "s2"),
            slots=np.full(2, 3),
            existing=np.zeros((2, 1), dtype=np.int64),
            existing_open=np.zeros(2, dtype=bool),
            opening_cost=np.zeros(2),
            fixed_capacity=np.zeros((2, len(types))),
        ),
        kinds=(ChargerKind("k", dict.fromkeys(types, 4.0)),),
        types=types,
        demand=demand,
        travel=np.array([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]),
    )
    scenarios = ScenarioSet.equiprobable(np.stack([demand, 2 * demand]), region.zones.ids, types)
    return build_problem(region, scenarios, model)


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(Model(unserved_penalty=9), id="split by type"),
        pytest.param(Model(unserved_penalty=9, split="shared"), id="shared split"),
        pytest.param(Model(unserved_penalty=9, reach={"nearest": 1}), id="sparse arcs"),
    ],
)
def test_variables_are_those_of_the_stated_model(model: Model) -> None:
    problem = tiny_problem(model)
    stated = scenario_model(problem, 0)
    first_stage = len(stated.open) + len(stated.chargers)
    second_stage = len(stated.assign) + len(stated.unserved)
    assert forecast(problem).variables == first_stage + 2 * second_stage


def test_more_scenarios_ask_for_more() -> None:
    problem = tiny_problem(Model())
    one, two = forecast(problem.subset([0])), forecast(problem)
    assert one.variables < two.variables
    assert one.gigabytes("ef") < two.gigabytes("ef")
    assert one.seconds("ph") < two.seconds("ph")


def test_what_stands_already_leaves_less_to_decide() -> None:
    free = tiny_problem(Model())
    standing = replace(free, min_open=np.ones(2, dtype=bool))
    assert forecast(standing).seconds("benders")[1] < forecast(free).seconds("benders")[1]
    assert forecast(standing).seconds("benders")[0] == forecast(free).seconds("benders")[0]
