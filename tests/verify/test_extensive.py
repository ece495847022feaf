"""The whole problem stated a second time has the optimum of brute force."""

from __future__ import annotations

import pytest

from robustev.model.model import Budget, Model, Reach
from robustev.verify.extensive import extensive_optimum, extensive_size
from tests import instances

MODELS = {
    "by type": Model(unserved_penalty=40.0),
    "shared": Model(unserved_penalty=40.0, split="shared"),
    "budget": Model(unserved_penalty=5.0, budget=Budget(limit=12)),
    "reach": Model(unserved_penalty=40.0, reach=Reach(nearest=2)),
    "uncapacitated": Model(capacitated=False),
}


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
@pytest.mark.parametrize("seed", [1, 4])
def test_the_optimum_is_that_of_brute_force(model: Model, seed: int) -> None:
    instance = instances.random_instance(seed, model=model, types=2, existing=True)
    found = extensive_optimum(instance, 10.0)
    best = instances.brute_force(instance)[0]
    assert [found.lower, found.upper] == pytest.approx([best, best], rel=1e-6)


def test_its_size_counts_arcs_and_unserved_of_every_scenario() -> None:
    instance = instances.random_instance(1, scenarios=5, types=2)
    assert extensive_size(instance) == 5 * 2 * (3 * 4 + 4)
