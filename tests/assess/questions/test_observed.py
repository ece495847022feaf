"""Held-back years: what every plan would really have cost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from robustev.assess.questions.observed import judge_on_observed
from robustev.data.region import History
from robustev.scenarios.config import ScenarioConfig
from robustev.scenarios.sources import HistorySource
from tests import instances
from tests.assess.cases import small_case

UNTIL_2016 = ScenarioConfig(source=HistorySource(horizon=2, last_year=2016))


def test_costs_and_regret_are_those_of_the_real_demand() -> None:
    case = small_case(2)
    demand = np.stack([case.region.demand * factor for factor in (1, 1, 1, 1.5, 0.5)])
    region = replace(case.region, history=History((2014, 2015, 2016, 2017, 2018), demand))
    case = replace(case, region=region, definition=UNTIL_2016)
    years, table = judge_on_observed(case, case.in_sample)
    assert [year.year for year in years] == [2017, 2018]
    assert table is not None
    assert set(table["trial"]) == {"observed"}
    for year in years:
        factor = {2017: 1.5, 2018: 0.5}[year.year]
        scenario = case.in_sample.subset([0])
        scenario = replace(scenario, demand=factor * region.demand[None])
        instance = case.instance(scenario)
        best = instances.brute_force(instance)[0]
        for one in year.plans:
            truth = instances.true_costs(instance, case.candidate(one.plan).plan)[0]
            assert one.cost.value == pytest.approx(truth)
            assert one.regret.value == pytest.approx(truth - best, abs=1e-5)
        assert year.cheapest == min(year.plans, key=lambda p: p.cost.value or 0.0).plan
    assert years[0].forecast_quantile is None, "2017 is not the year planned for"
    assert years[1].forecast_quantile is not None


def test_without_held_back_years_there_is_nothing() -> None:
    case = small_case(2)
    assert judge_on_observed(case, case.in_sample) == ((), None)
