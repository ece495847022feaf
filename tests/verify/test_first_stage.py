"""The first stage stated a second time allows what the optimiser's first stage allows."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.data.plan import Plan
from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance
from robustev.model.model import Budget, Model, Stations
from robustev.verify.first_stage import unchecked, violations
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
