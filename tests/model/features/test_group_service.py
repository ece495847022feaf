"""Service of every group: brute force over all plans, with the second stage written out."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from robustev.core.errors import ConfigError
from robustev.data.plan import Plan
from robustev.methods.result import Status
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from robustev.recourse.kernels.generic import GenericKernel
from robustev.recourse.kernels.group_limits import GroupLimitsKernel
from robustev.recourse.kernels.register import kernel_for
from robustev.recourse.recourse import Recourse
from tests import instances
from tests.methods.conftest import METHODS, Solve, solve_by

__all__ = ["solve_by"]

CHEAP = 2.0
"""Leaving demand unserved is cheaper than most trips, so that a promise of service binds."""


def promised(seed: int, share: float, **options: object) -> Instance:
    rule = {"by": "district", "share": share}
    model = Model(unserved_penalty=CHEAP, group_service=rule, **options)
    return instances.random_instance(seed, model=model, types=2, slots=2, sites=3)


def served_cost(of: Instance, plan: Plan, s: int) -> float:
    """Return second-stage cost by a linear program of its own; infinite where the rule fails."""
    sites, zones, types = of.num_sites, of.num_zones, of.num_types
    demand, share = of.demand[s], of.model.group_service.share
    capacity, travel = of.capacity(plan), of.arcs.matrix()
    shape = (sites + 1, zones, types)  # the last row of sites stands for nobody
    cost = np.concatenate(
        [travel[:, :, None] + np.zeros(shape)[:-1], np.full((1, zones, types), CHEAP)]
    )
    rows, limits, equal = [], [], []
    for i, k in np.ndindex(sites, types):
        row = np.zeros(shape)
        row[i, :, k] = 1.0
        rows.append(row.ravel())
        limits.append(capacity[i, k])
    for j, k in np.ndindex(zones, types):
        row = np.zeros(shape)
        row[:, j, k] = 1.0
        equal.append(row.ravel())
    for label in "ab":
        row, members = np.zeros(shape), [j for j in range(zones) if "ab"[j % 2] == label]
        row[-1, members] = 1.0
        rows.append(row.ravel())
        limits.append((1 - share) * demand[members].sum())
    done = linprog(
        cost.ravel(), A_ub=np.array(rows), b_ub=limits, A_eq=np.array(equal), b_eq=demand.ravel()
    )
    return float(done.fun) if done.status == 0 else np.inf


def best_of_all(of: Instance) -> float:
    plain = Model(unserved_penalty=CHEAP)
    free = build_instance(of.region, of.scenarios, plain)
    best = np.inf
    for plan in instances.every_plan(free):
        service = np.array([served_cost(of, plan, s) for s in range(len(of.scenarios))])
        best = min(best, of.infrastructure_cost(plan) + float(of.probability @ service))
    return best


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", [1, 2])
def test_every_method_proves_the_best_of_all_plans(method: str, seed: int, solve_by: Solve) -> None:
    instance = promised(seed, 0.6)
    optimum = best_of_all(instance)
    assert np.isfinite(optimum)
    result = solve_by(instance, method)
    assert result.objective == pytest.approx(optimum, rel=1e-6)
    assert result.lower_bound == pytest.approx(optimum, rel=1e-6)
    assert result.status in (Status.OPTIMAL, Status.GAP_REACHED)
    assert instance.model.group_service.broken(result.plan, instance) == []


def test_the_promise_costs_something() -> None:
    free = instances.random_instance(
        1, model=Model(unserved_penalty=CHEAP), types=2, slots=2, sites=3
    )
    assert best_of_all(promised(1, 0.6)) > instances.brute_force(free)[0] + 0.1


@pytest.mark.parametrize("split", ["by_type", "shared"])
def test_a_plan_is_dear_without_end_where_and_only_where_its_check_says_so(split: str) -> None:
    instance = promised(3, 0.7, split=split)
    recourse, rng, seen = Recourse(instance), np.random.default_rng(0), set()
    for _ in range(30):
        plan = instances.random_plan(instance, rng)
        dear = bool(np.isinf(recourse.costs(plan)).any())
        assert dear == bool(instance.model.group_service.broken(plan, instance))
        seen.add(dear)
    assert seen == {True, False}


def test_types_that_share_one_split_are_left_to_the_general_kernel() -> None:
    assert kernel_for(promised(0, 0.5)) is GroupLimitsKernel
    assert kernel_for(promised(0, 0.5, split="shared")) is GenericKernel


def test_an_attribute_that_zones_lack_is_a_fault() -> None:
    region = instances.region(0)
    model = Model(group_service={"by": "distrct", "share": 0.5})
    with pytest.raises(ConfigError, match="is 'district' meant"):
        build_instance(region, instances.scenario_set(0, region), model)
