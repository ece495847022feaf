"""Scenarios made elsewhere: read, checked, and used as they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from robustev.scenarios.sources.base import REGISTER, Source

if TYPE_CHECKING:
    from robustev.data.region import Region
    from robustev.data.scenarios import ScenarioSet


@REGISTER.add
class TrajectorySource(Source):
    """Scenarios made elsewhere, used as they are.

    The table (CSV or Parquet) is long: ``scenario``, ``zone``, ``demand``, and where they matter
    ``type``, ``year`` and ``probability`` (the same in all rows of a scenario).
    """

    kind: Literal["trajectories"] = "trajectories"
    table: Path
    """The file."""
    year: int | None = None
    """Which year of the paths to plan for; absent for the last."""

    redrawable: ClassVar[bool] = False
    example: ClassVar[dict[str, Any]] = {"table": "paths.parquet", "year": 2040}

    def fixed(self, region: Region, given: ScenarioSet | None) -> ScenarioSet:
        """Return the scenarios in the table."""
        from robustev.scenarios.sources.trajectories.table import (  # noqa: PLC0415
            read_trajectories,
        )

        return read_trajectories(self.table, self.year, region)

    def at_year(self, year: int, region: Region) -> Self:
        """Return the paths at another of their years."""
        return self.model_copy(update={"year": year})

    def target_year(self, region: Region) -> int | None:
        """Return the year that is asked for."""
        return self.year
