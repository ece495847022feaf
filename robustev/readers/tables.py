"""Format ``tables``: zones and sites in files of any kind, with a column mapping."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from robustev.core.errors import FaultCollector
from robustev.data.reach import EVERYTHING, Reach
from robustev.data.region import Region
from robustev.readers.base import RegionReader
from robustev.readers.parts.assemble import region_of_tables
from robustev.readers.parts.data_file import TableFile
from robustev.readers.parts.layout import TableLayout


class TablesRegion(RegionReader, TableLayout):
    """Demand zones and candidate sites, each in a table, a spreadsheet or a map layer.

    Where a file says where it is (a map layer, or the key ``crs``), coordinates become longitude
    and latitude and travel is ``great_circle``, unless the section says otherwise.
    """

    format: Literal["tables"]
    """Selects tables, spreadsheets and map layers."""
    zones: TableFile
    """File of the demand zones; polygons stand at their centroids."""
    sites: TableFile
    """File of the candidate sites."""
    separator: str | None = Field(None, min_length=1, max_length=1)
    """What separates the cells of CSV files that do not say it themselves; absent: found out."""

    def read(self, base: Path, reach: Reach = EVERYTHING) -> Region:
        """Return the region; see :meth:`RegionReader.read`."""
        faults = FaultCollector()
        zones, sites = (
            file.read(base, faults, separator=self.separator) for file in (self.zones, self.sites)
        )
        return region_of_tables(
            zones, sites, self, base, faults, separator=self.separator, reach=reach
        )
