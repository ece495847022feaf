"""The structure of ``comparison.json``: every figure with its interval and how it was obtained.

Read a file with ``Comparison.model_validate_json(path.read_text())``. Costs are in the
experiment's money unit (``units``) and include the weights of the objective; travel is in the
region's travel unit per demand unit, unweighted. A number that is unknown or infinite is null.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from robustev.core.settings import Settings
from robustev.core.units import NEUTRAL, Units

Basis = Literal["exact", "estimated", "bracketed"]
Kind = Literal["fresh", "equal_spend", "misspecified"]


class Estimate(Settings):
    """A number, how far it can be trusted, and where it comes from."""

    value: float | None
    """The number; null if unknown or infinite."""
    interval: tuple[float | None, float | None] | None = None
    """What it lies in: a confidence interval (estimated) or proven bounds (bracketed)."""
    basis: Basis
    """exact: computed without error on the scenarios named; estimated: from a sample;
    bracketed: between two proven bounds."""
    how: str
    """How it was obtained, in a plain sentence."""


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
    """fresh: the forecast of the plans; equal_spend: margins that spend as much; misspecified:
    another forecast."""
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


class PlanMetrics(Settings):
    """What a plan is, whatever the scenarios."""

    plan: str
    """The plan's name."""
    title: str
    """What the plan was made for, in words."""
    role: Literal["nominal", "margin", "robust", "existing", "given"]
    """What the plan stands for in the comparison."""
    objective: float | None
    """Value of its own objective on the scenarios that it was made from."""
    lower_bound: float | None
    """Proven bound on that objective."""
    gap: float | None
    """Proven relative gap between the two."""
    stations: int
    """Open stations."""
    chargers: dict[str, int]
    """Chargers by kind."""
    spend: float
    """Money for stations and chargers beyond the existing ones, unweighted."""
    infrastructure: float
    """Infrastructure as it counts in the cost."""
    fractional_margin: dict[str, float | None]
    """Capacity over forecast demand, less one, by type; null where unlimited."""
    cost_as_forecast: Estimate
    """Cost if demand comes exactly as forecast (the mean scenario)."""
    price_of_robustness: Estimate | None
    """Cost as forecast above that of the nominal plan; null without one."""
    price_of_robustness_share: float | None
    """The same over the nominal plan's cost as forecast."""


class Information(Settings):
    """What a stochastic plan and perfect foresight are worth. Birge and Louveaux (2011), ch. 4."""

    wait_and_see: Estimate | None
    """Mean of each scenario's own optimum (WS)."""
    recourse: Estimate | None
    """Optimum of the expected cost (RP), on the scenarios plans were made from."""
    expected_value: Estimate | None
    """Expected cost there of the nominal plan (EEV)."""
    vss: Estimate | None
    """Value of the stochastic solution, EEV - RP, on the scenarios plans were made from."""
    vss_fresh: Estimate | None
    """Mean cost of the nominal less that of the expected-cost plan, on fresh scenarios."""
    evpi: Estimate | None
    """Expected value of perfect information, RP - WS."""
    stochastic: str | None = None
    """Name of the plan made for expected cost, whose bound is that of RP."""
    best_known: str | None = None
    """Name of the plan whose cost is the value of RP: the best of all that keep the limits."""
    num_scenarios: int
    """Scenarios behind RP, EEV, VSS and EVPI."""
    wait_and_see_scenarios: int
    """Scenarios whose own optimum was found; below ``num_scenarios`` WS and EVPI are estimates."""


class SaaGap(Settings):
    """Optimality gap of a plan for the true distribution. Mak, Morton and Wood (1999)."""

    plan: str
    """The plan's name."""
    gap: Estimate
    """Mean gap over replications; the interval is one-sided, from 0 to its upper limit."""
    relative: float | None
    """Upper limit over the plan's mean cost."""
    replications: int
    """Independent samples behind it."""
    scenarios_each: int
    """Scenarios of each sample."""


class ChargerStability(Settings):
    """How many chargers of one kind a site got over the redraws."""

    kind: str
    """Name of the kind."""
    planned: int
    """In the plan itself."""
    mean: float
    """Mean number over the redraws."""
    lowest: int
    """Smallest number."""
    highest: int
    """Largest number."""
    same_share: float
    """Share of redraws with the planned number."""


class SiteStability(Settings):
    """How often one site comes back when scenarios are redrawn."""

    site: str
    """The site's id."""
    name: str | None = None
    """What people call the site; null where the id does."""
    planned: bool
    """Whether the plan itself opens it."""
    open_share: float
    """Share of redraws that open it."""
    same_share: float
    """Share of redraws that decide exactly as the plan does: open or not, every charger count."""
    verdict: Literal["safe", "likely", "open question", "not needed"]
    """What a planner may conclude from ``open_share``."""
    chargers: tuple[ChargerStability, ...]
    """One entry per charger kind."""


class Stability(Settings):
    """Site stability over redraws of the scenarios."""

    plan: str
    """The plan's name."""
    redraws: int
    """Redraws that gave a plan."""
    scenarios_each: int
    """Scenarios of each redraw."""
    mean_overlap: float | None
    """Mean Jaccard overlap of the open sites of a redraw with those of the plan."""
    sites: tuple[SiteStability, ...]
    """Every site that the plan or a redraw opens."""


class ObservedPlan(Settings):
    """One plan in one year that really happened."""

    plan: str
    """The plan's name."""
    cost: Estimate
    """Cost under the year's real demand."""
    regret: Estimate
    """Cost above the year's own optimum."""
    unserved_share: float
    """Unserved demand over all demand."""
    mean_travel: float | None
    """Mean travel of the served demand."""


class ObservedYear(Settings):
    """A year whose real demand was held back from everything that made the plans."""

    year: int
    """The year."""
    total_demand: float
    """Its real demand, all zones and types together."""
    forecast_quantile: float | None
    """Where the year's total lies among the totals of the fresh scenarios (0 to 1); null for a
    year other than the one planned for."""
    plans: tuple[ObservedPlan, ...]
    """One entry per plan."""
    cheapest: str | None
    """Name of the plan with the lowest cost; null where no plan serves the year."""


class FrontierPoint(Settings):
    """One plan of a frontier and what it costs.

    Figures are on the experiment's scenarios, or on the reference demand where the frontier says
    so.
    """

    x: float
    """The value of the varied parameter."""
    status: str
    """Why its solve ended."""
    objective: float | None
    """Value of the model's own objective."""
    lower_bound: float | None
    """Proven bound on it."""
    gap: float | None
    """Proven relative gap between the two."""
    seconds: float
    """Wall-clock time of its solve."""
    mean_cost: float | None
    """Mean cost of a scenario."""
    cvar90: float | None
    """Mean cost of the worst 10 % of scenarios."""
    cost_as_forecast: float | None
    """Cost under the mean scenario."""
    infrastructure: float | None
    """Infrastructure as it counts in the cost."""
    spend: float | None
    """Money for stations and chargers beyond the existing ones, unweighted."""
    stations: int | None
    """Open stations."""
    chargers: dict[str, int] | None
    """Chargers by kind."""
    travel_total: float | None
    """Expected distance penalty, ``sum_j D_j L_j``, unweighted."""
    mean_travel: float | None
    """Mean travel of the served demand."""
    unserved_share: float | None
    """Unserved demand over all demand."""
    fractional_margin: float | None
    """Capacity over mean demand, less one, all types together."""


class Frontier(Settings):
    """What is to be had for what: one model parameter varied, a plan for every value."""

    name: str
    """Its name in the experiment."""
    vary: str
    """The parameter that is varied."""
    demand: Literal["scenarios", "reference"] = "scenarios"
    """What figures are about: the scenarios that plans were made from, or the reference demand."""
    x_title: str
    """The parameter in words."""
    y: tuple[str, ...]
    """The fields of the points that this frontier is about, the main one first."""
    points: tuple[FrontierPoint, ...]
    """One per value, in rising order."""


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
    information: Information
    """VSS, EVPI and what they rest on."""
    saa_gap: SaaGap | None
    """Optimality gap of the robust plan for the true distribution."""
    stability: Stability | None
    """Which of the robust plan's decisions come back on other draws."""
    observed: tuple[ObservedYear, ...]
    """Held-back years that really happened."""
    frontiers: tuple[Frontier, ...]
    """Trade-offs, as far as asked for."""
    skipped: tuple[Skipped, ...]
    """What was asked for and is not there."""
    units: Units = NEUTRAL
    """What money, demand and travel are counted in."""
    confidence: float
    """Level of all confidence intervals."""


class Comparison(ComparisonFigures):
    """The content of ``comparison.json``."""

    schema_version: Literal[1] = 1
    """Version of this structure."""
    experiment: str
    """The experiment's name."""
    nominal: str | None
    """Name of the nominal plan that others are measured against."""
    robust: str | None
    """Name of the robust plan that the headline is about."""
    num_made_from: int
    """Scenarios that the plans were made from."""
    headline: Headline
    """The comparison in words."""
    seconds: dict[str, float]
    """Wall-clock time of each part."""
