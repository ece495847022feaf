"""Zones from the cells of a population raster (GeoTIFF), by rasterio."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd
from pydantic import Field

from robustev.core.arrays import FloatArray, IntArray
from robustev.core.errors import FaultCollector, InputError
from robustev.core.files import check_file
from robustev.core.formatting import count, rounded
from robustev.readers.importers.base import Imported, Importer

NO_RASTERIO = "reading rasters needs the extra 'gis': pip install 'robustev[gis]'"
MOST_CELLS = 200_000_000
ToDegrees = Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]


class RasterImporter(Importer):
    """Zones from a raster of people per cell: blocks of cells, at their weighted centres.

    Cells without data or people count as empty, negative ones too; a block without people is no
    zone. Demand is people times ``demand_per_person``.
    """

    key: ClassVar[str] = "raster"
    block: int = Field(1, ge=1)
    """Cells on a side of one zone."""
    demand_per_person: float = Field(0.01, gt=0)
    """Demand of one person, in the experiment's unit."""
    least_people: float = Field(1.0, ge=0)
    """Blocks with fewer people are no zones."""

    def read(self, path: Path) -> Imported:
        """Return ``zones.csv``: id, x, y (degrees), demand, population."""
        people, column, row, to_degrees = _cells(path)
        key = np.stack([row // self.block, column // self.block])
        blocks, place = np.unique(key, axis=1, return_inverse=True)
        place = place.ravel()
        total = np.bincount(place, people)
        x, y = (np.bincount(place, people * (axis + 0.5)) / total for axis in (column, row))
        keep = total >= self.least_people
        if not keep.any():
            raise InputError(f"{path}: no block has {rounded(self.least_people)} people or more")
        longitude, latitude = to_degrees(x[keep], y[keep])
        zones = pd.DataFrame({
            "id": [f"r{r}c{c}" for r, c in blocks.T[keep]], "x": longitude, "y": latitude,
            "demand": self.demand_per_person * total[keep], "population": total[keep],
        })  # fmt: skip
        left = float(total[~keep].sum())
        notes = [f"demand is {self.demand_per_person:g} for each person"]
        if not keep.all():
            notes.append(f"{count(int((~keep).sum()), 'block')} with {rounded(left)} people in all "
                         "left out")  # fmt: skip
        return Imported({"zones.csv": zones}, tuple(notes))


def _cells(path: Path) -> tuple[FloatArray, IntArray, IntArray, ToDegrees]:
    """Return people, column and row of the cells that have some, and the way to degrees."""
    try:
        import rasterio  # noqa: PLC0415
        from rasterio.errors import RasterioError  # noqa: PLC0415
    except ImportError:
        raise InputError(NO_RASTERIO) from None
    faults = FaultCollector()
    check_file(path, faults)
    faults.raise_if_any()
    try:
        with rasterio.open(path) as raster:
            if raster.width * raster.height > MOST_CELLS:
                raise InputError(
                    f"{path}: more than {MOST_CELLS:,} cells; cut out the region first"
                )
            if raster.crs is None:
                raise InputError(f"{path}: no coordinate reference system")
            band = raster.read(1, masked=True).astype(np.float64).filled(np.nan)
            crs, transform = raster.crs.to_wkt(), raster.transform
    except RasterioError as error:
        raise InputError(f"{path}: not a readable raster: {error}") from error
    row, column = np.nonzero(np.isfinite(band) & (band > 0))
    if not len(row):
        raise InputError(f"{path}: no cell has people")

    def to_degrees(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        from pyproj import Transformer  # noqa: PLC0415

        placed = (transform.a * x + transform.b * y + transform.c,
                  transform.d * x + transform.e * y + transform.f)  # fmt: skip
        longitude, latitude = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(
            *placed
        )
        return longitude, latitude

    return band[row, column], column, row, to_degrees
