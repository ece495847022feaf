"""The experiment file: one question, in the order in which a run goes through it."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, field_validator

from robustev.assess.config import CompareConfig
from robustev.core.settings import Settings
from robustev.core.units import Units
from robustev.methods.options import SolveOptions
from robustev.model.catchment import AccessOptions
from robustev.model.model import Model
from robustev.readers.ground import Layer
from robustev.readers.register import RegionConfig
from robustev.scenarios.config import ScenarioConfig
from robustev.simulate.config import SimulationConfig


class Scenarios(ScenarioConfig):
    """Which futures the plans must meet."""

    number: int = Field(100, ge=1)
    """How many scenarios to draw."""


class PlanSpec(Settings):
    """One plan to make. Its file needs to say only what differs from the experiment's sections."""

    demand_factor: float = Field(1.0, gt=0)
    """Demand of every scenario is multiplied by this: 1.1 plans with a margin of 10 %."""
    model: Model = Model()
    """What differs from the section ``model``, key by key."""
    solve: SolveOptions = SolveOptions()
    """What differs from the section ``solve``, key by key."""


class Output(Settings):
    """Where results go."""

    folder: Path | None = None
    """The result folder; ``results/<name>`` under the working folder if absent."""
    assignment: int = Field(0, ge=0)
    """Scenarios for which ``assignment/<plan>.parquet`` says who is served where; 0 for none."""
    backdrop: tuple[Layer, ...] = ()
    """Layers beneath the report's maps, such as roads and water, from the bottom up."""
    evaluation: bool = True
    """Whether ``run`` evaluates its plans on the experiment's scenarios: the share of demand that
    is served, the load of stations, what bad futures cost."""
    access: AccessOptions | None = None
    """Whether the report tells how well, and how unequally, people reach the stations."""
    checkpoint: float = Field(60.0, gt=0)
    """Seconds between two saves of what an unfinished solve knows, from which ``--resume`` goes
    on; it is saved too when the run is told to stop."""


class Experiment(Settings):
    """One experiment. A section ``region`` or ``scenarios`` may be laid over another file.

    ``from: file.yaml`` in either reads that file first, and so in ``model.waiting`` and
    ``simulate``. Relative paths are relative to the file that they stand in.
    """

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    """Short name, also of the result folder: letters, digits, ``.``, ``_`` and ``-``."""
    title: str = ""
    """What people call it, above the report; the name if absent."""
    description: str = ""
    """The question, in words."""
    seed: int = Field(0, ge=0)
    """Seed of everything random: the same seed gives the same scenarios on any number of ranks."""
    units: Units = Units()
    """What money, demand and travel are counted in."""
    region: RegionConfig
    """Zones, sites, chargers and travel."""
    scenarios: Scenarios = Scenarios()
    """The futures."""
    model: Model = Model()
    """What may be built, how demand is served, and what counts as cost."""
    solve: SolveOptions = SolveOptions()
    """How to solve it, and when to stop."""
    plans: dict[str, PlanSpec] = Field(default_factory=dict)
    """Plans to make, by name; the one plan ``robust`` if absent."""
    compare: CompareConfig | None = None
    """How to judge the plans against each other; absent to only make them."""
    simulate: SimulationConfig | None = None
    """How ``robustev simulate`` tries plans by simulated queues; absent for its defaults."""
    output: Output = Output()
    """Where results go."""

    @field_validator("plans")
    @classmethod
    def _names_of_files(cls, plans: dict[str, PlanSpec]) -> dict[str, PlanSpec]:
        for name in plans:
            if not name.replace("_", "").replace("-", "").isalnum():
                raise ValueError(f"{name!r} names files too: letters, digits, '_' and '-' only")
        return plans
