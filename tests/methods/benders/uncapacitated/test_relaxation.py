"""The relaxation with a cost-to-go for each customer, against the cost of every plan."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robustev.methods.benders.uncapacitated.relaxation import Relaxation, Relaxed, narrowed
from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance
from robustev.model.model import Model, Stations
from robustev.recourse.kernels.uncapacitated import UncapacitatedRecourse, uncapacitated_recourse
from tests import instances

CAREFUL = settings(max_examples=30, deadline=None)
SEEDS = st.integers(0, 5000)


def parts(seed: int, *, kinds: int = 0) -> tuple[Instance, UncapacitatedRecourse, Relaxation]:
    stations = [Stations(), Stations(exactly=2), Stations(maximum=3, minimum=1)][seed % 3]
    penalty = [None, 5.0, 40.0][seed // 3 % 3]
    model = Model(capacitated=False, unserved_penalty=penalty, stations=stations)
    instance = instances.random_instance(
        seed, model=model, sites=5, zones=6, kinds=kinds, existing=seed % 2 == 0
    )
    sites = uncapacitated_recourse(instance)
    assert sites is not None
    return instance, sites, Relaxation(first_stage(instance), sites)


def solved(relaxation: Relaxation, cutoff: float = np.inf) -> Relaxed:
    every = np.arange(relaxation.sites.num_customers)
    relaxation.add(relaxation.sites.ceiling, every)
    while True:
        found = relaxation.solve(cutoff)
        assert found is not None
        if not relaxation.cut_off(found):
            return found


@CAREFUL
@given(seed=SEEDS, kinds=st.integers(0, 1))
def test_the_bound_is_below_every_plan_and_reduced_costs_keep_the_better_ones(
    seed: int, kinds: int
) -> None:
    instance, sites, relaxation = parts(seed, kinds=kinds)
    first = relaxation.first
    found = solved(relaxation)
    plans = list(instances.every_plan(instance))
    costs = [instance.infrastructure_cost(p) + sites.total(p.open) for p in plans]
    assert found.bound <= min(costs) + 1e-6
    for cutoff in np.quantile([c for c in costs if np.isfinite(c)], [0.0, 0.2, 0.6]) + 1e-6:
        lower, upper = narrowed(found, first.lower, first.upper, float(cutoff))
        for plan, cost in zip(plans, costs, strict=True):
            if cost < cutoff:
                z = first.columns(plan)
                assert (lower <= z).all()
                assert (z <= upper).all()


def test_reduced_costs_leave_little_once_the_best_plan_is_known() -> None:
    narrow = 0
    for seed in range(20):
        instance, _, relaxation = parts(seed)
        best, _ = instances.brute_force(instance)
        found = solved(relaxation)
        first = relaxation.first
        lower, upper = narrowed(found, first.lower, first.upper, best)
        narrow += int((upper - lower).sum() < (first.upper - first.lower).sum())
    assert narrow > 10


def test_narrower_bounds_raise_the_bound_and_wider_ones_restore_it() -> None:
    _, _, relaxation = parts(1)
    first = relaxation.first
    free = solved(relaxation)
    closed = first.upper.copy()
    closed[int(np.argmax(free.z))] = 0.0
    relaxation.narrow(first.lower, closed)
    assert solved(relaxation).bound > free.bound
    relaxation.narrow(first.lower, first.upper)
    assert solved(relaxation).bound == pytest.approx(free.bound)


def test_nothing_is_found_above_the_cutoff_constant_included() -> None:
    for seed in range(0, 20, 2):
        _, _, relaxation = parts(seed)
        assert relaxation.first.constant < 0  # what stands already is sunk
        bound = solved(relaxation).bound
        assert relaxation.solve(bound - 1e-3) is None
        assert relaxation.solve(bound + 1e-3) is not None
        relaxation.narrow(relaxation.first.upper, relaxation.first.upper)
        relaxation.solve()
        relaxation.narrow(relaxation.first.lower, relaxation.first.upper)
        found = relaxation.solve(bound + 1e-3)  # from a basis that is far from it
        assert found is not None
        assert found.bound == pytest.approx(bound)


def test_no_point_keeps_contradictory_bounds() -> None:
    _, _, relaxation = parts(1)  # exactly two stations
    relaxation.narrow(np.zeros(5), np.zeros(5))
    assert relaxation.solve() is None


def test_idle_cuts_go_and_the_bound_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    _, sites, relaxation = parts(4)
    bound = solved(relaxation).bound
    relaxation.add(sites.cost.min(axis=0), np.arange(sites.num_customers))
    before = relaxation.num_cuts
    monkeypatch.setattr("robustev.methods.benders.uncapacitated.relaxation.SPARE_ROWS", 0)
    relaxation.solve()
    relaxation.drop_idle()
    assert relaxation.num_cuts < before
    found = relaxation.solve()
    assert found is not None
    assert found.bound == pytest.approx(bound)
