"""Every question has what a question needs; one that fails or is stopped is listed as missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest

from robustev.assess.compare import compare
from robustev.assess.config import CompareConfig
from robustev.assess.input import ComparisonInput
from robustev.assess.questions import REGISTER, Question, own_settings, register
from robustev.core.errors import ConfigError, SolverError
from robustev.report.sections import questions as report
from tests import pages
from tests.assess.cases import small_case

DOCS = pages.PROJECT / "docs" / "questions"
QUIET = CompareConfig(
    scenarios=12, gap=1e-9, regret_scenarios=0, foresight_scenarios=0, redraws=0, equal_spend=False
)


@pytest.fixture(scope="module")
def more_stations() -> type[Question]:
    """The question that the documentation defines as its example."""
    text = (pages.PROJECT / "docs" / "extending" / "questions.md").read_text(encoding="utf-8")
    code, *_ = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    names: dict[str, type[Question]] = {"__name__": "own"}  # type: ignore[dict-item]
    exec(compile(code, "questions.md", "exec", dont_inherit=True), names)
    return names["MoreStations"]


@pytest.fixture
def joined(more_stations: type[Question]) -> Iterator[str]:
    """Let comparisons ask it for the time of a test."""
    register(more_stations)
    yield more_stations.key
    del REGISTER[more_stations.key]


def asking(**changes: object) -> ComparisonInput:
    """Return a case that asks only what the changes of its configuration say."""
    return small_case(0, config=QUIET.model_copy(update=changes))


@pytest.mark.parametrize("key", list(REGISTER))
def test_it_has_a_page_and_is_listed(key: str) -> None:
    assert (DOCS / f"{key}.md").read_text(encoding="utf-8").count("```yaml") == 1
    assert f"({key}.md)" in (DOCS / "index.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", list(REGISTER))
def test_its_settings_are_part_of_the_section_and_its_example_is_one(key: str) -> None:
    question = REGISTER[key]
    fields = question.settings.model_fields
    assert set(question.example) <= set(fields) <= set(CompareConfig.model_fields)
    assert all(field.description for field in fields.values())
    CompareConfig.model_validate(question.example)
    assert (question.key, question.title != "") == (key, True)
    assert question.__doc__ is not None
    assert question.__doc__.splitlines()[0].endswith(("?", "."))


def test_keys_and_titles_are_all_different() -> None:
    assert len({question.title for question in REGISTER.values()}) == len(REGISTER)


def test_a_question_that_fails_is_missing_and_the_others_stand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> object:
        raise SolverError("the solver gave up")

    monkeypatch.setattr(type(REGISTER["information"]), "ask", fail)
    found = compare(asking())
    missing = {one.what: one.why for one in found.comparison.skipped}
    assert missing == {"VSS and EVPI": "the solver gave up"}
    assert found.complete
    assert found.comparison.information.vss is None
    assert len(found.comparison.trials) == 1


def test_what_was_not_asked_when_someone_stopped_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stop(*_: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(type(REGISTER["redraws"]), "ask", stop)
    frontiers = {"money": {"vary": "budget", "values": [10.0]}}
    config = CompareConfig.model_validate(
        QUIET.model_dump() | {"redraws": 2} | {"frontiers": frontiers}
    )
    found = compare(replace(asking(), config=config))
    missing = {one.what: one.why for one in found.comparison.skipped}
    assert missing == dict.fromkeys(
        ("site persistence and the SAA gap", "frontier: money"), "it was interrupted"
    )
    assert not found.complete
    assert found.comparison.information.vss is not None


def test_one_from_outside_is_asked_told_stored_and_shown(joined: str) -> None:
    case = asking(questions={joined: {"most": 1}})
    comparison = compare(case).comparison
    more = comparison.answers[joined]["more"]
    count = {one.plan: one.stations for one in comparison.plans}
    assert more == count["expected"] - count["nominal"]
    again = type(comparison).model_validate_json(comparison.model_dump_json())
    assert again.answers == comparison.answers
    shown = report.section(SimpleNamespace(comparison=again))  # type: ignore[arg-type]
    assert shown is not None
    table = shown.blocks[0]
    assert "stations beyond those of the nominal plan" in str(table)


def test_one_from_outside_is_not_asked_unless_it_is_named(joined: str) -> None:
    assert joined not in compare(asking()).comparison.answers


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ({"more_station": {}}, r"no such question \(is 'more_stations' meant\?\)"),
        ({"redraws": {}}, "stand in compare itself: redraws, redraw_scenarios"),
        ({"more_stations": {"most": -1}}, "greater than or equal to 0"),
    ],
)
def test_wrong_settings_of_questions_are_refused(
    joined: str, sections: dict[str, dict[str, object]], message: str
) -> None:
    config = CompareConfig(questions=sections)
    with pytest.raises(ConfigError, match=message):
        own_settings(config, next(iter(sections)))


def test_two_questions_may_not_share_a_key() -> None:
    class Other(type(REGISTER["redraws"])):  # type: ignore[misc]
        """Another question under a key that is taken."""

    with pytest.raises(ValueError, match="'redraws' is that of RedrawQuestion"):
        register(Other)
