"""Census tables joined to polygons: zones with the figures of a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from robustev.core.errors import Fault, FaultCollector, InputError, nearest_name
from robustev.core.formatting import count
from robustev.readers.importers.base import Imported, Importer
from robustev.readers.parts.data_file import DataFile, TableFile

SHOWN = 5


class CensusImporter(Importer):
    """Polygons and a table of figures, joined by an id; zones stand at the centroids.

    Ids follow the one rule of tables (1000 and 1000.0 are one). Polygons without a row are left
    out, and so are rows without a polygon; both are named.
    """

    key: ClassVar[str] = "census"
    table: TableFile
    """The census table."""
    polygon_id: str = Field("id", min_length=1)
    """Attribute of the polygons that is joined."""
    table_id: str = Field("id", min_length=1)
    """Column of the table that is joined."""
    population: str = Field(min_length=1)
    """Column of the table with the people of each zone."""
    demand_per_person: float = Field(0.01, gt=0)
    """Demand of one person, in the experiment's unit."""

    def read(self, path: Path) -> Imported:
        """Return ``zones.csv``: id, x, y (degrees), demand, population and the other columns."""
        faults = FaultCollector()
        polygons = DataFile(file=path).read(Path(), faults)
        table = self.table.read(Path(), faults)
        faults.raise_if_any()
        assert polygons is not None
        assert table is not None
        polygons.require([self.polygon_id])
        table.require([self.table_id, self.population])
        faults.raise_if_any()
        ids, keys = polygons.ids(self.polygon_id), table.ids(self.table_id)
        people = table.numbers(self.population, minimum=0.0)
        faults.raise_if_any()
        row = {key: n for n, key in enumerate(keys)}
        joined = [n for n, zone in enumerate(ids) if zone in row]
        if not joined:
            near = nearest_name(ids[0], keys)
            raise InputError([Fault(
                f"no polygon has a row in {table.file}", polygons.file, column=self.polygon_id,
                found=ids[0], expected=f"an id such as {near or keys[0]!r}",
            )])  # fmt: skip
        rows = [row[ids[n]] for n in joined]
        x, y = _degrees(polygons.frame["x"], polygons.frame["y"], polygons.crs)
        zones = table.frame.iloc[rows].reset_index(drop=True)
        zones = zones.drop(columns=[c for c in (self.table_id, self.population) if c in zones])
        others = zones.drop(columns=[c for c in ("id", "x", "y", "demand", "population")
                                     if c in zones])  # fmt: skip
        others.insert(0, "id", [ids[n] for n in joined])
        others.insert(1, "x", x[joined])
        others.insert(2, "y", y[joined])
        others.insert(3, "demand", self.demand_per_person * people[rows])
        others.insert(4, "population", people[rows])
        notes = [f"demand is {self.demand_per_person:g} for each person"]
        notes += _left_out("polygon", [zone for zone in ids if zone not in row])
        notes += _left_out("row", [key for key in keys if key not in set(ids)])
        return Imported({"zones.csv": others}, tuple(notes))


def _left_out(word: str, ids: list[str]) -> list[str]:
    if not ids:
        return []
    some = ", ".join(ids[:SHOWN]) + (", ..." if len(ids) > SHOWN else "")
    return [f"{count(len(ids), word)} without a partner left out: {some}"]


def _degrees(x: Any, y: Any, crs: str | None) -> tuple[Any, Any]:
    from pyproj import Transformer  # noqa: PLC0415

    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if crs is None:
        return x, y
    return Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(x, y)
