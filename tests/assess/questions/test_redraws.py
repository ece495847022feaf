"""Redraws: the SAA gap covers the true gap, and site persistence counts what came back."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.assess.config import CompareConfig
from robustev.assess.input import JudgedPlan
from robustev.assess.questions.redraws import (
    Redraws,
    one_sided_limit,
    overlap,
    persistence_of,
    redraw,
    replication_gap,
    replications,
    saa_gap,
    site_persistence,
)
from robustev.data.plan import Plan
from robustev.scenarios.config import Reduction
from tests import instances
from tests.assess.cases import DEFINITION, plan_of, small_case


def test_the_one_sided_limit_covers_the_mean_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    covered = [one_sided_limit(rng.gamma(6.0, 1.0, 10), 0.9) >= 6.0 for _ in range(1000)]
    assert 0.87 < np.mean(covered) < 0.93


def test_the_gap_of_a_replication_is_cost_less_the_optimum_there() -> None:
    case = small_case(2)
    found = redraw(case, case.candidate("expected"))
    assert len(found.results) == 2
    for m, scenarios in enumerate(found.scenarios):
        instance = case.instance(scenarios)
        own = instances.true_costs(instance, case.candidate("expected").plan)
        truth = float(instance.probability @ own) - instances.brute_force(instance)[0]
        assert replication_gap(case, found, m) == pytest.approx(truth, abs=1e-5)
        assert truth >= -1e-9


def test_the_gap_is_reported_with_its_limit() -> None:
    case = small_case(2)
    found = redraw(case, case.candidate("expected"))
    gap = saa_gap(case, found)
    assert gap is not None
    assert gap.replications == 2
    assert gap.gap.interval is not None
    assert gap.gap.interval[0] == 0.0
    assert gap.gap.value is not None
    assert gap.gap.value <= gap.gap.interval[1]


def test_redraws_are_other_scenarios_and_the_same_for_the_same_seed() -> None:
    case = small_case(2)
    one, two = (redraw(case, case.candidate("expected")) for _ in range(2))
    assert np.array_equal(one.scenarios[0].demand, two.scenarios[0].demand)
    assert not np.array_equal(one.scenarios[0].demand, one.scenarios[1].demand)


def test_a_measure_other_than_the_expected_cost_has_no_gap() -> None:
    case = small_case(2)
    assert saa_gap(case, redraw(case, case.candidate("nominal"))) is None


def test_redraws_that_are_samples_are_the_replications() -> None:
    case = small_case(2)
    found = redraw(case, case.candidate("expected"))
    assert replications(case, found) is found


def test_reduced_redraws_are_replaced_by_samples_of_equally_likely_draws() -> None:
    definition = DEFINITION.model_copy(update={"reduction": Reduction(to=2)})
    config = CompareConfig(redraws=2, redraw_scenarios=12, replication_scenarios=5, gap=1e-9)
    case = small_case(2, definition=definition, config=config)
    reduced = redraw(case, case.candidate("expected"))
    assert [len(scenarios) for scenarios in reduced.scenarios] == [2, 2]
    samples = replications(case, reduced)
    assert [len(scenarios) for scenarios in samples.scenarios] == [5, 5]
    for scenarios in samples.scenarios:
        assert scenarios.probability == pytest.approx(np.full(5, 0.2))
    gap = saa_gap(case, samples)
    assert gap is not None
    assert gap.scenarios_each == 5


def test_the_limit_covers_the_true_gap_of_a_plan_as_often_as_it_says() -> None:
    """The truth is a population of 30 futures, in which every plan's cost is known."""
    rng = np.random.default_rng(5)
    instance = instances.random_instance(2, scenarios=30)
    cost = np.array([instances.true_costs(instance, p) for p in instances.every_plan(instance)])
    mean = cost.mean(axis=1)
    candidate = int(np.argsort(mean)[2])
    truth = mean[candidate] - mean.min()
    assert truth > 0
    covered = []
    for _ in range(400):
        samples = [cost[:, rng.integers(0, 30, 25)].mean(axis=1) for _ in range(5)]
        gaps = np.array([sample[candidate] - sample.min() for sample in samples])
        covered.append(one_sided_limit(gaps, 0.9) >= truth)
    assert np.mean(covered) > 0.9 - 3 * np.sqrt(0.9 * 0.1 / 400)


def fake(plans: list[Plan], own: Plan) -> tuple[JudgedPlan, Redraws, object]:
    case = small_case(2, config=CompareConfig(redraws=len(plans)))
    candidate = JudgedPlan(own, case.model)
    base = redraw(case, candidate)
    results = [
        type(result)(**{**vars(result), "plan": plan})
        for result, plan in zip(base.results, plans, strict=True)
    ]
    return candidate, Redraws(candidate, case.model, base.scenarios, results), case


def test_site_persistence_counts_openings_and_chargers() -> None:
    instance = instances.random_instance(2)
    own = plan_of(instance, 2, 1, 0)
    plans = [plan_of(instance, *counts) for counts in ((2, 1, 0), (1, 0, 0), (2, 1, 0), (2, 0, 1))]
    first = persistence_of(0, own, plans, instance.region)
    assert (first.open_share, first.same_share, first.verdict) == (1.0, 0.75, "safe")
    chargers = first.chargers[0]
    assert (chargers.planned, chargers.lowest, chargers.highest) == (2, 1, 2)
    assert (chargers.mean, chargers.same_share) == (1.75, 0.75)
    second = persistence_of(1, own, plans, instance.region)
    assert (second.open_share, second.verdict) == (0.5, "open question")
    _, redraws, case = fake(plans, own)
    table = site_persistence(case, redraws)  # type: ignore[arg-type]
    assert table is not None
    assert [site.site for site in table.sites] == ["i0", "i1", "i2"]
    assert table.mean_overlap == pytest.approx((1 + 0.5 + 1 + 1 / 3) / 4)


def test_plans_without_any_station_agree() -> None:
    instance = instances.random_instance(2)
    nothing = plan_of(instance, 0, 0, 0)
    assert overlap(nothing, nothing) == 1.0
    assert overlap(nothing, plan_of(instance, 1, 0, 0)) == 0.0
