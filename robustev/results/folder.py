"""A result folder in memory: everything that it holds, None for everything that it does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from robustev.assess.schema import Comparison, OutOfSampleTest, PlanFigures
from robustev.config.experiment import Experiment
from robustev.core.errors import Fault, InputError
from robustev.core.units import Units
from robustev.data.scenarios import ScenarioSet
from robustev.recourse.certificate import Certificate
from robustev.results.layout import Layout
from robustev.results.schema import (
    AccessDocument,
    GroundDocument,
    Manifest,
    PlanDocument,
    RegionDocument,
)
from robustev.simulate.schema import SimulationDocument

UNSERVED_TOLERANCE = 1e-6  # of a zone's demand
LEVEL = "level"  # the kind that stands for capacity levels where a model has no chargers


@dataclass(frozen=True)
class StoredPlan:
    """One plan of a result folder.

    Parameters
    ----------
    document
        The content of ``plans/<plan>.json``.
    table
        One row per open site, from ``plans/<plan>.csv``; None where there is no plan.
    features
        The same from ``plans/<plan>.geojson``; None where coordinates are not geographic.
    trace
        Moves of both bounds, from ``trace/<plan>.csv``; None for a plan that was given.
    zones
        One row per zone: zone, demand, unserved, mean_travel (expected units); None where the plan
        has not been evaluated.
    certificate
        Dual prices behind the lower bound; None where its method leaves none.
    simulation
        What simulated queues say, from ``simulation/<plan>.json``; None where nobody asked.
    """

    name: str
    document: PlanDocument = field(default_factory=PlanDocument)
    table: pd.DataFrame | None = None
    features: Mapping[str, Any] | None = None
    trace: pd.DataFrame | None = None
    zones: pd.DataFrame | None = None
    certificate: Certificate | None = None
    simulation: SimulationDocument | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Names of the charger kinds that the plan's table counts."""
        if self.table is None:
            return ()
        if self.document.kinds is not None:
            return tuple(kind for kind in self.document.kinds if kind in self.table)
        derived = ("capacity", "load", "utilisation")
        return tuple(
            str(column)
            for column in self.table.columns
            if column not in ("id", "x", "y", "name") and not str(column).startswith(derived)
        )

    @property
    def counted(self) -> str:
        """What its stations count: ``levels`` where the model has those, else ``chargers``."""
        return f"{LEVEL}s" if self.kinds == (LEVEL,) else "chargers"

    @cached_property
    def loads(self) -> pd.DataFrame | None:
        """One row per open site and type: site, type, capacity, load; None where not evaluated.

        A plan with one type has the type ``all``.
        """
        if self.table is None:
            return None
        columns = [str(name) for name in self.table.columns if str(name).startswith("load")]
        parts = [
            pd.DataFrame(
                {
                    "site": self.table["id"],
                    "type": column.removeprefix("load").removeprefix("_") or "all",
                    "capacity": self.table[column.replace("load", "capacity", 1)],
                    "load": self.table[column],
                }
            )
            for column in columns
        ]
        return pd.concat(parts, ignore_index=True) if parts else None

    @cached_property
    def utilisation(self) -> pd.Series[float] | None:
        """Expected load over capacity by site, all types together; None where it is not known."""
        if self.loads is None:
            return None
        total = self.loads.groupby("site")[["load", "capacity"]].sum(min_count=1)
        return total["load"] / total["capacity"].where(total["capacity"] > 0)

    @cached_property
    def unserved(self) -> pd.DataFrame | None:
        """Zones with expected unserved demand, by zone: unserved units and share."""
        if self.zones is None:
            return None
        rows = self.zones[self.zones["unserved"] > UNSERVED_TOLERANCE * self.zones["demand"]]
        return rows.assign(share=rows["unserved"] / rows["demand"]).set_index("zone")

    @cached_property
    def chargers(self) -> dict[str, dict[str, int]]:
        """Chargers by site and kind, for the open sites."""
        counts = self.document.chargers or {}
        return {site: dict(counts.get(site, {})) for site in self.document.open_sites or ()}

    def total(self, kind: str | None = None) -> int:
        """Return the number of chargers, of one kind or of all."""
        return sum(
            count
            for site in self.chargers.values()
            for name, count in site.items()
            if kind is None or name == kind
        )


@dataclass(frozen=True)
class StoredRegion:
    """What a result folder keeps of its region: names, and a row per zone and site."""

    document: RegionDocument
    zones: pd.DataFrame
    sites: pd.DataFrame
    history: pd.DataFrame | None = None
    ground: GroundDocument = field(default_factory=GroundDocument)

    @property
    def name(self) -> str:
        """The region's name."""
        return self.document.name

    @property
    def geographic(self) -> bool:
        """Whether coordinates are longitude and latitude."""
        return self.document.geographic

    @property
    def types(self) -> tuple[str, ...]:
        """Names of the demand types."""
        return self.document.types

    @cached_property
    def zone_names(self) -> dict[str, str]:
        """What people call the zones, by id; empty where the region has no names."""
        return _names(self.zones)

    @cached_property
    def site_names(self) -> dict[str, str]:
        """What people call the sites, by id; empty where the region has no names."""
        return _names(self.sites)

    @property
    def demand(self) -> pd.Series[float]:
        """Reference demand of every zone, all types together, by zone id."""
        columns = [f"demand_{kind}" for kind in self.types]
        return self.zones.set_index("id")[columns].sum(axis=1)


def _names(places: pd.DataFrame) -> dict[str, str]:
    if "name" not in places:
        return {}
    return dict(zip(places["id"].astype(str), places["name"].astype(str), strict=True))


@dataclass(frozen=True)
class ResultFolder:
    """A result folder in memory. What the folder does not hold is None or empty.

    Parameters
    ----------
    config
        The experiment as it is written in ``config.yaml``.
    experiment
        The same, checked and complete.
    evaluation
        One row per trial, plan and scenario.
    faults
        What is wrong with files that could not be read; their parts are None.
    """

    folder: Path
    manifest: Manifest = field(default_factory=Manifest)
    config: Mapping[str, Any] = field(default_factory=dict)
    experiment: Experiment | None = None
    region: StoredRegion | None = None
    scenarios: ScenarioSet | None = None
    plans: Mapping[str, StoredPlan] = field(default_factory=dict)
    evaluation: pd.DataFrame | None = None
    comparison: Comparison | None = None
    access: AccessDocument | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def layout(self) -> Layout:
        """Where each file stands."""
        return Layout(self.folder)

    @property
    def name(self) -> str:
        """The experiment's name."""
        return self.manifest.experiment or self.folder.name

    @property
    def units(self) -> Units:
        """What money, demand and travel are counted in."""
        return self.manifest.units

    @property
    def trial(self) -> OutOfSampleTest | None:
        """The main trial of the comparison: fresh scenarios at equal budget."""
        return self.comparison.trials[0] if self.comparison and self.comparison.trials else None

    @cached_property
    def main_evaluation(self) -> pd.DataFrame | None:
        """The evaluation on the main trial; on the first of the table without a comparison."""
        table = self.evaluation
        if table is None or not len(table):
            return None
        if "trial" not in table:
            return table
        main = table["trial"].iloc[0] if self.trial is None else self.trial.name
        rows = table[table["trial"] == main]
        return rows if len(rows) else None

    @cached_property
    def figures(self) -> dict[str, PlanFigures]:
        """Figures of every plan on the main trial, by plan."""
        return {row.plan: row for row in self.trial.plans} if self.trial else {}

    @cached_property
    def ordered(self) -> tuple[str, ...]:
        """Plans in the order of the report: robust, nominal, then as in the experiment."""
        first: list[str | None] = []
        if self.comparison is not None:
            first = [self.comparison.robust, self.comparison.nominal]
        facts = [row.plan for row in self.comparison.plans] if self.comparison else []
        asked = self.experiment.plans if self.experiment is not None else {}
        every = [*first, *asked, *facts, *self.plans]
        known = {*self.plans, *facts}
        return tuple(dict.fromkeys(name for name in every if name is not None and name in known))

    @cached_property
    def yardsticks(self) -> frozenset[str]:
        """Plans that stand there for comparison only: the network as it is, and plans given."""
        facts = self.comparison.plans if self.comparison else ()
        return frozenset(row.plan for row in facts if row.role in ("existing", "given"))

    @property
    def drawn(self) -> tuple[StoredPlan, ...]:
        """Plans that have a table of sites, in the order of the report."""
        found = (self.plans.get(name) for name in self.ordered)
        return tuple(plan for plan in found if plan is not None and plan.table is not None)

    def check(self, *, ignoring: tuple[Path, ...] = ()) -> ResultFolder:
        """Return the folder itself if it is sound.

        Raises
        ------
        InputError
            With every fault of its files, those of files to ignore left out.
        """
        left_out = {str(path) for path in ignoring}
        faults = [fault for fault in self.faults if fault.file not in left_out]
        if faults:
            raise InputError(faults)
        return self
