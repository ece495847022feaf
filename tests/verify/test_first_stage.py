"""The first stage stated a second time allows what the optimiser's first stage allows."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.model.features.grid import Grid
from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance
from robustev.model.model import Budget, Model, Stations
from robustev.verify.first_stage import (
    column_bounds,
    column_costs,
    first_stage_rows,
    states_all,
    unchecked,
    violations,
)
from tests import instances

MODELS = {
    "slots": Model(unserved_penalty=40.0),
    "stations": Model(unserved_penalty=40.0, stations=Stations(minimum=1, maximum=2)),
    "exactly": Model(unserved_penalty=40.0, stations=Stations(exactly=2)),
    "budget": Model(unserved_penalty=40.0, budget=Budget(limit=15)),
    "free": Model(unserved_penalty=40.0, keep_existing=False, budget=Budget(limit=35)),
}


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
@pytest.mark.parametrize("seed", range(3))
def test_a_plan_is_feasible_here_if_and_only_if_it_is_there(model: Model, seed: int) -> None:
    instance = instances.random_instance(seed, model=model, existing=True)
    first = first_stage(instance)
    rng = np.random.default_rng(seed)
    feasible = 0
    for _ in range(60):
        chargers = rng.integers(0, 4, size=(3, 1))
        plan = Plan("random", rng.random(3) < 0.7, chargers)
        allowed = first.violation(first.columns(plan)) <= 1e-9
        assert (violations(instance, plan) == []) == allowed
        feasible += allowed
    assert 0 < feasible < 60


@pytest.mark.parametrize(
    ("chargers", "opened", "words"),
    [
        ([1, 3, 0], [1, 1, 0], "3 chargers at i1, which has 2 slots"),
        ([1, 0, 1], [1, 0, 0], "1 chargers at i2, which is not open"),
        ([1, 1, 1], [1, 1, 1], "3 stations, 1 more than 2"),
        ([0, 1, 0], [1, 1, 0], "1 existing kind0 chargers at i0 are gone"),
        ([2, 2, 0], [1, 1, 0], "more than 10"),
    ],
)
def test_what_is_broken_is_told(chargers: list[int], opened: list[int], words: str) -> None:
    model = Model(unserved_penalty=40.0, stations=Stations(maximum=2), budget=Budget(limit=10))
    instance = instances.random_instance(3, model=model, existing=True)
    plan = Plan("bad", np.array(opened, dtype=bool), np.array(chargers)[:, None])
    assert any(words in text for text in violations(instance, plan))


def test_every_part_of_the_model_is_checked_or_named() -> None:
    instance: Instance = instances.random_instance(1)
    assert unchecked(instance.model) == []


GRID = {"by": "area", "limit": 45.0, "upgrades": {"kw": 25.0, "cost": 3.0, "most": 2}}
COVERAGE = {"radius": 6.0, "share": 0.5, "by": "district"}


@pytest.mark.parametrize("rules", [{"grid": GRID}, {"coverage": COVERAGE, "grid": GRID}])
def test_columns_of_rules_stand_where_the_optimiser_has_them(rules: dict[str, object]) -> None:
    model = Model(unserved_penalty=40.0, budget=Budget(limit=60), **rules)
    instance = instances.random_instance(2, model=model, kinds=2)
    first, rows = first_stage(instance), first_stage_rows(instance)
    low, high = column_bounds(instance)
    assert states_all(instance)
    assert rows.num_columns == first.num_columns
    assert np.array_equal(column_costs(instance), first.cost)
    for plan in itertools.islice(instances.every_plan(instance), 50):
        z = first.columns(plan)
        assert (rows.matrix @ z <= np.array(rows.high) + 1e-9).all()
        assert (rows.matrix @ z >= np.array(rows.low) - 1e-9).all()
        assert ((low <= z) & (z <= high)).all()


def test_columns_that_cost_more_than_they_are_said_to_are_not_believed() -> None:
    class Cheaper(Grid):
        """Limits whose upgrades are said to be free."""

        def further_cost(self, plan: Plan, region: Region) -> float:
            return 0.0

    rule = Cheaper(**GRID)
    model = Model(unserved_penalty=40.0).with_features(rule)
    instance = instances.random_instance(2, model=model, kinds=2)
    assert not states_all(instance)
    assert column_costs(instance)[-2:].tolist() == [0.0, 0.0]
