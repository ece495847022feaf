"""A pair of plans turned round says the same."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.assess.estimates import Estimator, pair_figures
from robustev.assess.narrative.pairs import turned
from robustev.assess.schema import PairFigures
from robustev.assess.statistics.intervals import Draws
from robustev.evaluate import evaluate
from tests.assess.cases import equiprobable, small_case


def pairs() -> tuple[PairFigures, PairFigures]:
    case = small_case(2)
    rng = np.random.default_rng(0)
    scenarios = equiprobable(case.instance(case.in_sample), rng.uniform(0, 6, (40, 4, 1)))
    one, two = evaluate(case.instance(scenarios), case.plans, workers=1)
    estimator = Estimator(Draws.of(scenarios), 0.95, 1, "40 scenarios")
    return pair_figures(one, two, estimator), pair_figures(two, one, estimator)


def test_turning_round_gives_the_pair_the_other_way() -> None:
    there, back = pairs()
    again = turned(there)
    assert (again.plan, again.other) == (back.plan, back.other)
    for name in ("mean_difference", "relative_difference", "cvar90_difference", "win_rate"):
        assert getattr(again, name).value == pytest.approx(getattr(back, name).value), name


def test_intervals_stay_in_order_and_hold_the_value() -> None:
    for pair in pairs():
        for figure in (turned(pair).mean_difference, turned(pair).relative_difference):
            assert figure.interval is not None
            low, high = figure.interval
            assert low is not None
            assert high is not None
            assert low <= (figure.value or 0.0) <= high
