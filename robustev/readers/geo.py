"""Format ``geo``: map layers, as GeoJSON, GeoPackage and whatever else GDAL reads."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from robustev.core.errors import FaultCollector
from robustev.data.reach import EVERYTHING, Reach
from robustev.data.region import Region
from robustev.readers.base import RegionReader
from robustev.readers.parts.assemble import region_of_tables
from robustev.readers.parts.data_file import DataFile, TableFile
from robustev.readers.parts.layout import TableLayout
from robustev.readers.parts.travel.geodesic import GreatCircle
from robustev.readers.parts.travel.register import Travel


class GeoRegion(RegionReader, TableLayout):
    """A pair of map layers: demand zones and candidate sites, polygons by their centroids.

    Coordinates become longitude and latitude. Tables are taken too, and are in degrees unless
    they say another ``crs``.
    """

    format: Literal["geo"]
    """Selects map layers."""
    zones: TableFile
    """GeoJSON, GeoPackage or another format that GDAL reads, or a table with coordinates."""
    sites: TableFile
    """GeoJSON, GeoPackage or another format that GDAL reads, or a table with coordinates."""
    zones_layer: str | None = None
    """Layer of the zones file; absent for its only or first one."""
    sites_layer: str | None = None
    """Layer of the sites file; absent for its only or first one."""
    travel: Travel | None = GreatCircle()
    """How travel costs come about."""
    geographic: Literal[True] = True
    """Always true: other coordinates are converted."""

    def read(self, base: Path, reach: Reach = EVERYTHING) -> Region:
        """Return the region; polygons and lines stand at their centroid, attributes are columns."""
        faults = FaultCollector()
        zones = _with_layer(self.zones, self.zones_layer).read(base, faults)
        sites = _with_layer(self.sites, self.sites_layer).read(base, faults)
        return region_of_tables(zones, sites, self, base, faults, reach=reach)


def _with_layer(file: DataFile, layer: str | None) -> DataFile:
    return file if layer is None else file.model_copy(update={"layer": layer})
