"""Use of stations: brute force over all plans, with the second stage written out."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError
from scipy.optimize import linprog

from robustev.core.errors import ConfigError
from robustev.data.plan import Plan
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from tests import instances
from tests.instances import PENALTY
from tests.methods.conftest import METHODS, Solve, solve_by

__all__ = ["solve_by"]


def asked(seed: int, **options: object) -> Instance:
    model = Model(unserved_penalty=PENALTY, usage=options, stations={"maximum": 2})
    return instances.random_instance(seed, model=model, kinds=1, slots=2, sites=3)


def served_cost(of: Instance, plan: Plan, s: int) -> float:
    """Return second-stage cost by a linear program of its own; infinite where a floor fails."""
    sites, zones = of.num_sites, of.num_zones
    demand, travel = of.demand[s, :, 0], of.arcs.matrix()
    unit = of.region.charger_capacity[0, 0]
    cap = of.model.usage.cap or 1.0
    capacity = cap * unit * plan.chargers[:, 0]
    shape = (sites + 1, zones)  # the last row stands for nobody
    cost = np.vstack([travel, np.full((1, zones), PENALTY)])
    rows, limits, equal = [], [], []
    for i in range(sites):
        row = np.zeros(shape)
        row[i] = 1.0
        rows += [row.ravel(), -row.ravel()]
        limits += [capacity[i], -of.model.usage.floor * capacity[i]]
    for j in range(zones):
        row = np.zeros(shape)
        row[:, j] = 1.0
        equal.append(row.ravel())
    done = linprog(
        cost.ravel(), A_ub=np.array(rows), b_ub=limits, A_eq=np.array(equal), b_eq=demand
    )
    return float(done.fun) if done.status == 0 else np.inf


def best_of_all(of: Instance) -> float:
    plain = Model(unserved_penalty=PENALTY, stations={"maximum": 2})
    free = build_instance(of.region, of.scenarios, plain)
    best = np.inf
    for plan in instances.every_plan(free):
        service = np.array([served_cost(of, plan, s) for s in range(len(of.scenarios))])
        if np.isfinite(service).all():
            best = min(best, of.infrastructure_cost(plan) + float(of.probability @ service))
    return best


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("seed", "cap"), [(1, None), (2, 0.75)])
def test_every_method_proves_the_best_of_all_plans(
    method: str, seed: int, cap: float | None, solve_by: Solve
) -> None:
    instance = asked(seed, floor=0.8, cap=cap)
    optimum = best_of_all(instance)
    result = solve_by(instance, method)
    assert result.objective == pytest.approx(optimum, rel=1e-6)
    assert result.lower_bound == pytest.approx(optimum, rel=1e-6)
    assert instance.model.usage.broken(result.plan, instance) == []


def test_more_use_never_costs_less() -> None:
    costs = [best_of_all(asked(1, floor=floor)) for floor in (0.0, 0.5, 0.9)]
    assert costs == sorted(costs)
    assert costs[-1] > costs[0]


def test_the_check_tells_of_stations_that_cannot_be_filled_and_of_capacity_over_a_cap() -> None:
    instance = asked(1, floor=1.0, cap=0.5)
    plan = Plan("all", np.ones(3, dtype=bool), np.full((3, 1), 2))
    plenty = build_instance(instance.region, instance.scenarios.scaled(100.0), instance.model)
    assert instance.model.usage.broken(plan, plenty) == []
    scarce = build_instance(instance.region, instance.scenarios.scaled(0.01), instance.model)
    found = instance.model.usage.broken(plan, scarce)
    assert len(found) == len(instance.scenarios)
    assert "units of use" in found[0]
    lax = build_instance(instance.region, instance.scenarios, Model(unserved_penalty=9.0))
    assert any("over its cap" in one for one in instance.model.usage.broken(plan, lax))


def test_a_cap_alone_leaves_the_second_stage_as_it_is() -> None:
    assert asked(0, cap=0.5).has_plain_second_stage
    assert not asked(0, floor=0.5).has_plain_second_stage


def test_what_cannot_be_asked_is_refused_by_name() -> None:
    with pytest.raises(ValidationError, match="share"):
        Model(usage={"floor": 1.2})
    with pytest.raises(ConfigError, match=r"model\.usage\.floor"):
        asked(0, floor={"nowhere": 0.5})
    with pytest.raises(ConfigError, match=r"model\.usage\.cap"):
        asked(0, cap={"nokind": 0.5})
