"""The structure of ``comparison.json``: every figure with its interval and how it was obtained.

Read a file with ``Comparison.model_validate_json(path.read_text())``. Costs are in the
experiment's money unit (``units``) and include the weights of the objective; travel is in the
region's travel unit per demand unit, unweighted. A number that is unknown or infinite is null.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from robustev.assess.schema.frontier import Frontier
from robustev.assess.schema.information import Information
from robustev.assess.schema.observed import ObservedYear
from robustev.assess.schema.out_of_sample import OutOfSampleTest
from robustev.assess.schema.plans import PlanMetrics
from robustev.assess.schema.redraws import SaaGap, SitePersistence
from robustev.core.settings import Settings
from robustev.core.units import NEUTRAL, Units


class Headline(Settings):
    """The comparison in words, made from the figures."""

    answer: str
    """The one sentence that holds."""
    evidence: tuple[str, ...]
    """What supports it, one sentence each."""
    cautions: tuple[str, ...]
    """What limits it, one sentence each; first where a safety margin does as well."""


class Skipped(Settings):
    """Something that was asked for and is not there, with the reason."""

    what: str
    """What is missing."""
    why: str
    """Why, in a sentence."""


class ComparisonFigures(Settings):
    """Everything that a comparison found, without the words about it."""

    plans: tuple[PlanMetrics, ...]
    """What each plan is."""
    trials: tuple[OutOfSampleTest, ...]
    """The first is the main one: fresh scenarios at equal budget."""
    information: Information = Information()
    """VSS, EVPI and what they rest on."""
    saa_gap: SaaGap | None = None
    """Optimality gap of the robust plan for the true distribution."""
    site_persistence: SitePersistence | None = None
    """Which of the robust plan's decisions come back on other draws."""
    observed: tuple[ObservedYear, ...] = ()
    """Held-back years that really happened."""
    frontiers: tuple[Frontier, ...] = ()
    """Trade-offs, as far as asked for."""
    answers: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Figures of questions beyond these, by the key of the question."""
    skipped: tuple[Skipped, ...]
    """What was asked for and is not there."""
    units: Units = NEUTRAL
    """What money, demand and travel are counted in."""
    confidence: float
    """Level of all confidence intervals."""


class Comparison(ComparisonFigures):
    """The content of ``comparison.json``."""

    schema_version: Literal[3] = 3
    """Version of this structure."""
    experiment: str
    """The experiment's name."""
    nominal: str | None
    """Name of the nominal plan that others are measured against."""
    robust: str | None
    """Name of the robust plan that the headline is about."""
    num_in_sample: int
    """Scenarios that the plans were made from."""
    headline: Headline
    """The comparison in words."""
    seconds: dict[str, float]
    """Wall-clock time of each part."""
