"""Prices of customers: what they prove holds for every plan, and is nearly the relaxation's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from robustev.methods.benders.uncapacitated import search
from robustev.methods.benders.uncapacitated.prices import CustomerPrices
from robustev.methods.benders.uncapacitated.relaxation import narrowed
from robustev.methods.options import SolveOptions
from robustev.methods.solve import solve_instance
from tests import instances
from tests.methods.benders.uncapacitated.test_relaxation import CAREFUL, SEEDS, parts, solved


def never() -> bool:
    return False


@CAREFUL
@given(seed=SEEDS)
def test_any_prices_prove_a_bound_and_their_reduced_costs_keep_better_plans(seed: int) -> None:
    instance, sites, relaxation = parts(seed)
    first = relaxation.first
    v = np.random.default_rng(seed).uniform(0.0, 1.0, sites.num_customers) * sites.ceiling
    found = CustomerPrices(first, sites).relaxed(v)
    assert found is not None
    plans = list(instances.every_plan(instance))
    costs = [instance.infrastructure_cost(p) + sites.total(p.open) for p in plans]
    assert found.bound <= min(costs) + 1e-6
    for cutoff in np.quantile([c for c in costs if np.isfinite(c)], [0.0, 0.3]) + 1e-6:
        lower, upper = narrowed(found, first.lower, first.upper, float(cutoff))
        for plan, cost in zip(plans, costs, strict=True):
            if cost < cutoff:
                z = first.columns(plan)
                assert (lower <= z).all()
                assert (z <= upper).all()


@CAREFUL
@given(seed=SEEDS)
def test_the_best_prices_prove_nearly_what_the_relaxation_does(seed: int) -> None:
    instance, sites, relaxation = parts(seed)
    truth = solved(relaxation).bound
    upper, _ = instances.brute_force(instance)
    start = (sites.cost.min(axis=0) + sites.ceiling) / 2
    found = CustomerPrices(relaxation.first, sites).best(start, upper, 1e-9, never)
    assert found is not None
    assert found.relaxed.bound <= truth + 1e-6 * abs(truth) + 1e-6
    assert found.relaxed.bound >= truth - 0.02 * abs(truth) - 1e-6


@pytest.mark.parametrize("seed", range(12))
def test_a_search_that_begins_with_prices_ends_at_the_optimum(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "PAYS", 0)
    instance, _, _ = parts(seed)
    truth, _ = instances.brute_force(instance)
    result = solve_instance(instance, SolveOptions(method="benders", gap=1e-7))
    assert result.objective == pytest.approx(truth, rel=1e-6, abs=1e-6)
    assert result.lower_bound == pytest.approx(truth, rel=1e-5, abs=1e-5)
