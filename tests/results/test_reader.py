"""A result folder is read as it is, and what is not there is not made up."""

from collections.abc import Callable
from pathlib import Path

import pytest

from robustev.core.errors import InputError
from robustev.report import StoredResults, read_results


def test_a_whole_folder_is_read_in_the_order_of_the_report(whole: StoredResults) -> None:
    assert whole.ordered[:2] == ("robust", "nominal")
    assert whole.name == "tiny"
    assert whole.comparison is not None
    assert whole.region is not None
    assert whole.region.demand.tolist() == [10, 6, 3]


def test_only_the_main_trial_is_kept_of_the_evaluation(whole: StoredResults) -> None:
    assert whole.evaluation is not None
    assert whole.evaluation.groupby("plan").size().unique().tolist() == [20]


@pytest.mark.parametrize(
    ("part", "attribute"),
    [
        ("comparison.json", "comparison"),
        ("evaluation.parquet", "evaluation"),
        ("region", "region"),
        ("scenarios.parquet", "scenarios"),
    ],
)
def test_what_is_not_there_is_none(without: Callable[..., Path], part: str, attribute: str) -> None:
    assert getattr(read_results(without(part)), attribute) is None


def test_plans_without_their_tables_are_still_known(without: Callable[..., Path]) -> None:
    plan = read_results(without("plans/robust.csv", "trace/robust.csv")).plans["robust"]
    assert plan.table is None
    assert plan.trace is None
    assert plan.chargers


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("manifest.json", "{", "cannot be read"),
        ("manifest.json", "[]", "no JSON object"),
        ("comparison.json", "{}", "not a comparison of this version"),
        ("config.yaml", "a: [", "cannot be read"),
    ],
)
def test_a_broken_file_is_named(
    without: Callable[..., Path], file: str, text: str, reason: str
) -> None:
    folder = without()
    (folder / file).write_text(text)
    with pytest.raises(InputError, match=reason) as error:
        read_results(folder)
    assert file in str(error.value)


def test_a_folder_without_a_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no manifest\.json"):
        read_results(tmp_path)


def test_a_damaged_scenario_file_becomes_a_note(without: Callable[..., Path]) -> None:
    folder = without()
    (folder / "scenarios.parquet").write_text("not a table")
    results = read_results(folder)
    assert results.scenarios is None
    assert "cannot be read" in results.unread[0]
