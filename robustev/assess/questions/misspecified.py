"""Misspecified: the plans on scenarios of another forecast than the one they were made for."""

from __future__ import annotations

from typing import Any, ClassVar

from robustev.assess.config import MisspecifiedConfig, MisspecifiedSettings
from robustev.assess.input import ComparisonInput
from robustev.assess.judging import Judged, Label, judge
from robustev.assess.narrative.pairs import pair_of
from robustev.assess.narrative.saving import saving
from robustev.assess.questions.base import Answer, Question, Remark, register
from robustev.assess.schema import ComparisonFigures, OutOfSampleTest
from robustev.assess.statistics.streams import MISSPECIFIED, out_of_sample_scenarios, stress_names
from robustev.core.units import Units


@register
class Misspecified(Question):
    """Is the robust plan still better where the forecast itself was wrong?"""

    key = "misspecified"
    title = "misspecified forecast"
    settings = MisspecifiedSettings
    example: ClassVar[dict[str, Any]] = {
        "misspecified": {
            "wilder": {"scenarios": {"source": {"kind": "zones", "spread": 0.6}}, "number": 20}
        }
    }

    def parts(self, case: ComparisonInput) -> tuple[str, ...]:
        """Return the names of the other forecasts."""
        return tuple(case.config.misspecified)

    def ask(self, case: ComparisonInput, main: Judged, part: str) -> Answer:
        """Return the test of all plans under one of them."""
        return Answer(tests=(judge_misspecified(case, part, case.config.misspecified[part]),))

    def says(self, found: ComparisonFigures, names: tuple[str, str]) -> list[Remark]:
        """Return how the robust plan does under each of them, against the nominal one."""
        tests = (one for one in found.trials if one.kind == "misspecified")
        said = (under(one, names, found.units) for one in tests)
        return [remark for remark in said if remark is not None]


def judge_misspecified(case: ComparisonInput, name: str, other: MisspecifiedConfig) -> Judged:
    """Return the trial on the scenarios of another definition."""
    scenarios = out_of_sample_scenarios(
        case.region, other.scenarios, other.number, case.seed, purpose=MISSPECIFIED, which=name
    )
    about = other.scenarios.description or "Scenarios of another definition than the plans' own."
    label = Label(
        name=name,
        kind="misspecified",
        title=name.replace("_", " "),
        description=about,
        where=f"{len(scenarios)} scenarios of another forecast",
    )
    return judge(case, label, scenarios, case.plans, stress=stress_names(other.scenarios))


def under(trial: OutOfSampleTest, names: tuple[str, str], units: Units) -> Remark | None:
    """Return how the plan does under another forecast; None where the pair was not tried there."""
    pair = pair_of(trial, *names)
    if pair is None:
        return None
    found = saving(pair.mean_difference, units, pair.relative_difference)
    sentence = f"Under another forecast ({trial.title}) the robust plan {found} on average."
    return Remark(sentence, pair.mean_difference.value is not None and found.startswith("saves"))
