"""Branch and cut where capacity never binds, against every plan and against the general engine."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robustev.core.errors import InfeasibleError
from robustev.data.arcs import Arcs
from robustev.data.plan import Plan
from robustev.methods.benders.uncapacitated.search import UncapacitatedSearch
from robustev.methods.bounds import Bounds
from robustev.methods.result import StopRule
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Budget, Model, Reach, Stations
from robustev.recourse.kernels.uncapacitated import uncapacitated_recourse
from tests import instances

CAREFUL = settings(max_examples=40, deadline=None)
STATIONS = st.sampled_from(
    [Stations(), Stations(exactly=3), Stations(maximum=2), Stations(minimum=2, maximum=4)]
)


def search(instance: Instance, **limits: float) -> UncapacitatedSearch:
    sites = uncapacitated_recourse(instance)
    assert sites is not None
    stop = StopRule(**{"gap": 0.0, "seconds": 60.0, **limits})  # type: ignore[arg-type]
    return UncapacitatedSearch(instance, sites, Bounds(), stop)


def run(instance: Instance, *start: Plan, **limits: float) -> Bounds:
    found = search(instance, **limits)
    found.run(start)
    return found.bounds


@CAREFUL
@given(
    seed=st.integers(0, 5000),
    stations=STATIONS,
    penalty=st.sampled_from([None, 5.0, 40.0]),
    budget=st.booleans(),
    types=st.integers(1, 2),
    kinds=st.integers(0, 1),
)
def test_both_bounds_meet_at_the_optimum_over_every_plan(
    seed: int, stations: Stations, penalty: float | None, budget: bool, types: int, kinds: int
) -> None:
    model = Model(
        capacitated=False,
        stations=stations,
        unserved_penalty=penalty,
        budget=Budget(limit=25.0) if budget else None,
        reach=Reach(nearest=3 if seed % 2 else None),
        existing_cost="counted" if seed % 3 else "sunk",
    )
    instance = instances.random_instance(
        seed, model=model, sites=5, zones=6, types=types, kinds=kinds, slots=1,
        existing=seed % 5 == 0,
    )  # fmt: skip
    best, _ = instances.brute_force(instance)
    if np.isinf(best):
        with pytest.raises(InfeasibleError):
            run(instance)
        return
    bounds = run(instance)
    assert bounds.upper == pytest.approx(best, rel=1e-9, abs=1e-9)
    assert bounds.lower == pytest.approx(best, rel=1e-7, abs=1e-7)
    assert bounds.plan is not None
    costs = instances.true_costs(instance, bounds.plan)
    assert bounds.upper == pytest.approx(instances.true_objective(instance, costs))


def loose(seed: int, size: int = 12) -> Instance:
    """Return a problem whose relaxation is far from whole: every zone likes three sites alone."""
    rng = np.random.default_rng(seed)
    region = instances.region(seed, sites=size, zones=size, kinds=0)
    travel = np.full((size, size), 30.0)
    for j in range(size):
        travel[rng.choice(size, 3, replace=False), j] = rng.integers(0, 3, 3)
    region = replace(region, arcs=Arcs.of_matrix(travel), demand=np.ones((size, 1)))
    model = Model(capacitated=False, stations=Stations(exactly=4))
    return build_instance(region, instances.scenario_set(seed, region, 2), model)


@pytest.mark.parametrize("seed", range(6))
def test_a_tree_proves_what_the_relaxation_does_not(seed: int) -> None:
    instance = loose(seed)
    sites = search(instance).sites
    best = min(
        sites.total(plan.open) + instance.infrastructure_cost(plan)
        for plan in instances.every_plan(instance)
    )
    bounds = run(instance)
    assert bounds.upper == pytest.approx(best)
    assert bounds.lower == pytest.approx(best, rel=1e-7)
    sources = {row.source for row in bounds.trace}
    assert "benders relaxation" in sources


def test_some_of_these_need_a_tree() -> None:
    sources = {row.source for seed in range(6) for row in run(loose(seed)).trace}
    assert "benders tree" in sources


def test_larger_trees_close_the_gap_entirely() -> None:
    for seed in range(4):
        assert run(loose(seed, size=30)).gap <= 1e-9


@pytest.mark.parametrize("iterations", range(1, 12, 2))
def test_bounds_hold_wherever_the_search_is_ended(iterations: int) -> None:
    for seed in range(6):
        instance = loose(seed)
        best = run(instance).upper
        bounds = run(instance, iterations=iterations)
        assert bounds.lower <= best * (1 + 1e-9)
        assert bounds.upper >= best * (1 - 1e-9)


def test_a_wide_gap_ends_early_with_bounds_that_prove_it() -> None:
    for seed in range(6):
        instance = loose(seed)
        best = run(instance).upper
        bounds = run(instance, gap=0.2)
        assert bounds.gap <= 0.2
        assert bounds.lower <= best * (1 + 1e-9) <= bounds.upper * (1 + 1e-8)


def test_known_plans_are_taken_unless_they_break_a_limit() -> None:
    instance = loose(1)
    wanted = run(instance).plan
    assert wanted is not None
    everything = Plan("all", np.ones(12, dtype=bool), np.zeros((12, 0)))
    trace = run(instance, everything, wanted).trace
    assert [row.source for row in trace].count("known plan") == 1
    assert trace[0].upper_bound == run(instance).upper


def test_without_demand_the_cheapest_plan_is_best() -> None:
    instance = instances.random_instance(3, model=Model(capacitated=False), sites=4, kinds=0)
    empty = instance.with_scenarios(replace(instance.scenarios, demand=0.0 * instance.demand))
    assert run(empty).upper == run(empty).lower == 0.0
