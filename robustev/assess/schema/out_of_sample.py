"""Plans on one set of scenarios that none of them was made from."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from robustev.assess.schema.estimate import Estimate
from robustev.core.settings import Settings

Kind = Literal["out_of_sample", "equal_spend", "misspecified"]


class Travel(Settings):
    """Travel of the served demand, demand-weighted over all scenarios."""

    mean: Estimate
    """Demand-weighted mean, in the region's travel unit."""
    p50: Estimate
    """Half of all served demand travels no farther; likewise below."""
    p90: Estimate
    p95: Estimate
    longest: Estimate
    """The longest trip of any served unit."""


class GroupService(Settings):
    """How one group of the population is served."""

    group: str
    """The group's name among the values of the attribute."""
    demand_share: float | None
    """The group's share of all demand."""
    served_share: float | None
    """Share of the group's demand that is served."""
    mean_travel: float | None
    """Mean travel of the group's served demand."""
    p90_travel: float | None
    """Nine tenths of it travel no farther."""


class PlanFigures(Settings):
    """One plan on one set of scenarios."""

    plan: str
    """The plan's name."""
    mean: Estimate
    """Mean cost of a scenario."""
    std: Estimate
    """Standard deviation of cost between scenarios."""
    cvar90: Estimate
    """Mean cost of the worst 10 % of scenarios."""
    cvar95: Estimate
    """Mean cost of the worst 5 % of scenarios."""
    worst: Estimate
    """Highest cost of any scenario of the set."""
    mean_regret: Estimate
    """Cost above each scenario's own optimum, on average."""
    max_regret: Estimate
    """Largest cost above a scenario's own optimum."""
    unserved_share: Estimate
    """Unserved demand over all demand."""
    short_share: Estimate
    """Share of scenarios (probability) in which some demand is left unserved."""
    utilisation: Estimate
    """Expected load over capacity of the whole network."""
    travel: Travel
    """How far served demand travels."""
    groups: dict[str, tuple[GroupService, ...]] = Field(default_factory=dict)
    """By attribute of the zones (district, income class, ...)."""


class PairFigures(Settings):
    """Two plans on the same scenarios; differences are ``plan - other``: negative is better."""

    plan: str
    """Name of the plan that the pair is about."""
    other: str
    """Name of the plan that it is measured against."""
    mean_difference: Estimate
    """Mean of the cost differences, scenario by scenario."""
    relative_difference: Estimate
    """Mean difference over the other plan's mean cost."""
    cvar90_difference: Estimate
    """Difference of the mean costs of each plan's own worst 10 %."""
    win_rate: Estimate
    """Share of scenarios in which ``plan`` costs less than ``other``."""
    tie_rate: float
    """Share of scenarios in which both cost the same (to 1e-9, relative)."""


class OutOfSampleTest(Settings):
    """All plans on one set of scenarios that none of them was made from."""

    name: str
    """Short name, as in the column ``trial`` of the evaluation."""
    kind: Kind
    """out_of_sample: the forecast of the plans; equal_spend: margins that spend as much;
    misspecified: another forecast."""
    title: str
    """What is tried, in a few words."""
    description: str
    """Where the scenarios come from, and what sets the plans apart."""
    num_scenarios: int
    """Number of its scenarios."""
    regret_scenarios: int
    """On how many of them regret was computed."""
    plans: tuple[PlanFigures, ...]
    """One entry per plan."""
    pairs: tuple[PairFigures, ...]
    """Every pair once; the pair of robust and nominal first."""
