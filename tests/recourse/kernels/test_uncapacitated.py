"""Second-stage cost by nearest sites, against linear programs with all links and capacities."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robustev.core.arrays import BoolArray
from robustev.model.instance import Instance
from robustev.model.model import Model, Reach
from robustev.recourse.kernels.uncapacitated import UncapacitatedRecourse, uncapacitated_recourse
from tests import instances

CAREFUL = settings(max_examples=30, deadline=None)
SEEDS = st.integers(0, 5000)
SPLITS = st.sampled_from(["by_type", "shared"])
PENALTIES = st.sampled_from([None, 0.5, 5.0, 40.0])


def problem_of(
    seed: int,
    split: Literal["by_type", "shared"] = "by_type",
    penalty: float | dict[str, float] | None = 40.0,
    **shape: int,
) -> Instance:
    nearest = 2 if seed % 2 else None
    model = Model(
        capacitated=False, split=split, unserved_penalty=penalty, reach=Reach(nearest=nearest)
    )
    return instances.random_instance(
        seed, model=model, scenarios=3, **{"sites": 4, "kinds": 0, **shape}
    )


def sites_of(instance: Instance) -> UncapacitatedRecourse:
    sites = uncapacitated_recourse(instance)
    assert sites is not None
    return sites


def expected_cost(instance: Instance, is_open: BoolArray) -> float:
    x = is_open.astype(float)
    capacity = np.where(is_open[:, None], instance.fixed_capacity, 0.0)
    every = range(len(instance.scenarios))
    costs = [instances.true_recourse(instance, s, x, capacity) for s in every]
    return float(instance.probability @ costs)


@CAREFUL
@given(seed=SEEDS, split=SPLITS, penalty=PENALTIES, types=st.integers(1, 3))
def test_total_is_the_expected_cost_of_the_linear_programs(
    seed: int, split: Literal["by_type", "shared"], penalty: float | None, types: int
) -> None:
    instance = problem_of(seed, split, penalty, types=types)
    is_open = np.random.default_rng(seed).random(instance.num_sites) < 0.5
    total = sites_of(instance).total(is_open)
    assert total == pytest.approx(expected_cost(instance, is_open), abs=1e-7)


@CAREFUL
@given(seed=SEEDS)
def test_types_with_penalties_of_their_own_are_customers_of_their_own(seed: int) -> None:
    instance = problem_of(seed, penalty={"type0": 3.0, "type2": 40.0}, types=3)  # type1 must be
    is_open = np.random.default_rng(seed).random(instance.num_sites) < 0.5
    total = sites_of(instance).total(is_open)
    assert total == pytest.approx(expected_cost(instance, is_open), abs=1e-7)


@CAREFUL
@given(seed=SEEDS, penalty=PENALTIES)
def test_cuts_never_exceed_the_cost_and_reach_it_at_whole_openings(
    seed: int, penalty: float | None
) -> None:
    sites = sites_of(problem_of(seed, penalty=penalty, sites=5, zones=5))
    rng = np.random.default_rng(seed)
    point = rng.choice([0.0, 1.0, rng.random(), rng.random()], size=5)
    for v in (sites.thresholds(point), *sites.two_cheapest(point > 0.5)):
        for plan in np.ndindex(2, 2, 2, 2, 2):
            is_open = np.array(plan, dtype=bool)
            if sites.serves(is_open):
                cheapest = sites.two_cheapest(is_open)[0]
                assert (sites.costs(v, is_open.astype(float)) <= cheapest + 1e-9).all()
    is_open = point > 0.5
    whole = is_open.astype(float)
    for v in (sites.thresholds(whole), sites.two_cheapest(is_open)[1]):
        assert sites.costs(v, whole) == pytest.approx(sites.two_cheapest(is_open)[0])


@CAREFUL
@given(seed=SEEDS)
def test_no_threshold_proves_more_at_a_fractional_point(seed: int) -> None:
    sites = sites_of(problem_of(seed, sites=5, zones=5))
    x = np.random.default_rng(seed).random(5)
    best = sites.costs(sites.thresholds(x), x)
    for v in np.vstack([sites.cost, sites.ceiling]):
        assert (sites.costs(v, x) <= best + 1e-9).all()


def test_savings_are_the_slopes_of_the_cuts() -> None:
    sites = sites_of(problem_of(3, sites=5, zones=5))
    x = np.random.default_rng(3).random(5)
    v = sites.thresholds(x)
    chosen = np.array([3, 1])
    proven = v[chosen] - sites.savings(v[chosen], chosen, np.arange(5)) @ x
    assert proven == pytest.approx(sites.costs(v, x)[chosen])


def test_sites_that_are_closed_for_good_save_nothing() -> None:
    sites = sites_of(problem_of(3, sites=5, zones=5))
    chosen, live = np.array([3, 1]), np.array([0, 2, 4])
    v = sites.ceiling[chosen]
    whole = sites.savings(v, chosen, np.arange(5)).toarray()
    some = sites.savings(v, chosen, live).toarray()
    assert (some[:, live] == whole[:, live]).all()
    assert (some[:, [1, 3]] == 0).all()


def with_capacity(instance: Instance, units: float) -> Instance:
    return replace(instance, fixed_capacity=np.full(instance.fixed_capacity.shape, units))


@pytest.mark.parametrize("split", ["by_type", "shared"])
def test_capacity_for_all_that_may_come_is_as_good_as_none(
    split: Literal["by_type", "shared"],
) -> None:
    free = problem_of(7, split, types=2)  # odd seeds let a zone use two sites only
    sent = np.einsum("ij,sjk->iks", np.isfinite(free.arcs.matrix()).astype(float), free.demand)
    most = float(sent.max())
    ample = with_capacity(free, most * 1.001)
    assert sites_of(ample).cost == pytest.approx(sites_of(free).cost)
    is_open = np.array([True, False, True, True])
    assert sites_of(ample).total(is_open) == pytest.approx(expected_cost(ample, is_open))
    assert most < free.demand.sum(axis=1).max()  # what is out of reach does not count
    assert uncapacitated_recourse(with_capacity(free, most * 0.999)) is None


def test_a_shared_split_with_several_penalties_is_no_matter_of_mean_demand() -> None:
    assert (
        uncapacitated_recourse(problem_of(4, "shared", {"type0": 3.0, "type1": 9.0}, types=2))
        is None
    )
    assert uncapacitated_recourse(problem_of(4, "by_type", {"type0": 3.0, "type1": 9.0}, types=2))
