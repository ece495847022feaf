"""Where everything of a result folder stands: every file name once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

REPORT = "report.html"


@dataclass(frozen=True)
class Layout:
    """The paths of a result folder.

    Parameters
    ----------
    root
        The folder itself.
    """

    root: Path

    @property
    def manifest(self) -> Path:
        """Where the results come from; a folder that has it is complete."""
        return self.root / "manifest.json"

    @property
    def config(self) -> Path:
        """The experiment with every default filled in."""
        return self.root / "config.yaml"

    @property
    def scenarios(self) -> Path:
        """Demand by scenario, zone and type."""
        return self.root / "scenarios.parquet"

    @property
    def drivers(self) -> Path:
        """Probability and drivers of every scenario."""
        return self.root / "drivers.parquet"

    @property
    def region(self) -> Path:
        """The folder of what is kept of the region."""
        return self.root / "region"

    @property
    def region_document(self) -> Path:
        """Names, charger kinds and source of the region."""
        return self.region / "region.json"

    @property
    def region_ground(self) -> Path:
        """Outlines of the zones, and layers that maps are drawn on."""
        return self.region / "ground.json"

    def region_table(self, name: str) -> Path:
        """Return the table of ``zones``, ``sites`` or ``history``."""
        return self.region / f"{name}.parquet"

    @property
    def plans(self) -> Path:
        """The folder of plans."""
        return self.root / "plans"

    def plan(self, name: str) -> Path:
        """Return a plan with its bounds, for programs."""
        return self.plans / f"{name}.json"

    def plan_table(self, name: str) -> Path:
        """Return the stations of a plan, for a spreadsheet."""
        return self.plans / f"{name}.csv"

    @property
    def workbook(self) -> Path:
        """The stations of every plan as sheets of one Excel file."""
        return self.plans / "stations.xlsx"

    def plan_map(self, name: str) -> Path:
        """Return the stations of a plan as GeoJSON."""
        return self.plans / f"{name}.geojson"

    def phases(self, name: str) -> Path:
        """Return what each decision of a plan of several phases builds, for a spreadsheet."""
        return self.root / "phases" / f"{name}.csv"

    def trace(self, name: str) -> Path:
        """Return the moves of both bounds of a plan."""
        return self.root / "trace" / f"{name}.csv"

    def certificate(self, name: str) -> Path:
        """Return the dual prices behind the lower bound of a plan."""
        return self.root / "certificate" / f"{name}.npz"

    def assignment(self, name: str) -> Path:
        """Return who is served where under a plan."""
        return self.root / "assignment" / f"{name}.parquet"

    def simulation(self, name: str) -> Path:
        """Return what simulated queues say of a plan."""
        return self.root / "simulation" / f"{name}.json"

    @property
    def evaluation(self) -> Path:
        """Cost and its parts by trial, plan and scenario."""
        return self.root / "evaluation.parquet"

    @property
    def evaluation_zones(self) -> Path:
        """Expected demand and unserved demand by plan and zone."""
        return self.root / "evaluation_zones.parquet"

    @property
    def access(self) -> Path:
        """How well zones reach the stations of every plan, and how unequally."""
        return self.root / "access.json"

    @property
    def comparison(self) -> Path:
        """Every figure of the comparison, with its interval."""
        return self.root / "comparison.json"

    @property
    def tables(self) -> Path:
        """The folder of the comparison's figures as CSV."""
        return self.root / "tables"

    @property
    def report(self) -> Path:
        """The offline page about all this."""
        return self.root / REPORT

    def plan_names(self) -> list[str]:
        """Return the names of the plans that have a file, in alphabetical order."""
        return sorted(path.stem for path in self.plans.glob("*.json"))


def is_result_folder(path: Path) -> bool:
    """Return whether ``path`` is a result folder."""
    return path.is_dir() and Layout(path).config.is_file()
