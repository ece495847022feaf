"""The real years stand beside the forecast, with the costs that the comparison gives them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from robustev.assess.schema import Estimate, ObservedPlan, ObservedYear
from robustev.report import ResultFolder
from robustev.report.figures import observed_figure, observed_frame
from robustev.report.sections import worth

UNKNOWN = Estimate(value=None, basis="bracketed", how="")


@pytest.fixture
def looked_back(whole: ResultFolder) -> ResultFolder:
    """The whole results, with two real years."""
    assert whole.comparison is not None
    plans = [facts.plan for facts in whole.comparison.plans]
    years = tuple(
        ObservedYear(
            year=year,
            total_demand=1.0,
            forecast_quantile=None,
            plans=tuple(
                ObservedPlan(
                    plan=plan,
                    cost=Estimate(value=100.0 + n + level, basis="exact", how=""),
                    regret=UNKNOWN,
                    unserved_share=0.0,
                    mean_travel=None,
                )
                for n, plan in enumerate(plans)
            ),
            cheapest=plans[0],
        )
        for year, level in ((2017, 0.0), (2018, 50.0))
    )
    return replace(whole, comparison=whole.comparison.model_copy(update={"observed": years}))


def test_costs_are_those_of_the_years(looked_back: ResultFolder) -> None:
    table = observed_frame(looked_back).set_index("plan")
    assert (table["2018"] - table["2017"]).tolist() == [50.0] * len(table)
    assert table["2017"].min() == 100.0


def test_differences_leave_the_level_of_the_year_out(looked_back: ResultFolder) -> None:
    table = observed_frame(looked_back, "nominal").set_index("plan")
    assert "nominal" not in table.index
    assert table["2017"].tolist() == table["2018"].tolist()


def test_each_year_is_marked_beside_every_plans_box(looked_back: ResultFolder) -> None:
    figure = observed_figure(looked_back)
    marks = {trace.name: trace for trace in figure.data if trace.type == "scatter"}
    assert list(marks) == ["really in 2017", "really in 2018"]
    boxes = [trace for trace in figure.data if trace.type == "box"]
    assert {box.y[0] for box in boxes} == set(marks["really in 2017"].y)
    assert np.isfinite(marks["really in 2018"].x).all()


def test_the_section_shows_the_picture_only_where_there_are_years(
    whole: ResultFolder, looked_back: ResultFolder
) -> None:
    def keys(results: ResultFolder) -> list[str]:
        section = worth.section(results)
        assert section is not None
        return [block.key for block in section.blocks if block.kind == "picture"]

    assert keys(whole) == []
    assert keys(looked_back) == ["observed"]
    assert observed_frame(whole).empty
