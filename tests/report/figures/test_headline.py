"""The opening picture compares every plan that was judged with the nominal one."""

from dataclasses import replace

import pytest

from robustev.report import ResultFolder
from robustev.report.figures import difference_figure, difference_frame


def test_differences_are_those_of_the_evaluation(whole: ResultFolder) -> None:
    assert whole.main_evaluation is not None
    table = difference_frame(whole)
    mean = whole.main_evaluation.groupby("plan")["cost"].mean()
    row = table[(table["plan"] == "robust") & (table["view"] == "mean")].iloc[0]
    assert row["difference"] == pytest.approx(mean["robust"] - mean["nominal"])
    assert row["low"] <= row["difference"] <= row["high"]


def test_all_plans_but_the_nominal_are_drawn(whole: ResultFolder) -> None:
    names = [trace.name for trace in difference_figure(whole).data]
    assert names[0] == "robust"
    assert "nominal" not in names


def test_a_plan_that_was_not_judged_on_the_fresh_scenarios_is_left_out(
    whole: ResultFolder,
) -> None:
    comparison = whole.comparison
    assert comparison is not None
    twin = comparison.plans[0].model_copy(update={"plan": "twin"})
    more = comparison.model_copy(update={"plans": (*comparison.plans, twin)})
    assert "twin" not in set(difference_frame(replace(whole, comparison=more))["plan"])
