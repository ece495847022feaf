"""The documents and tables of a result folder: their fields, types and version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from robustev.core.units import Units
from robustev.methods.result import Status

VERSION = 1
"""Version of the folder as a whole; a reader refuses a higher one."""

Kind: TypeAlias = Literal["text", "number", "count"]
"""What a column holds: text, numbers that may be missing, whole numbers."""
Columns: TypeAlias = Mapping[str, Kind]

TRACE: Columns = {
    "seconds": "number",
    "iteration": "count",
    "lower_bound": "number",
    "upper_bound": "number",
    "source": "text",
}
"""Columns of ``trace/<plan>.csv``."""
PLAN_TABLE: Columns = {"id": "text"}
"""Columns that every ``plans/<plan>.csv`` has, beside one for each charger kind."""
GROUP = "group_"
"""What the columns of groups begin with."""


def is_text(column: str) -> bool:
    """Return whether a column of ``plans/<plan>.csv`` holds text.

    >>> is_text("name"), is_text("group_area"), is_text("fast")
    (True, True, False)
    """
    return column in ("id", "name", "change") or column.startswith(GROUP)


EVALUATION: Columns = {
    "trial": "text",
    "plan": "text",
    "scenario": "text",
    "probability": "number",
    "cost": "number",
    "unserved": "number",
    "regret": "number",
}
"""Columns of ``evaluation.parquet`` that readers rely on."""
EVALUATION_ZONES: Columns = {
    "plan": "text",
    "zone": "text",
    "demand": "number",
    "unserved": "number",
    "mean_travel": "number",
}
"""Columns of ``evaluation_zones.parquet`` that readers rely on."""
PLACES: Columns = {"id": "text"}
"""Columns that the tables of zones and sites have."""
HISTORY: Columns = {"year": "count", "demand": "number"}
"""Columns of ``region/history.parquet`` that readers rely on."""


class Document(BaseModel):
    """A JSON document of the folder: frozen, with finite numbers; unknown keys are ignored."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="ignore",
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        protected_namespaces=(),
    )


class Machine(Document):
    """What a run's speed depends on."""

    system: str | None = None
    """Operating system."""
    architecture: str | None = None
    """Kind of processor."""
    processors: int | None = None
    """Processors that the run could use."""
    memory_gb: float | None = None
    """Memory, in 1e9 bytes."""


class Manifest(Document):
    """The content of ``manifest.json``: where the results come from."""

    schema_version: int = Field(VERSION, ge=1, le=VERSION)
    """Version of the result folder."""
    experiment: str = ""
    """Name of the experiment."""
    title: str = ""
    """What people call the experiment; empty where its name serves."""
    description: str = ""
    """Its question, in words."""
    seed: int | None = None
    """Seed of everything random."""
    units: Units = Units()
    """What money, demand and travel are counted in."""
    config_hash: str | None = None
    """SHA-256 of everything that decides the results."""
    data_hash: str | None = None
    """SHA-256 of region and scenarios, real numbers to six digits; null in older folders."""
    created: datetime | None = None
    """When the folder was written."""
    versions: dict[str, str | None] = Field(default_factory=dict)
    """Versions of the packages that can change a result; null where not installed."""
    commit: str | None = None
    """Commit of the code, with ``-dirty`` after changes; null where not known."""
    machine: Machine = Machine()
    """What it ran on."""
    ranks: int | None = None
    """MPI ranks."""
    seconds: dict[str, float] = Field(default_factory=dict)
    """Wall-clock seconds by phase."""
    plans: tuple[str, ...] | None = None
    """Plans that have a file in ``plans/``; null in a folder that does not say."""
    complete: bool = True
    """Whether everything was made that the experiment asks for."""


class OutsidePart(Document):
    """A rule or risk measure of a plan's model that is written outside the package."""

    kind: Literal["rule", "measure"]
    """What it is."""
    key: str
    """Its key."""
    title: str = ""
    """What it asks, in a few words."""
    parameters: dict[str, Any] = Field(default_factory=dict)
    """Its parameters."""


class DecisionDocument(Document):
    """What stands after one decision of a plan of several phases."""

    decision: str
    """Its name: that of its phase, and in a tree the number of the answer."""
    phase: str
    """Name of its phase."""
    after: str | None = None
    """The decision before; null at the first."""
    probability: float
    """How likely its scenarios are, together."""
    scenarios: tuple[str, ...]
    """Names of the scenarios that it is for."""
    seen_from: float | None = None
    """Least total demand of the phase before among its scenarios; null where nothing was seen."""
    seen_to: float | None = None
    """Most total demand of the phase before among its scenarios."""
    spent: float
    """Money spent on stations and chargers in its phase."""
    open_sites: tuple[str, ...]
    """Ids of the sites where a station stands afterwards."""
    chargers: dict[str, dict[str, int]]
    """Chargers by site and kind, earlier ones included."""


class PlanDocument(Document):
    """The content of ``plans/<plan>.json``; what is not known is null."""

    plan: str = ""
    """Name of the plan."""
    method: str | None = None
    """Method that made it; ``given`` for a plan from elsewhere."""
    objective: float | None = None
    """Value of its own objective, evaluated exactly."""
    lower_bound: float | None = None
    """Proven lower bound on that objective."""
    gap: float | None = None
    """``(objective - lower_bound) / |objective|``."""
    status: Status | None = None
    """Why its solve ended; null for a plan that no solve of the run made."""
    seconds: float | None = None
    """Wall-clock time of its solve."""
    open_sites: tuple[str, ...] | None = None
    """Ids of the sites where a station stands; null where there is no plan."""
    chargers: dict[str, dict[str, int]] | None = None
    """Chargers by site and kind, existing ones included."""
    message: str = ""
    """Why the solve stopped, or why there is no plan, in a sentence."""
    violations: tuple[str, ...] = ()
    """Limits of the experiment's model that the plan breaks, one sentence each."""
    kinds: tuple[str, ...] | None = None
    """Charger kinds that its table counts; null in a folder that does not say."""
    spend: float | None = None
    """Money for the stations and chargers that it builds and removes, as a budget counts it."""
    further_cost: float | None = None
    """Money for what rules add, such as upgrades of the grid."""
    closed_sites: tuple[str, ...] = ()
    """Ids of the sites where a station stands that the plan does not have."""
    removed: dict[str, int] = {}
    """Chargers that stand today and that the plan does not have, by kind, all sites together."""
    outside: tuple[OutsidePart, ...] = ()
    """Rules and risk measures from outside the package that it was made by."""
    phases: tuple[DecisionDocument, ...] | None = None
    """Every decision of a plan of several phases, earlier ones first; sites and chargers above are
    then those of the first one. Null for a plan of one phase."""

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan at all."""
        return self.open_sites is not None


class PlanAccess(Document):
    """How well the people of a region reach the stations of one plan."""

    unit: Literal["capacity", "chargers", "stations"]
    """What supply is counted in."""
    mean: float | None = None
    """Supply for each of the people, on average; null without people."""
    without: float | None = None
    """Share of the people with no station within the catchment."""
    gini: float | None = None
    """Gini index of access over people; null where nobody has any."""
    lorenz: tuple[tuple[float, float], ...] = ()
    """Points of the Lorenz curve: share of people, the worst-off first, and of access."""
    groups: dict[str, dict[str, float | None]] = Field(default_factory=dict)
    """Mean access by attribute of the zones and group; null for a group without people."""


class AccessDocument(Document):
    """The content of ``access.json``: two-step floating catchment areas."""

    catchment: float
    """Largest travel cost to a station that counts."""
    of: Literal["population", "demand"]
    """Who shares a station."""
    plans: dict[str, PlanAccess] = Field(default_factory=dict)
    """Every plan's."""


class KindDocument(Document):
    """One charger kind of the region."""

    name: str
    """Its name."""
    capacity: dict[str, float] = Field(default_factory=dict)
    """Capacity by demand type."""
    cost: float | None = None
    """Cost of one charger."""
    power_kw: float | None = None
    """Power in kW."""


class LayerDocument(Document):
    """One layer beneath the maps."""

    kind: str = "lines"
    """How it is drawn."""
    filled: bool = False
    """Whether its lines are rings that are filled."""
    lines: tuple[tuple[tuple[float, float], ...], ...] = ()
    """Points of each line."""


class GroundDocument(Document):
    """The content of ``region/ground.json``, in the region's coordinates."""

    outlines: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = Field(default_factory=dict)
    """Rings of each zone's outline, by zone."""
    layers: tuple[LayerDocument, ...] = ()
    """Layers from the bottom up."""


class RegionDocument(Document):
    """The content of ``region/region.json``."""

    name: str = ""
    """The region's name."""
    geographic: bool = False
    """Whether coordinates are longitude and latitude."""
    types: tuple[str, ...] = ()
    """Names of the demand types."""
    kinds: tuple[KindDocument, ...] = ()
    """Charger kinds."""
    source: str | None = None
    """Where the data come from."""
