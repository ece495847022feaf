"""The section ``compare`` of an experiment: which plans, on which futures, and what to ask."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from robustev.core.errors import nearest_name
from robustev.core.settings import Settings
from robustev.model.features.register import FEATURES
from robustev.model.risk.base import REGISTER as MEASURES
from robustev.scenarios.config import ScenarioConfig

StandardPlan = Literal[
    "nominal", "margin_10", "margin_20", "expected", "cvar", "worst_case", "regret", "existing"
]
MARGIN = "margin"
"""What a frontier varies that belongs to no rule and no measure: more demand in a nominal plan."""
SWEPT_RULES = {kind.key: kind for kind in FEATURES if kind.frontier is not None}
"""The rules of the model that a frontier may vary, by key."""


class FrontierConfig(Settings):
    """One trade-off: a model parameter is varied and a plan made for every value."""

    vary: str
    """A rule of ``model`` that has a frontier (budget: money for new stations and chargers;
    stations: most stations; spacing, ...); a parameter of the risk measure (weight, tail, ...); or
    margin: demand factor of a nominal plan."""
    values: tuple[float, ...] = Field(min_length=1)
    """The values, in any order."""
    plan: str | None = None
    """Whose model is varied; absent for the experiment's own."""
    demand: Literal["scenarios", "reference"] = "scenarios"
    """What plans are made for and figures are about: the scenarios that the experiment's plans are
    made from, or the region's reference demand alone."""

    @field_validator("vary")
    @classmethod
    def _can_be_varied(cls, vary: str) -> str:
        known = [*SWEPT_RULES, *sorted(MEASURES.fields() - {"measure"}), MARGIN]
        if vary not in known:
            near = nearest_name(vary, known)
            meant = f" (is {near!r} meant?)" if near else ""
            raise ValueError(f"{vary!r} cannot be varied{meant}; one of {', '.join(known)} can")
        return vary


class MisspecifiedConfig(Settings):
    """A forecast other than the one that the plans were made for."""

    scenarios: ScenarioConfig
    """How its scenarios are made."""
    number: int = Field(200, ge=1)
    """How many."""


class OutOfSampleConfig(Settings):
    """Fresh scenarios, on which every plan is judged."""

    scenarios: int = Field(500, ge=1)
    """Fresh scenarios to judge on, independent draws from another seed than the plans' own."""
    source: ScenarioConfig | None = None
    """Where the fresh scenarios come from; absent for the experiment's own definition."""
    regret_scenarios: int = Field(40, ge=0)
    """Fresh scenarios whose own optimum is found, for regret and wait-and-see; 0 for none."""


class InformationConfig(Settings):
    """What perfect foresight would be worth."""

    foresight_scenarios: int = Field(40, ge=0)
    """Scenarios among those that plans were made from whose own optimum is found, for EVPI; 0 for
    none."""


class EqualSpendConfig(Settings):
    """Robust plans against safety margins that spend as much."""

    equal_spend: bool = True
    """Whether each robust plan also meets a nominal plan whose margin spends the same money."""


class MisspecifiedSettings(Settings):
    """Other forecasts than the one that plans were made for."""

    misspecified: dict[str, MisspecifiedConfig] = Field(default_factory=dict)
    """Other forecasts to try the plans under, by name."""


class ObservedConfig(Settings):
    """Years that really happened."""

    observed_years: tuple[int, ...] | None = None
    """Years of the history to judge on; absent for those after the source's ``last_year``."""


class RedrawConfig(Settings):
    """Scenarios drawn anew, and plans made anew."""

    redraws: int = Field(5, ge=0)
    """How often scenarios are redrawn and the plan remade, for site persistence and the SAA gap."""
    redraw_scenarios: int | None = Field(None, ge=1)
    """Scenarios of each redraw; absent for as many as the plans were made from."""
    replication_scenarios: int | None = Field(None, ge=1)
    """Scenarios of each replication behind the SAA gap where those of the redraws are reduced, and
    so are no sample; absent for as many as the plans were made from."""


class FrontierSettings(Settings):
    """Trade-offs."""

    frontiers: dict[str, FrontierConfig] = Field(default_factory=dict)
    """Trade-offs to trace, by name."""


class CompareConfig(
    FrontierSettings,
    RedrawConfig,
    ObservedConfig,
    MisspecifiedSettings,
    EqualSpendConfig,
    InformationConfig,
    OutOfSampleConfig,
):
    """How the plans of an experiment are judged."""

    plans: tuple[StandardPlan, ...] = ("nominal", "margin_10", "margin_20", "existing")
    """Standard plans to have beside those in ``plans``: margin_10 plans nominally for 10 % more
    demand, existing is the network as it stands."""
    given: dict[str, Path] = Field(default_factory=dict)
    """Plans made elsewhere: CSV files with a column ``id`` and one per charger kind."""
    unserved_penalty: float | dict[str, float] | None = None
    """Cost of an unserved unit when judging; absent for the model's own."""
    nominal: str | None = None
    """The plan that others are measured against; absent for the first nominal one."""
    robust: str | None = None
    """The plan that the answer is about; absent for the first robust one."""
    confidence: float = Field(0.95, gt=0.5, lt=1)
    """Level of confidence intervals."""
    gap: float | None = Field(None, ge=0)
    """Relative gap to which the optima needed here are solved; absent for a fifth of the section
    ``solve``'s own, but no finer than 0.002."""
    time_limit: float | None = Field(None, gt=0)
    """Most seconds for each of those solves; absent for the section ``solve``'s own."""
    questions: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Questions beyond those above, by key, with their settings."""

    @field_validator("given", "misspecified", "frontiers")
    @classmethod
    def _plain_names(cls, value: dict[str, object]) -> dict[str, object]:
        """Refuse names that cannot be those of files."""
        for name in value:
            if not name.replace("_", "").replace("-", "").isalnum():
                raise ValueError(f"{name!r} names files too: letters, digits, '_' and '-' only")
        return value

    @model_validator(mode="after")
    def _free_names(self) -> Self:
        """Refuse names of forecasts that are those of the comparison's own trials."""
        taken = {"in_sample", "out_of_sample", "equal_spend", "observed"} & set(self.misspecified)
        if taken:
            raise ValueError(f"misspecified: the name {min(taken)!r} is taken")
        return self
