"""A solve that begins with what another has learnt ends at the truth of its own instance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.methods.benders.warm import Learnt
from robustev.methods.memory import Memory
from robustev.methods.options import SolveOptions
from robustev.methods.solve import solve_instance
from robustev.model.features.base import active_features
from robustev.model.features.locks import Locks
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from robustev.model.risk.cvar import CVaR
from tests import instances

OPTIONS = SolveOptions(method="benders", gap=1e-6)
CHANGES = ("charger price", "opening price", "unserved price", "travel", "lock", "budget",
           "demand", "fewer slots", "measure", "nothing")  # fmt: skip


def changed(of: Instance, what: str) -> Instance:
    """Return the instance with one thing changed."""
    region: Region = of.region
    scenarios: ScenarioSet = of.scenarios
    model = of.model
    assert isinstance(model, Model)
    sites = region.sites
    if what == "charger price":
        dearer = tuple(replace(kind, cost=1.3 * kind.cost) for kind in region.kinds)
        region = replace(region, kinds=dearer)
    if what == "opening price":
        region = replace(region, sites=replace(sites, opening_cost=0.5 * sites.opening_cost))
    if what == "unserved price":
        model = model.model_copy(update={"unserved_penalty": 0.6 * instances.PENALTY})
    if what == "travel":
        region = replace(region, arcs=region.arcs.with_cost(1.2 * region.arcs.cost))
    if what == "lock":
        free = [i for i in range(len(sites)) if not sites.existing_open[i]]
        model = model.model_copy(update={"locks": Locks(closed=(sites.ids[free[0]],))})
    if what == "budget":
        model = instances.with_budget(model, 6.0)
    if what == "demand":
        scenarios = replace(scenarios, demand=1.1 * scenarios.demand[::-1])
    if what == "fewer slots":
        region = replace(region, sites=replace(sites, slots=np.maximum(sites.slots - 1, 0)))
    if what == "measure":
        model = model.model_copy(update={"objective": CVaR(tail=0.5)})
    return build_instance(region, scenarios, model)


def drawn(seed: int) -> Instance:
    return instances.random_instance(seed, sites=3, zones=4, kinds=1, slots=2, existing=False)


def keeps_rules(instance: Instance, plan: Plan) -> bool:
    return not any(rule.broken(plan, instance) for rule in active_features(instance.model))


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize("seed", range(3))
def test_whatever_changed_the_optimum_is_that_of_brute_force(seed: int, what: str) -> None:
    first = drawn(seed)
    memory = Memory()
    solve_instance(first, OPTIONS, memory=memory)
    instance = changed(first, what)
    result = solve_instance(instance, OPTIONS, memory=memory)
    allowed = [plan for plan in instances.every_plan(instance) if keeps_rules(instance, plan)]
    truth = min(
        instances.true_objective(instance, instances.true_costs(instance, plan)) for plan in allowed
    )
    assert result.objective == pytest.approx(truth, rel=1e-5, abs=1e-6)
    assert result.lower_bound is not None
    assert result.lower_bound <= truth + 1e-6 * abs(truth) + 1e-6


@pytest.mark.parametrize(
    ("what", "holds"),
    [("charger price", True), ("lock", True), ("budget", True), ("fewer slots", True),
     ("demand", False), ("travel", False), ("unserved price", False)],
)  # fmt: skip
def test_cuts_are_carried_over_just_where_the_second_stage_is_the_same(
    what: str, holds: bool
) -> None:
    first = instances.random_instance(3, sites=4, zones=6)
    memory = Memory()
    solve_instance(first, OPTIONS, memory=memory)
    learnt: Learnt | None = memory.recall("benders")
    assert learnt is not None
    instance = changed(first, what)
    assert learnt.fits(instance)
    assert learnt.holds_for(instance) == holds
    assert (learnt.recourse_for(instance) is learnt.engine.recourse) == holds


def test_another_region_begins_anew() -> None:
    memory = Memory()
    solve_instance(instances.random_instance(0, sites=3, zones=5), OPTIONS, memory=memory)
    other = instances.random_instance(1, sites=4, zones=5)
    learnt = memory.recall("benders")
    assert learnt is None or not learnt.fits(other)
    found = solve_instance(other, OPTIONS, memory=memory)
    assert found.objective == pytest.approx(solve_instance(other, OPTIONS).objective, rel=1e-5)


def test_where_nothing_changed_the_warm_start_alone_proves_what_the_relaxation_does() -> None:
    instance = instances.random_instance(3, sites=4, zones=6)
    memory = Memory()
    solve_instance(instance, OPTIONS, memory=memory)
    again = solve_instance(instance, SolveOptions(method="benders", gap=0.05), memory=memory)
    assert {row.source for row in again.trace} == {"warm start"}
    assert again.gap is not None
    assert again.gap <= 0.05
