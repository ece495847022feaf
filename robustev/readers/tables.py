"""Format ``tables``: a pair of CSV or Parquet files, zones and sites, with a column mapping."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from robustev.core.errors import FaultCollector
from robustev.data.reach import EVERYTHING, Reach
from robustev.data.region import Region
from robustev.readers.base import RegionReader
from robustev.readers.parts.assemble import region_of_tables
from robustev.readers.parts.layout import TableLayout
from robustev.readers.parts.table import Table


class TablesRegion(RegionReader, TableLayout):
    """A pair of CSV or Parquet tables: demand zones and candidate sites."""

    format: Literal["tables"]
    """Selects a pair of tables."""
    zones: Path
    """CSV or Parquet file of the demand zones."""
    sites: Path
    """CSV or Parquet file of the candidate sites."""
    separator: str = Field(",", min_length=1, max_length=1)
    """What separates the cells of the CSV files."""

    def read(self, base: Path, reach: Reach = EVERYTHING) -> Region:
        """Return the region; see :meth:`RegionReader.read`."""
        faults = FaultCollector()
        zones, sites = (
            Table.read(base / path, faults, separator=self.separator)
            for path in (self.zones, self.sites)
        )
        return region_of_tables(
            zones, sites, self, base, faults, separator=self.separator, reach=reach
        )
