"""A county as it comes from a GIS and a spreadsheet, made up: 400 polygons and 120 sites."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyogrio
import shapely

UTM = "EPSG:25832"
ORIGIN = (500_000.0, 5_750_000.0)
CELL = 2_000.0
SIDE = 20
EXPERIMENT = """\
name: county
units: {money: euro a day, demand: sessions a day, travel: km}
region:
  format: tables
  zones: zones.gpkg
  sites: standorte.csv
  zone_columns: {id: GEN_NR, demand: Bedarf, population: Einwohner}
  site_columns: {id: Nr, name: Bezeichnung, x: Rechtswert, y: Hochwert, slots: Stellplätze,
                 opening_cost: Grundkosten, existing: {fast: Bestand}}
  chargers: [{name: fast, capacity: 20, cost: 30, power_kw: 150}]
scenarios:
  source: {kind: zones, spread: 0.3}
  number: 3
model:
  unserved_penalty: 25
  reach: {nearest: 3}
  budget: {limit: 2200}
  locks: {open: [1001], closed: [1002]}
solve: {method: benders, gap: 0.05}
plans: {robust: {}, nominal: {model: {objective: {measure: nominal}}}}
"""


def write_county(folder: Path, seed: int = 7) -> Path:
    """Write the layer, the table and the experiment; return the experiment's path."""
    rng = np.random.default_rng(seed)
    _write_zones(folder / "zones.gpkg", rng)
    (folder / "standorte.csv").write_bytes(_sites(rng).encode("cp1252"))
    path = folder / "county.yaml"
    path.write_text(EXPERIMENT, encoding="utf-8")
    return path


def _write_zones(path: Path, rng: np.random.Generator) -> None:
    column, row = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    x, y = ORIGIN[0] + CELL * column.ravel(), ORIGIN[1] + CELL * row.ravel()
    squares = shapely.box(x, y, x + CELL, y + CELL)
    people = rng.integers(200, 6_000, size=SIDE**2)
    fields = {
        "GEN_NR": np.arange(5_000, 5_000 + SIDE**2, dtype=np.float64),  # as a join leaves them
        "Bedarf": np.round(people * 0.002, 1),
        "Einwohner": people,
    }
    pyogrio.raw.write(
        path, geometry=shapely.to_wkb(squares), geometry_type="Polygon", crs=UTM, layer="gemeinden",
        field_data=list(fields.values()), fields=list(fields),
    )  # fmt: skip


def _sites(rng: np.random.Generator) -> str:
    lines = ["Nr;Bezeichnung;Rechtswert;Hochwert;Stellplätze;Bestand;Grundkosten"]
    for number in range(1_000, 1_120):
        x, y = (start + rng.uniform(0, SIDE * CELL) for start in ORIGIN)
        existing = "1" if rng.random() < 0.1 else ""
        cost = rng.uniform(20, 40)
        cells = [f"{number}", f"Parkplatz Süd-Straße {number}", f"{x:.2f}", f"{y:.2f}",
                 f"{rng.integers(4, 12)}", existing, f"{cost:.2f}"]  # fmt: skip
        lines.append(";".join(cell.replace(".", ",") for cell in cells))
    return "\n".join(lines) + "\n"
