"""The file of a hindcast: a panel of past populations, years, plans, and how they are judged."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from robustev.core.settings import Settings
from robustev.methods.options import SolveOptions
from robustev.model.risk import AnyMeasure, Expected
from robustev.scenarios.sources.population.errors import ErrorModel

BaselineName = Literal["last", "trend", "half_trend", "official"]
BASELINES: tuple[BaselineName, ...] = ("last", "trend", "half_trend", "official")
"""Point forecasts that a plan can be made from: the last census, growth as between the last two,
half of that growth, and the latest official estimate carried forward."""


class Estimated(Settings):
    """Figures of a census year that are estimates: in zones that were large before."""

    year: int
    """The year whose population decides."""
    above: float = Field(ge=0)
    """Zones with more people than this in that year were estimated."""


class PanelConfig(Settings):
    """A table with a row for every zone; every column whose name is a year holds population."""

    table: Path
    """CSV or Parquet file."""
    id: str = "id"
    """Column of the zone's id."""
    name: str | None = None
    """Optional: column of the zone's name."""
    region: str = "region"
    """Column that says which region a zone belongs to; each region is planned for itself."""
    longitude: str = "longitude"
    """Column of the longitude in degrees."""
    latitude: str = "latitude"
    """Column of the latitude in degrees."""
    prefix: str = ""
    """What stands before the year in the names of population columns."""
    censuses: tuple[int, ...]
    """Years of a count; years that the table does not have are passed over."""
    estimated: dict[int, Estimated] = Field(default_factory=dict)
    """Census years in which large zones were estimated."""
    crosswalk: Path | Literal["infer", "none"] = "infer"
    """Boundary changes: a table (columns ``id``, ``from``) of the zone that a later one was part
    of; ``infer`` finds it by place and loss of population; ``none`` leaves such zones without a
    trend."""
    source: str = ""
    """Where the data come from, with their licence; shown in the report."""


class Vintage(Settings):
    """A year of decision and a year of judgement."""

    decision: int
    """Nothing later is known to the plans."""
    judged: int
    """Its figures judge them."""
    role: Literal["main", "apart"] = "main"
    """Whether it belongs to the main test or is shown apart."""

    @property
    def label(self) -> str:
        """Name in tables and files."""
        return f"{self.decision}-{self.judged}"

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.judged <= self.decision:
            raise ValueError("the year of judgement must come after that of decision")
        return self


class PlanningConfig(Settings):
    """The siting problem, by one rule for all regions."""

    sites: int = Field(40, ge=1)
    """Candidate sites: the zones with most people at the decision, all where there are fewer."""
    modules: int = Field(1000, ge=1)
    """One charger serves the demand at the decision divided by this."""
    charger_cost: float = Field(20.0, gt=0)
    """Cost of capacity for one unit of demand, in km of travel."""
    unserved_penalty: float = Field(100.0, gt=0)
    """Cost of a unit of demand left unserved, in km of travel."""
    nearest: int = Field(2, ge=1)
    """How many nearest sites a zone may use."""
    budget: float = Field(1.2, gt=0)
    """Most capacity that may be paid for, relative to demand at the decision."""
    detour: float = Field(1.3, ge=1)
    """Road over straight distance."""
    ownership: float = Field(0.05, gt=0)
    """EVs per person."""
    need: float = Field(0.2, gt=0)
    """Charging sessions per EV and day."""
    clusters: int | None = Field(None, ge=1)
    """Plan with so many demand points, neighbours merged; absent for every zone. Plans are judged
    on every zone all the same."""


class ForecastConfig(Settings):
    """How scenarios are drawn at the decision; see ``docs/sources/population.md``."""

    errors: Literal["field", "bootstrap", "independent"] = "field"
    """How zones' errors are tied."""
    trend_uncertainty: bool = True
    """Whether growth is uncertain."""
    migration: bool = True
    """Whether zones grow apart."""
    errors_of: ErrorModel | None = None
    """Errors of other regions, for panels with one census at the decision."""
    members: int = Field(1000, ge=10)
    """Draws by which forecasts are scored."""


class HindcastConfig(Settings):
    """Which plans, made in the past by what was known, would have served best what came."""

    name: str = "hindcast"
    """Name of the test, shown in the report."""
    panel: PanelConfig
    """Past populations."""
    vintages: tuple[Vintage, ...] = Field(min_length=1)
    """Years of decision and judgement."""
    regions: tuple[str, ...] | None = None
    """Which regions; absent for all."""
    least_zones: int = Field(8, ge=2)
    """Regions with fewer zones are named and left out."""
    planning: PlanningConfig = PlanningConfig()
    """The siting problem."""
    forecast: ForecastConfig = ForecastConfig()
    """Scenarios."""
    scenarios: int = Field(100, ge=2)
    """Scenarios that robust plans are made from."""
    seed: int = Field(0, ge=0)
    """Seed of all random numbers."""
    baselines: tuple[BaselineName, ...] = BASELINES
    """Point forecasts to make plans from; those that a region's past does not allow are left
    out."""
    margins: tuple[float, ...] = (0.0, 0.1, 0.2)
    """Demand of the baselines is raised by these shares."""
    robust: dict[str, AnyMeasure] = Field({"expected": Expected()}, min_length=1)
    """Robust plans by name, each with its risk measure."""
    equal_spend: tuple[str, ...] = ()
    """Robust plans that also meet each baseline with the margin that spends the same."""
    solve: SolveOptions = SolveOptions(method="ef", gap=0.01)
    """How plans are solved, the gap of robust ones."""
    point_gap: Annotated[float, Field(ge=0)] = 0.003
    """Gap of plans made from one forecast, and of the plan made with hindsight."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        unknown = set(self.equal_spend) - set(self.robust)
        if unknown:
            raise ValueError(f"equal_spend names no robust plan: {', '.join(sorted(unknown))}")
        labels = [vintage.label for vintage in self.vintages]
        if len(set(labels)) != len(labels):
            raise ValueError("vintages repeat")
        return self
