"""Out of sample: all plans on fresh draws of the forecast that they were made for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from robustev.assess.config import OutOfSampleConfig
from robustev.assess.input import ComparisonInput
from robustev.assess.judging import Judged, Label, judge
from robustev.assess.narrative.words import listed_have
from robustev.assess.questions.base import Answer, Question, Remark, register
from robustev.assess.schema import ComparisonFigures, Estimate, OutOfSampleTest, PlanFigures
from robustev.assess.statistics.intervals import EQUAL
from robustev.assess.statistics.streams import (
    judging_definition,
    out_of_sample_scenarios,
    stress_names,
)
from robustev.core.formatting import listed
from robustev.evaluate.frames import OUT_OF_SAMPLE


@register
class OutOfSample(Question):
    """Which plan costs least on scenarios that none was made from?"""

    key = "out_of_sample"
    title = "out of sample"
    settings = OutOfSampleConfig
    example: ClassVar[dict[str, Any]] = {"scenarios": 30}

    def ask(self, case: ComparisonInput, main: Judged, part: str) -> Answer:
        """Return the main test, which every comparison begins with."""
        return Answer(tests=(main,))

    def says(self, found: ComparisonFigures, names: tuple[str, str]) -> list[Remark]:
        """Return which plan is best on average, and which in the tail."""
        return best_plan(found.trials[0], names[0])


def main_test(case: ComparisonInput) -> Judged:
    """Return the test of all plans on fresh draws of the plans' own forecast.

    Raises
    ------
    ConfigError
        If no fresh scenarios can be drawn.
    """
    definition = judging_definition(case.config, case.definition)
    scenarios = out_of_sample_scenarios(case.region, definition, case.config.scenarios, case.seed)
    label = Label(
        name=OUT_OF_SAMPLE,
        kind="out_of_sample",
        title="fresh scenarios",
        description=(
            "Independent draws of the same forecast, from another seed than the plans' own; "
            f"{_within_limits(case)}."
        ),
        where=f"{len(scenarios)} fresh scenarios",
    )
    return judge(
        case, label, scenarios, case.plans,
        stress=stress_names(definition), num_optima=case.config.regret_scenarios,
    )  # fmt: skip


def _within_limits(case: ComparisonInput) -> str:
    """Return which plans keep the limits of the experiment's model."""
    outside = [candidate.name for candidate in case.candidates if candidate.violations]
    if not outside:
        return "every plan keeps the same limits"
    return f"every plan but {listed(outside)} keeps the same limits"


def best_plan(fresh: OutOfSampleTest, robust: str) -> list[Remark]:
    """Return which plan is best on average, and which in the tail; nothing about fewer than two."""
    known = [p for p in fresh.plans if p.mean.value is not None]
    if len(known) < 2:
        return []
    mean, tail = _lowest(known, "mean"), _lowest(known, "cvar90")
    sentence = (
        f"Of all plans, {listed_have(mean)} the lowest mean cost over the "
        f"{fresh.num_scenarios:,} fresh scenarios, and "
    )
    sentence += "in their" if mean == tail else f"{listed_have(tail)} the lowest in their"
    return [Remark(f"{sentence} worst tenth.", supports=robust in mean)]


def _lowest(plans: Sequence[PlanFigures], field: str) -> list[str]:
    """Return the plans with the lowest figure of that name."""
    values = {one.plan: _value(getattr(one, field)) for one in plans}
    least = min(values.values())
    return [name for name, v in values.items() if v - least <= EQUAL * max(1.0, abs(least))]


def _value(figure: Estimate) -> float:
    """Return the figure's value, infinite where it has none."""
    return float("inf") if figure.value is None else figure.value
