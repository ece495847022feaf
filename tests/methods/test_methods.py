"""Every method against the optimum over all plans, and against what must always hold."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from robustev.methods.result import Status
from robustev.model.instance import Instance
from robustev.model.model import Budget, Levels, Model, Reach, Stations
from robustev.model.risk import CVaR, Nominal, WorstCase
from tests import instances
from tests.instances import PENALTY, true_costs, true_objective
from tests.methods.conftest import METHODS, Solve

TIGHT = 1e-6


@dataclass(frozen=True)
class Case:
    """A kind of problem: its model and the shape of its region."""

    model: Model
    shape: dict[str, object] = field(default_factory=dict)

    def instance(self, seed: int) -> Instance:
        return instances.random_instance(seed, model=self.model, **self.shape)


def penalised(**options: object) -> Model:
    return Model(unserved_penalty=PENALTY, **options)  # type: ignore[arg-type]


CASES = {
    "chargers": Case(penalised()),
    "cheap to leave unserved": Case(Model(unserved_penalty=3.0)),
    "openings alone": Case(penalised(), {"kinds": 0, "sites": 5}),
    "fixed capacity and chargers": Case(penalised(), {"fixed": True}),
    "two kinds": Case(penalised(), {"kinds": 2, "slots": 1}),
    "two types": Case(penalised(), {"types": 2}),
    "two types share a split": Case(penalised(split="shared"), {"types": 2}),
    "existing kept": Case(penalised(), {"existing": True}),
    "existing kept and counted": Case(penalised(existing_cost="counted"), {"existing": True}),
    "existing may go": Case(penalised(keep_existing=False), {"existing": True}),
    "budget": Case(penalised(budget=Budget(limit=20.0))),
    "budget beside existing": Case(penalised(budget=Budget(limit=9.0)), {"existing": True}),
    "exactly two stations": Case(penalised(stations=Stations(exactly=2)), {"sites": 4}),
    "one to two stations": Case(penalised(stations=Stations(minimum=1, maximum=2))),
    "short reach": Case(penalised(reach=Reach(max_travel=5.0))),
    "two nearest": Case(penalised(reach=Reach(nearest=2))),
    "nobody left out": Case(Model(), {"slots": 4}),
    "nobody left out within reach": Case(Model(reach=Reach(nearest=1)), {"kinds": 0, "sites": 4}),
    "nobody left out, shared split": Case(Model(split="shared"), {"types": 2, "slots": 3}),
    "one type left out": Case(Model(unserved_penalty={"type0": 9.0}), {"types": 2, "slots": 3}),
    "p-median": Case(Model(capacitated=False, stations=Stations(exactly=2)),
                     {"kinds": 0, "sites": 5}),
    "levels": Case(Model(levels=Levels(maximum=3), infrastructure_weight=0.0, split="shared",
                         budget=Budget(limit=30.0), unserved_penalty=PENALTY), {"types": 2}),
    "half the travel, twice the stations": Case(
        penalised(travel_weight=0.5, infrastructure_weight=2.0, utilisation=0.7)),
    "cvar": Case(penalised(objective=CVaR(tail=0.4))),
    "cvar mixed": Case(penalised(objective=CVaR(tail=0.2, weight=0.5))),
    "cvar beside existing": Case(
        penalised(objective=CVaR(tail=0.4)), {"existing": True}),
    "cvar, nobody left out": Case(
        Model(objective=CVaR(tail=0.4)), {"slots": 4}),
    "cvar of two types": Case(
        penalised(objective=CVaR(tail=0.4)), {"types": 2}),
    "worst case": Case(penalised(objective=WorstCase())),
    "worst case mixed": Case(penalised(objective=WorstCase(weight=0.3))),
    "nominal": Case(penalised(objective=Nominal())),
}  # fmt: skip


@pytest.fixture(scope="module", params=list(CASES))
def tried(request: pytest.FixtureRequest) -> tuple[Instance, float]:
    """A problem of each case, with its optimum over all plans."""
    for seed in range(100):
        instance = CASES[request.param].instance(seed)
        optimum, _ = instances.brute_force(instance)
        if np.isfinite(optimum):
            return instance, optimum
    raise AssertionError("no seed gives a problem that has a plan")


@pytest.mark.parametrize("method", METHODS)
def test_a_method_proves_the_best_of_all_plans_with_bounds_that_always_hold(
    tried: tuple[Instance, float], method: str, solve_by: Solve
) -> None:
    instance, optimum = tried
    result = solve_by(instance, method)
    assert result.objective == pytest.approx(optimum, rel=TIGHT)
    assert result.lower_bound == pytest.approx(optimum, rel=TIGHT)
    assert result.status in (Status.OPTIMAL, Status.GAP_REACHED)
    assert result.plan is not None
    recomputed = true_objective(instance, true_costs(instance, result.plan))
    assert recomputed == pytest.approx(result.objective, rel=TIGHT)
    slack = TIGHT * max(1.0, abs(optimum))
    for row in result.trace:
        assert row.lower_bound is None or row.lower_bound <= optimum + slack
        assert row.upper_bound is None or row.upper_bound >= optimum - slack
