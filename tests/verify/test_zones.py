"""Bounds derived zone by zone where capacity never binds, against every plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from robustev.data.arcs import Arcs
from robustev.data.scenarios import ScenarioSet
from robustev.methods.benders.uncapacitated.search import UncapacitatedSearch
from robustev.methods.bounds import Bounds
from robustev.methods.result import StopRule
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model, Reach, Stations
from robustev.readers.orlib_pmed import read_orlib_pmed
from robustev.recourse.certificate import Certificate
from robustev.recourse.kernels.uncapacitated import uncapacitated_recourse
from robustev.verify.certificate import derive
from robustev.verify.prices import without_prices
from robustev.verify.zones import ZoneSeparator, never_binds
from tests import instances

ACCURACY = 1e-6
MODELS = {
    "p-median": Model(capacitated=False, stations=Stations(exactly=2)),
    "opening costs": Model(capacitated=False),
    "two nearest": Model(capacitated=False, reach=Reach(nearest=2), stations=Stations(maximum=4)),
    "cheap to leave unserved": Model(capacitated=False, unserved_penalty=3.0),
    "one type left out": Model(capacitated=False, unserved_penalty={"type0": 4.0}),
    "shared split": Model(capacitated=False, split="shared", unserved_penalty=6.0),
}


def problem_of(name: str, seed: int) -> Instance:
    return instances.random_instance(seed, model=MODELS[name], sites=5, zones=6, kinds=0, types=2)


def proof(instance: Instance, iterations: int | None = None) -> tuple[Bounds, Certificate]:
    sites = uncapacitated_recourse(instance)
    assert sites is not None
    bounds = Bounds()
    search = UncapacitatedSearch(instance, sites, bounds, StopRule(0.0, 60.0, iterations))
    search.run(())
    return bounds, search.certificate()


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("seed", range(3))
def test_a_plan_of_nearest_sites_is_proven_best(name: str, seed: int) -> None:
    instance = problem_of(name, seed)
    bounds, certificate = proof(instance)
    best, _ = instances.brute_force(instance)
    derived = derive(instance, certificate, target=bounds.lower, seconds=20.0)
    proven = derived.relaxed if derived.whole is None else derived.whole
    assert proven == pytest.approx(best, rel=ACCURACY)
    assert derived.fresh == 0


@pytest.mark.parametrize("name", MODELS)
def test_nothing_stored_is_needed(name: str) -> None:
    instance = problem_of(name, 5)
    derived = derive(instance, without_prices(instance), target=np.inf, seconds=20.0)
    assert derived.whole == pytest.approx(instances.brute_force(instance)[0], rel=ACCURACY)


@pytest.mark.parametrize(
    ("name", "medians", "optimum"),
    [("pmed10", 67, 1255), pytest.param("pmed6", 5, 7824, marks=pytest.mark.slow)],
)
def test_published_medians_are_proven(
    name: str, medians: int, optimum: int, shared_data: Path
) -> None:
    region = read_orlib_pmed(shared_data / "orlib_pmed" / f"{name}.txt")
    demand = np.array(region.demand)[None]
    scenarios = ScenarioSet.equiprobable(demand, region.zones.ids, region.types)
    instance = build_instance(region, scenarios, Model(stations=Stations(exactly=medians)))
    bounds, certificate = proof(instance)
    assert bounds.lower == pytest.approx(optimum)
    derived = derive(instance, certificate, target=bounds.lower, seconds=60.0)
    proven = derived.relaxed if derived.whole is None else derived.whole
    assert proven == pytest.approx(optimum)


def test_zones_that_cost_nothing_from_their_own_site_weaken_no_relaxation() -> None:
    """Their cost-to-go stands at its floor, which takes part in the proof."""
    for seed in range(4):
        instance = instances.random_instance(
            seed, model=MODELS["p-median"], sites=8, zones=8, kinds=0, scenarios=1
        )
        travel = instance.arcs.matrix() + instance.arcs.matrix().T
        np.fill_diagonal(travel, 0.0)
        instance = replace(instance, arcs=Arcs.of_matrix(travel))
        best = instances.brute_force(instance)[0]
        bounds, certificate = proof(instance)
        assert bounds.lower == pytest.approx(best)
        relaxed = [row for row in bounds.trace if row.source == "benders relaxation"]
        derived = derive(instance, certificate, target=np.inf, seconds=20.0)
        assert derived.relaxed >= (relaxed[-1].lower_bound or 0.0) * (1 - ACCURACY)
        assert derived.relaxed <= best * (1 + ACCURACY)


@pytest.mark.parametrize("name", MODELS)
def test_cuts_are_below_the_cost_of_every_plan_and_shut_out_those_that_serve_too_little(
    name: str,
) -> None:
    instance = problem_of(name, 7)
    separator = ZoneSeparator(instance)
    rng = np.random.default_rng(7)
    cuts = [c for _ in range(6) for c in separator.cuts_at(rng.choice([0.0, 1.0, 0.3], size=5))]
    for plan in instances.every_plan(instance):
        z = plan.open.astype(float)
        cost = float(instance.probability @ instances.true_costs(instance, plan))
        cost -= instance.infrastructure_cost(plan)
        if np.isfinite(cost):
            proven = np.zeros(separator.num_theta)
            for cut in cuts:
                if cut.theta is None:
                    assert cut.bound.at(z) <= ACCURACY
                else:
                    proven[cut.theta] = max(proven[cut.theta], cut.bound.at(z))
            assert proven.sum() <= cost + ACCURACY
        else:
            assert any(cut.theta is None for cut in separator.cuts_at(z))


def test_capacity_binds_unless_all_that_may_come_fits() -> None:
    free = problem_of("opening costs", 2)
    most = float(free.demand.sum(axis=1).max())
    assert never_binds(free)
    for units, fits in ((most, True), (0.9 * most, False)):
        capacity = np.full(free.fixed_capacity.shape, units)
        assert never_binds(replace(free, fixed_capacity=capacity)) == fits


def test_mixed_penalties_under_a_shared_split_are_no_matter_of_mean_demand() -> None:
    model = MODELS["one type left out"].model_copy(update={"split": "shared"})
    assert not never_binds(instances.random_instance(1, model=model, types=2))
