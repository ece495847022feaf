"""The worst-served group counts: brute force over all plans, with the second stage written out."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from robustev.core.errors import ConfigError
from robustev.data.plan import Plan
from robustev.methods.result import Status
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from robustev.recourse.recourse import Recourse
from tests import instances
from tests.methods.conftest import METHODS, Solve, solve_by

__all__ = ["solve_by"]

CHEAP = 4.0


def counted(seed: int, weight: float, **options: object) -> Instance:
    rule = {"by": "district", "weight": weight}
    model = Model(unserved_penalty=CHEAP, fair_service=rule, **options)
    return instances.random_instance(seed, model=model, types=2, slots=2, sites=3, scenarios=2)


def dispatched(of: Instance, plan: Plan, s: int, weight: float) -> tuple[float, float]:
    """Return second-stage cost by a linear program of its own, and the worst group's share."""
    sites, zones, types = of.num_sites, of.num_zones, of.num_types
    demand, capacity, travel = of.demand[s], of.capacity(plan), of.arcs.matrix()
    shape = (sites + 1, zones, types)  # the last row of sites stands for nobody
    cost = np.concatenate(
        [travel[:, :, None] + np.zeros(shape)[:-1], np.full((1, zones, types), CHEAP)]
    )
    rows, limits, equal = [], [], []
    for i, k in np.ndindex(sites, types):
        row = np.zeros(shape)
        row[i, :, k] = 1.0
        rows.append(np.append(row.ravel(), 0.0))
        limits.append(capacity[i, k])
    for j, k in np.ndindex(zones, types):
        row = np.zeros(shape)
        row[:, j, k] = 1.0
        equal.append(np.append(row.ravel(), 0.0))
    for label in "ab":
        row, members = np.zeros(shape), [j for j in range(zones) if "ab"[j % 2] == label]
        row[-1, members] = 1.0
        rows.append(np.append(row.ravel(), -demand[members].sum()))
        limits.append(0.0)
    done = linprog(
        np.append(cost.ravel(), weight * CHEAP * demand.sum()),
        A_ub=np.array(rows), b_ub=limits, A_eq=np.array(equal), b_eq=demand.ravel(),
    )  # fmt: skip
    return float(done.fun), float(done.x[-1])


def best_of_all(of: Instance, weight: float) -> float:
    best = np.inf
    for plan in instances.every_plan(of):
        service = np.array([dispatched(of, plan, s, weight)[0] for s in range(len(of.scenarios))])
        best = min(best, of.infrastructure_cost(plan) + float(of.probability @ service))
    return best


@pytest.mark.parametrize("method", METHODS)
def test_every_method_proves_the_best_of_all_plans(method: str, solve_by: Solve) -> None:
    instance = counted(1, 1.5)
    optimum = best_of_all(instance, 1.5)
    result = solve_by(instance, method)
    assert result.objective == pytest.approx(optimum, rel=1e-6)
    assert result.lower_bound == pytest.approx(optimum, rel=1e-6)
    assert result.status in (Status.OPTIMAL, Status.GAP_REACHED)


def test_the_heavier_the_worst_group_the_better_it_is_served() -> None:
    light, heavy = counted(2, 0.0), counted(2, 50.0)
    rng, better = np.random.default_rng(0), 0
    for _ in range(8):
        plan = instances.random_plan(light, rng)
        shares = []
        for of, weight in ((light, 0.0), (heavy, 50.0)):
            cost, _ = dispatched(of, plan, 0, weight)
            found = Recourse(of).dispatch(plan, 0)
            assert found.cost == pytest.approx(cost, rel=1e-6)
            left = found.unserved.sum(axis=1)
            group = np.arange(of.num_zones) % 2
            total = of.demand[0].sum(axis=1)
            shares.append(max(left[group == g].sum() / total[group == g].sum() for g in (0, 1)))
        assert shares[1] <= shares[0] + 1e-9
        better += shares[1] < shares[0] - 1e-6
    assert better > 0


def test_types_that_share_one_split_are_dispatched_likewise() -> None:
    plan = instances.random_plan(counted(3, 1.0), np.random.default_rng(1))
    own, shared = (Recourse(counted(3, 1.0, split=split)).dispatch(plan, 0).cost
                   for split in ("by_type", "shared"))  # fmt: skip
    assert shared >= own - 1e-9


def test_an_attribute_that_zones_lack_is_a_fault() -> None:
    region = instances.region(0)
    model = Model(fair_service={"by": "distrct"})
    with pytest.raises(ConfigError, match="is 'district' meant"):
        build_instance(region, instances.scenario_set(0, region), model)
