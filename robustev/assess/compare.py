"""The whole comparison: every question asked in turn, each part with the time it took."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from robustev.assess.input import ComparisonInput, JudgedPlan
from robustev.assess.judging import Judged
from robustev.assess.narrative.headline import headline
from robustev.assess.plan_metrics import plan_metrics
from robustev.assess.questions import REGISTER, Answer, Question
from robustev.assess.questions.out_of_sample import OutOfSample, main_test
from robustev.assess.schema import Comparison, ComparisonFigures, Skipped
from robustev.core.arrays import FloatArray
from robustev.core.errors import ConfigError, RobustevError
from robustev.core.summary import Fact, Summarised

logger = logging.getLogger(__name__)

Notify = Callable[[str], None]
"""Called with the part of the comparison that begins."""


@dataclass(frozen=True, eq=False, repr=False)
class Compared(Summarised):
    """A comparison and what stands behind it.

    Parameters
    ----------
    evaluation
        One row per trial, plan and scenario; see :func:`robustev.evaluate.frames.evaluation_frame`.
        The trial ``in_sample`` holds the scenarios that the plans were made from.
    main
        The main trial, with scenarios and evaluations.
    candidates
        Every plan that was judged, those made for the comparison included.
    complete
        Whether every question was asked, rather than someone having stopped it before.
    """

    comparison: Comparison
    evaluation: pd.DataFrame
    main: Judged
    candidates: tuple[JudgedPlan, ...]
    complete: bool = True

    def summary(self) -> tuple[str, Mapping[str, Fact]]:
        """Return each plan's mean cost on fresh scenarios, and the answer."""
        costs = {one.plan.name: one.mean_cost for one in self.main.evaluations}
        return self.comparison.experiment, {
            "scenarios": len(self.main.scenarios), **costs,
            "answer": self.comparison.headline.answer,
        }  # fmt: skip

    def load(self, plan: str) -> FloatArray | None:
        """Return a plan's expected load on the fresh scenarios, shape (sites, types)."""
        return next((one.load for one in self.main.evaluations if one.plan.name == plan), None)


@dataclass
class _Parts:
    """Says which part begins, and keeps its seconds."""

    notify: Notify | None
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Announce the part of that name when it begins first, and add the block to its time."""
        if self.notify is not None and name not in self.seconds:
            self.notify(name)
        start, before = time.perf_counter(), self.seconds.get(name, 0.0)
        yield
        self.seconds[name] = round(before + time.perf_counter() - start, 3)
        logger.info("%s: %.1f s", name, self.seconds[name])


def compare(
    case: ComparisonInput, *, skipped: tuple[Skipped, ...] = (), notify: Notify | None = None
) -> Compared:
    """Judge every plan of the case, and answer whether the robust one is really better.

    A question that fails is listed as missing; so are those that were not asked because someone
    asked to stop.

    Parameters
    ----------
    skipped
        What is already known to be missing, with the reasons.
    notify
        Called with the name of each part as it begins.

    Raises
    ------
    ConfigError
        If the case has no plans, or no fresh scenarios can be drawn.
    KeyboardInterrupt
        If someone asked to stop before the main test was there.
    """
    if not case.candidates:
        raise ConfigError("there is no plan to compare")
    parts = _Parts(notify)
    with parts.part(OutOfSample.title):
        main = main_test(case)
    answers, complete = _ask_all(case, main, parts)
    everyone = (*case.candidates, *(plan for _, one in answers for plan in one.plans))
    missing = (*skipped, *(gap for _, one in answers for gap in one.missing))
    found = _figures(case, answers, everyone, missing)
    tests = [judged for _, one in answers for judged in one.tests]
    frames = [judged.frame for judged in tests]
    frames += [frame for _, one in answers for frame in one.frames]
    table = pd.concat(frames, ignore_index=True)
    return Compared(_comparison(case, found, parts.seconds), table, main, everyone, complete)


def _ask_all(
    case: ComparisonInput, main: Judged, parts: _Parts
) -> tuple[list[tuple[str, Answer]], bool]:
    """Return the answers to every part of every question by key, and whether all were asked."""
    asked = [(question, part) for question in REGISTER.values() for part in _parts(question, case)]
    answers: list[tuple[str, Answer]] = []
    for place, (question, part) in enumerate(asked):
        name = _name(question, part)
        try:
            with parts.part(name):
                answer = question.ask(case, main, part)
        except KeyboardInterrupt:
            # With several ranks the others are somewhere else: only an end of all helps.
            if case.comm is not None and case.comm.Get_size() > 1:
                raise
            logger.warning("the comparison was interrupted; what was found is kept")
            rest = [(q.key, _nothing(_name(q, p), "it was interrupted")) for q, p in asked[place:]]
            return [*answers, *rest], False
        except RobustevError as error:
            logger.error("%s: %s", name, error)
            answer = _nothing(name, str(error))
        answers.append((question.key, answer))
    return answers, True


def _parts(question: Question, case: ComparisonInput) -> tuple[str, ...]:
    """Return in which parts a question is asked; one from outside only where it is named."""
    own = question.settings not in type(case.config).__mro__
    if own and question.key not in case.config.questions:
        return ()
    return question.parts(case)


def _name(question: Question, part: str) -> str:
    """Return what people see of a part."""
    return f"{question.title}: {part}" if part else question.title


def _nothing(name: str, why: str) -> Answer:
    """Return that a part is missing."""
    return Answer(missing=(Skipped(what=name, why=why),))


def _figures(
    case: ComparisonInput,
    answers: list[tuple[str, Answer]],
    everyone: tuple[JudgedPlan, ...],
    missing: tuple[Skipped, ...],
) -> ComparisonFigures:
    """Return the figures of all answers together."""
    found: dict[str, Any] = {}
    for _, answer in answers:
        for name, value in answer.figures.items():
            found[name] = found.get(name, ()) + value if isinstance(value, tuple) else value
    own = {key: answer.own.model_dump() for key, answer in answers if answer.own is not None}
    return ComparisonFigures(
        plans=plan_metrics(case, everyone),
        trials=tuple(judged.trial for _, one in answers for judged in one.tests),
        answers=own,
        skipped=missing,
        units=case.units,
        confidence=case.config.confidence,
        **found,
    )


def _comparison(
    case: ComparisonInput, found: ComparisonFigures, seconds: dict[str, float]
) -> Comparison:
    """Return the comparison with its words."""
    nominal = None if case.nominal is None else case.nominal.name
    robust = None if case.robust is None else case.robust.name
    return Comparison(
        experiment=case.name,
        nominal=nominal,
        robust=robust,
        num_in_sample=len(case.in_sample),
        headline=headline(found, robust, nominal),
        seconds=seconds,
        **dict(found),
    )
