"""Limits on what groups leave unserved, held to the kernel of any second stage."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from robustev.model.instance import Instance
from robustev.model.model import Model
from robustev.recourse.kernels.base import EXACT, WITH_COVERS, RecourseKernel
from robustev.recourse.kernels.generic import GenericKernel
from robustev.recourse.kernels.group_limits import GroupLimitsKernel
from tests import instances

SEEDS = st.integers(0, 5000)
SHARES = st.sampled_from([0.0, 0.3, 0.7, 0.95, 1.0])
CHEAP = 2.0
"""Leaving demand unserved is cheaper than most trips, so that the limits bind."""
CAREFUL = settings(max_examples=40, deadline=None)


def limited(seed: int, share: float, *, capacitated: bool = True) -> Instance:
    rule = {"by": "district", "share": share}
    model = Model(unserved_penalty=CHEAP, group_service=rule, capacitated=capacitated)
    return instances.random_instance(seed, model=model, types=2, slots=2, sites=3, scenarios=3)


def costs(kernel: RecourseKernel, of: Instance, x: np.ndarray, capacity: np.ndarray) -> np.ndarray:
    every = range(len(of.demand))
    return np.array([kernel.price(s, x, capacity)[0] for s in every])


@CAREFUL
@given(seed=SEEDS, share=SHARES, capacitated=st.booleans())
def test_units_beyond_the_limits_are_those_of_the_general_kernel(
    seed: int, share: float, capacitated: bool
) -> None:
    instance = limited(seed, share, capacitated=capacitated)
    (fast,) = GroupLimitsKernel.of_shortages(instance)
    (slow,) = GenericKernel.of_shortages(instance)
    rng = np.random.default_rng(seed)
    for _ in range(4):
        x, capacity = instances.random_point(instance, rng)
        known = costs(slow, instance, x, capacity)
        np.testing.assert_allclose(costs(fast, instance, x, capacity), known, atol=1e-6)


@CAREFUL
@given(seed=SEEDS, share=SHARES)
def test_costs_are_those_of_the_general_kernel_at_whole_and_broken_openings(
    seed: int, share: float
) -> None:
    instance = limited(seed, share)
    (fast,), (slow,) = GroupLimitsKernel.of_costs(instance), GenericKernel.of_costs(instance)
    (short,) = GenericKernel.of_shortages(instance)
    rng = np.random.default_rng(seed)
    for _ in range(4):
        x, capacity = instances.random_point(instance, rng)
        kept = costs(short, instance, x, capacity) <= 1e-9
        found, known = (costs(kernel, instance, x, capacity) for kernel in (fast, slow))
        np.testing.assert_allclose(found[kept], known[kept], rtol=1e-6, atol=1e-6)


@CAREFUL
@given(seed=SEEDS, share=SHARES, covers=st.booleans())
def test_what_a_dual_point_proves_is_true_of_every_scenario_and_plan(
    seed: int, share: float, covers: bool
) -> None:
    instance = limited(seed, share)
    (fast,), (slow,) = GroupLimitsKernel.of_costs(instance), GenericKernel.of_costs(instance)
    (short,) = GenericKernel.of_shortages(instance)
    rng, every = np.random.default_rng(seed), np.arange(len(instance.demand))
    points = [instances.random_point(instance, rng) for _ in range(4)]
    for s, (x, capacity) in zip([0, 1, 2, 0], points, strict=True):
        fast.add(fast.price(s, x, capacity, WITH_COVERS if covers else EXACT)[1])
    one = np.ones(len(every))
    plans = [instances.random_plan(instance, rng) for _ in range(4)]
    whole = [(plan.open.astype(float), instance.capacity(plan)) for plan in plans]
    # Flow covers cut off broken openings.
    for x, capacity in whole if covers else points + whole:
        proven = fast.values(x, capacity, every)
        truth = costs(slow, instance, x, capacity)
        kept = costs(short, instance, x, capacity) <= 1e-9
        assert (proven[kept] <= truth[kept, None] * (1 + 1e-6) + 1e-6).all()
        best = proven.argmax(axis=1)
        for at, limit in points:
            cuts = fast.cuts(every, best, one, every, at)
            found = np.array([cut.at(x, capacity) for cut in cuts])
            assert (found[kept] <= truth[kept] * (1 + 1e-6) + 1e-6).all()
            sharp = np.array([cut.at(at, limit) for cut in cuts])
            known = fast.values(at, limit, every)[every, best]
            assert (sharp >= known - 1e-6 * (1 + abs(known))).all()


@CAREFUL
@given(seed=SEEDS, share=SHARES)
def test_who_is_served_keeps_the_limits_and_costs_what_the_price_says(
    seed: int, share: float
) -> None:
    instance = limited(seed, share)
    (kernel,) = GroupLimitsKernel.of_costs(instance)
    plan = instances.random_plan(instance, np.random.default_rng(seed))
    x, capacity = plan.open.astype(float), instance.capacity(plan)
    rule = instance.model.group_service
    for s, demand in enumerate(instance.demand):
        served = kernel.serve(s, x, capacity)
        total = served.unserved.copy()
        np.add.at(total, (served.zone, served.type), served.amount)
        np.testing.assert_allclose(total, demand, atol=1e-6)
        keeps = rule._shortfall(plan, instance, demand) <= 1e-6
        assert np.isfinite(served.further) == keeps
        if keeps:
            travel = instance.travel_cost(served.site, served.zone, served.amount)
            cost = travel + instance.unserved_cost(served.unserved)
            assert abs(kernel.price(s, x, capacity)[0] - cost) <= 1e-6 * (1 + cost)
