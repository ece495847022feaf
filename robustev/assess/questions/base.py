"""What a question of a comparison is, and the register of them.

A question asks one thing about the plans: is the robust one better out of sample, in years that
really happened, under another forecast? It stands in one file: what it is called, how it is
configured, when it applies, what it finds, and what that says for or against the robust plan.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pandas as pd

from robustev.assess.config import CompareConfig
from robustev.assess.input import ComparisonInput, JudgedPlan
from robustev.assess.judging import Judged
from robustev.assess.schema import ComparisonFigures, Skipped
from robustev.core.errors import ConfigError, nearest_name
from robustev.core.settings import Settings


@dataclass(frozen=True)
class Remark:
    """A sentence about the robust plan, and whether it speaks for it."""

    sentence: str
    supports: bool


@dataclass(frozen=True, eq=False)
class Answer:
    """What a question found.

    Parameters
    ----------
    figures
        Fields of :class:`robustev.assess.schema.ComparisonFigures`; tuples of several parts are
        joined.
    own
        Figures that have no field there; they are stored under ``answers`` by the question's key.
    tests
        All plans on one set of scenarios each, with what stands behind it.
    frames
        Further rows of the evaluation.
    plans
        Plans that were made to answer it.
    missing
        What could not be had, with the reason.
    """

    figures: Mapping[str, object] = field(default_factory=dict)
    own: Settings | None = None
    tests: tuple[Judged, ...] = ()
    frames: tuple[pd.DataFrame, ...] = ()
    plans: tuple[JudgedPlan, ...] = ()
    missing: tuple[Skipped, ...] = ()


class Question(ABC):
    """One question of a comparison."""

    key: ClassVar[str]
    """Its name in the register, in file names and in the report."""
    title: ClassVar[str]
    """What people see while it is asked, and where its answer is missing."""
    settings: ClassVar[type[Settings]]
    """How it is configured: a part of the section ``compare``, or ``compare.questions.<key>``."""
    example: ClassVar[dict[str, Any]]
    """A section ``compare`` in which it is asked."""

    def parts(self, case: ComparisonInput) -> tuple[str, ...]:
        """Return the parts that it is asked in, each of which may fail alone; none: not asked.

        A question without parts of its own has the one part ``""``.
        """
        return ("",)

    @abstractmethod
    def ask(self, case: ComparisonInput, main: Judged, part: str) -> Answer:
        """Return what one part finds; ``main`` is the test on fresh scenarios.

        Raises
        ------
        RobustevError
            If it can't be answered; the comparison then goes on without.
        KeyboardInterrupt
            If someone asked to stop.
        """

    def says(self, found: ComparisonFigures, names: tuple[str, str]) -> list[Remark]:
        """Return what its figures say; ``names`` are the robust and the nominal plan."""
        return []

    def table(self, own: Mapping[str, Any]) -> list[tuple[str, object]]:
        """Return rows of label and value for the report, from the question's own figures."""
        return list(own.items())


REGISTER: dict[str, Question] = {}
"""Questions by key, in the order in which they are asked and told."""


def register(question: type[Question]) -> type[Question]:
    """Take a question in, and return it; made for use as a decorator.

    Raises
    ------
    ValueError
        If another question has its key.
    """
    known = REGISTER.get(question.key)
    if known is not None and type(known).__qualname__ != question.__qualname__:
        raise ValueError(f"the question {question.key!r} is that of {type(known).__name__}")
    REGISTER[question.key] = question()
    return question


def own_settings(config: CompareConfig, key: str) -> Settings:
    """Return the settings of a question from ``compare.questions``.

    Raises
    ------
    ConfigError
        If there is no such question, or its settings are wrong.
    """
    if key not in REGISTER:
        near = nearest_name(key, list(REGISTER))
        hint = f" (is {near!r} meant?)" if near else ""
        raise ConfigError(
            f"compare.questions.{key}: no such question{hint}; there are {', '.join(REGISTER)}"
        )
    question = REGISTER[key]
    if question.settings in CompareConfig.__mro__:
        raise ConfigError(
            f"compare.questions.{key}: the settings of this question stand in compare itself: "
            f"{', '.join(question.settings.model_fields)}"
        )
    try:
        return question.settings.model_validate(config.questions[key])
    except ValueError as error:
        raise ConfigError(f"compare.questions.{key}: {error}") from None
