"""The first lines say what to build, and each is true."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robustev.model.features.budget import Budget
from robustev.report.building import building_of
from robustev.report.sections.lead import build_line, cost_line, lead, served, service_line
from robustev.results.folder import ResultFolder, StoredPlan
from robustev.results.schema import PlanDocument


def plan(rows: list[tuple[str, str, int, int, float]], closed: tuple[str, ...] = ()) -> StoredPlan:
    """Return a plan of rows: site, change, existing, added, cost."""
    table = pd.DataFrame(
        [
            {"id": site, "fast": old + new, "change": change, "existing_fast": old,
             "new_fast": new, "cost": cost}
            for site, change, old, new, cost in rows
        ]
    )  # fmt: skip
    document = PlanDocument(plan="p", kinds=("fast",), closed_sites=closed,
                            open_sites=tuple(table["id"]))  # fmt: skip
    return StoredPlan("p", document, table)


def line(stored: StoredPlan) -> str:
    built = building_of(stored)
    assert built is not None
    return build_line(stored, built)


def test_new_and_enlarged_stations_are_counted_apart() -> None:
    rows = [("a", "new", 0, 4, 9.0), ("b", "enlarged", 2, 3, 3.0), ("c", "unchanged", 1, 0, 0.0)]
    assert line(plan(rows)) == (
        "p: build 7 new chargers at 1 new station and 1 enlarged station. 1 station stays as it is."
    )


def test_chargers_that_go_are_counted_at_closed_sites_too() -> None:
    stored = plan([("a", "reduced", 4, -1, -2.0)], ("z",))
    document = stored.document.model_copy(update={"removed": {"fast": 3}, "spend": -5.0})
    stored = replace(stored, document=document)
    assert line(stored).endswith("1 station closes. 3 chargers that stand today go (3 fast).")
    built = building_of(stored)
    assert built is not None
    assert built.spend == -5.0


def test_a_new_station_without_chargers_is_not_said_to_have_any() -> None:
    rows = [("a", "new", 0, 4, 9.0), ("b", "new", 0, 0, 5.0)]
    assert line(plan(rows)) == (
        "p: build 4 new chargers at 1 new station. 1 more new station needs no chargers."
    )
    assert line(plan([("b", "new", 0, 0, 5.0)])) == "p: open 1 new station."


def test_what_goes_is_said() -> None:
    rows = [("a", "reduced", 4, -1, -2.0)]
    assert line(plan(rows, ("z",))) == (
        "p: build nothing. 1 station loses chargers. 1 station closes."
    )


def test_a_plan_of_an_older_folder_has_no_such_line(whole: ResultFolder) -> None:
    stored = whole.plans["robust"]
    assert stored.table is not None
    old = replace(stored, table=stored.table.drop(columns="change"))
    assert building_of(old) is None
    assert len(lead(whole, old)) == 1


def test_the_whole_folder_opens_with_three_lines(whole: ResultFolder) -> None:
    lines = lead(whole, whole.plans["robust"])
    assert [words.split()[0] for words in lines] == ["robust:", "Building", "On"]
    assert "20 scenarios that no plan was made from" in lines[2]


def test_spending_is_told_against_the_budget(whole: ResultFolder) -> None:
    stored = plan([("a", "new", 0, 4, 9.0)])
    built = building_of(stored)
    assert built is not None
    assert cost_line(whole, stored, built) == "Building costs 9 cost units."
    assert whole.experiment is not None
    model = whole.experiment.model.model_copy(update={"budget": Budget(limit=12.0)})
    limited = replace(whole, experiment=whole.experiment.model_copy(update={"model": model}))
    assert cost_line(limited, stored, built) == (
        "Building costs 9 cost units, 75 % of the budget of 12 cost units."
    )


def service(cost: list[float], unserved: list[float]) -> list[str]:
    number = len(cost)
    table = pd.DataFrame(
        {"trial": "in_sample", "plan": "p", "scenario": [f"s{n}" for n in range(number)],
         "probability": 1 / number, "cost": cost, "unserved": unserved, "demand": 10.0}
    )  # fmt: skip
    return service_line(ResultFolder(None, evaluation=table), StoredPlan("p"))  # type: ignore[arg-type]


def test_bad_futures_are_measured_on_their_own() -> None:
    (words,) = service([10.0] * 9 + [30.0], [0.0] * 9 + [5.0])
    assert words.startswith("On average over the 10 scenarios that the experiment plans with, 95 %")
    assert "by cost, 50 % of the demand is served" in words
    assert "costs 30 cost units there, 150 % more than on average" in words


def test_one_future_is_not_called_an_average() -> None:
    assert service([5.0], [0.0]) == [
        "In the one future that it was made for and measured on, all demand is served."
    ]


def test_futures_that_are_all_alike_are_not_said_to_be_worse() -> None:
    (words,) = service([5.0, 5.0], [0.0, 0.0])
    assert words.endswith("as much as on average.")


def test_a_cost_without_an_end_is_not_written_as_a_number() -> None:
    (words,) = service([5.0, np.inf], [0.0, 1.0])
    assert "which the model does not allow" in words


@given(st.floats(2e-7, 1.0))
def test_what_is_not_all_is_never_called_all(unserved: float) -> None:
    assert not served(unserved).startswith(("all", "100 %"))


@pytest.mark.parametrize("unserved", [0.0, 1e-9])
def test_rounding_is_not_called_unserved(unserved: float) -> None:
    assert served(unserved) == "all demand is served"
