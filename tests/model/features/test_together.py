"""Rules of the first stage together: every method proves the best of all plans that keep them."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.methods.result import Status
from robustev.model.instance import Instance
from robustev.model.model import Model
from robustev.verify.first_stage import violations
from tests import instances
from tests.instances import PENALTY
from tests.methods.conftest import METHODS, Solve, solve_by

__all__ = ["solve_by"]

RULES = {
    "coverage": {"radius": 6.0, "share": 0.5, "of": "demand", "by": "district"},
    "stations_by_area": {"by": "area", "minimum": {"a": 1}, "maximum": 2},
    "minimum_chargers": {"number": 1},
    "budget_by_area": {"by": "area", "limit": 30.0},
    "grid": {"by": "area", "limit": 45.0, "upgrades": {"kw": 25.0, "cost": 3.0, "most": 2}},
    "spacing": {"least": 1.5},
}
"""Options under which some plan is left on most small regions; two rules have columns."""


def together(seed: int) -> Instance:
    model = Model(unserved_penalty=PENALTY, **RULES)
    shape = {"sites": 3, "kinds": 2, "slots": 2, "existing": True}
    return instances.random_instance(seed, model=model, **shape)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_proves_the_best_of_all_plans(method: str, solve_by: Solve) -> None:
    proven = 0
    for seed in range(6):
        instance = together(seed)
        optimum, _ = instances.brute_force(instance)
        if not np.isfinite(optimum):
            continue
        result = solve_by(instance, method)
        assert result.status in (Status.OPTIMAL, Status.GAP_REACHED)
        assert result.objective == pytest.approx(optimum, rel=1e-6)
        assert result.lower_bound == pytest.approx(optimum, rel=1e-6)
        assert violations(instance, result.plan) == []
        proven += 1
    assert proven >= 2
