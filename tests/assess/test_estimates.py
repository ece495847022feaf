"""An estimate depends on its own purpose alone, not on what else is estimated, or when."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from robustev.assess.compare import compare
from robustev.assess.config import CompareConfig, MisspecifiedConfig
from robustev.assess.estimates import Estimator
from robustev.assess.input import JudgedPlan
from robustev.assess.statistics.intervals import Draws, mean_of, std_of, tail_mean
from tests.assess.cases import DEFINITION, small_case

STATISTICS = {"mean": mean_of, "spread": std_of, "tail": tail_mean(0.1)}
CONFIG = CompareConfig(
    scenarios=25, gap=1e-9, regret_scenarios=12, foresight_scenarios=0, redraws=0,
    equal_spend=False,
)  # fmt: skip


SEED = 0
"""A case whose two plans differ."""


def test_the_order_of_calls_changes_no_interval() -> None:
    draws = Draws(np.full(20, 0.05), np.ones(20, dtype=bool))
    costs = np.random.default_rng(0).normal(size=20)

    def all_of(names: list[str]) -> dict[str, object]:
        estimator = Estimator(draws, 0.95, 7, "20 draws", ("test",))
        return {name: estimator.figure(name, STATISTICS[name], costs) for name in names}

    assert all_of(["mean", "spread", "tail"]) == all_of(["tail", "spread", "mean"])
    assert all_of(["spread"])["spread"] == all_of(list(STATISTICS))["spread"]


def test_two_purposes_resample_differently() -> None:
    draws = Draws(np.full(20, 0.05), np.ones(20, dtype=bool))
    costs = np.random.default_rng(0).normal(size=20)
    estimator = Estimator(draws, 0.95, 7, "20 draws")
    one, two = (estimator.about(plan).figure("mean", mean_of, costs) for plan in ("a", "b"))
    assert one.value == two.value
    assert one.interval != two.interval


def test_another_plan_or_question_changes_no_number_of_those_that_were_there() -> None:
    """Plans join in front, so that calls in turn would number every stream anew."""
    case = small_case(SEED, config=CONFIG)
    wilder = MisspecifiedConfig(scenarios=DEFINITION, number=15)
    more = replace(
        case,
        config=CONFIG.model_copy(update={"misspecified": {"a": wilder, "wilder": wilder}}),
        candidates=(JudgedPlan(case.candidates[1].plan.renamed("other")), *case.candidates),
    )
    fewer = replace(more, config=CONFIG.model_copy(update={"misspecified": {"wilder": wilder}}))
    first, second, third = (compare(one).comparison for one in (case, more, fewer))
    own, joined = first.trials[0], second.trials[0]
    assert own.pairs[0].mean_difference.interval not in (None, (0.0, 0.0))
    assert [one for one in joined.plans if one.plan != "other"] == list(own.plans)
    assert [one for one in joined.pairs if "other" not in (one.plan, one.other)] == list(own.pairs)
    assert second.trials[-1] == third.trials[-1]
