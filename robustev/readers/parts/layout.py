"""What a pair of tables of zones and sites means: columns, chargers, history, travel."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from robustev.core.settings import Settings
from robustev.readers.parts.columns import Charger, HistoryTable, SiteColumns, ZoneColumns
from robustev.readers.parts.population import PopulationTable
from robustev.readers.parts.travel.base import TravelSection
from robustev.readers.parts.travel.register import Travel
from robustev.readers.parts.travel.straight import Euclidean


class TableLayout(Settings):
    """What a pair of tables of zones and sites means, whatever file they come from."""

    name: str = Field("region", min_length=1)
    """Name of the region, shown in reports."""
    source: str = ""
    """Where the data come from, with their licence; shown in reports."""
    zone_columns: ZoneColumns = ZoneColumns()
    """Which columns of the zones table hold what."""
    site_columns: SiteColumns = SiteColumns()
    """Which columns of the sites table hold what."""
    chargers: tuple[Charger, ...] = ()
    """Kinds of chargers that may be built; none for sites that only open or close."""
    history: HistoryTable | None = None
    """Past demand in a table of its own."""
    population_history: PopulationTable | None = None
    """Past population in a table of its own, apart from demand."""
    travel: Travel | None = None
    """How travel costs come about; absent: ``great_circle`` where a file says where it is, else
    ``euclidean``."""
    geographic: bool | None = None
    """Whether coordinates are longitude and latitude in degrees; absent: with great_circle."""

    @property
    def travel_section(self) -> TravelSection:
        """How travel costs come about, straight lines where nobody says otherwise."""
        return Euclidean() if self.travel is None else self.travel

    @property
    def in_degrees(self) -> bool:
        """Whether coordinates are longitude and latitude in degrees."""
        if self.geographic is None:
            return self.travel_section.degrees is True
        return self.geographic

    @model_validator(mode="after")
    def _distances_fit_coordinates(self) -> Self:
        if self.travel is None:
            return self
        if self.travel.degrees is False and self.in_degrees:
            raise ValueError("degrees are no distance: use travel kind 'great_circle'")
        if self.travel.degrees is True and not self.in_degrees:
            raise ValueError(f"travel kind {self.travel.kind!r} needs geographic coordinates")
        return self
