"""Each scenario's own optimum lies between the bounds, and a part stands for the whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from robustev.assess.scenario_optima import chosen, scenario_optima
from robustev.evaluate import evaluate
from robustev.model.instance import build_instance
from tests import instances
from tests.assess.cases import equiprobable, small_case


@pytest.mark.parametrize("seed", [1, 2, 4])
def test_bounds_hold_the_optimum_of_brute_force(seed: int) -> None:
    case = small_case(seed)
    made = evaluate(case.instance(case.in_sample), case.plans, workers=1)
    found = scenario_optima(case, case.in_sample, 3, made)
    assert found is not None
    for s in range(3):
        single = build_instance(case.region, case.in_sample.subset([s]), case.judging)
        best = instances.brute_force(single)[0]
        assert found.lower[s] <= best * (1 + 1e-7)
        assert found.upper[s] == pytest.approx(best)
    assert found.width < 1e-6


def test_a_plan_that_breaks_the_limits_is_no_upper_bound() -> None:
    case = small_case(2)
    made = evaluate(case.instance(case.in_sample), case.plans, workers=1)
    lucky = replace(made[0], plan=made[0].plan.renamed("given"), infrastructure=-1e6)
    found = scenario_optima(case, case.in_sample, 3, [*made, lucky])
    assert found is not None
    assert (found.upper > 0).all()


def test_a_part_is_taken_of_draws_and_of_nothing_else() -> None:
    case = small_case(2)
    equal = equiprobable(case.instance(case.in_sample), np.ones((4, 4, 1)))
    nobody: frozenset[str] = frozenset()
    assert chosen(equal, 2, nobody).tolist() == [0, 1]
    assert chosen(equal, 9, nobody).tolist() == [0, 1, 2, 3]
    assert chosen(case.in_sample, 2, nobody).tolist() == [], "weighted: a part stands for nothing"
    assert chosen(case.in_sample, 3, nobody).tolist() == [0, 1, 2]
    assert chosen(equal, 2, frozenset({equal.names[0]})).tolist() == [1, 2]
