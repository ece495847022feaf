# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # A county from files
#
# Zones as a GIS exports them, polygons in a GeoPackage in UTM; sites as a spreadsheet leaves them,
# in a code page of its own, with semicolons and decimal commas, and with empty cells where no
# charger stands. Neither is cleaned: 20 lines say which column is what. The county is made up.

# %%
import tempfile
from pathlib import Path

import numpy as np
import pyogrio
import shapely

import robustev

folder = Path(tempfile.mkdtemp())
rng = np.random.default_rng(7)
side, cell, corner = 10, 2_000.0, (500_000.0, 5_750_000.0)

column, row = np.meshgrid(np.arange(side), np.arange(side))
x, y = corner[0] + cell * column.ravel(), corner[1] + cell * row.ravel()
people = rng.integers(200, 6_000, size=side**2)
fields = {
    "GEN_NR": np.arange(5_000.0, 5_000.0 + side**2),  # numbers with decimals, as a join leaves them
    "Bedarf": np.round(people * 0.002, 1),
    "Einwohner": people,
}
pyogrio.raw.write(
    folder / "zones.gpkg", geometry=shapely.to_wkb(shapely.box(x, y, x + cell, y + cell)),
    geometry_type="Polygon", crs="EPSG:25832", field_data=list(fields.values()),
    fields=list(fields),
)  # fmt: skip

lines = ["Nr;Bezeichnung;Rechtswert;Hochwert;Stellplätze;Bestand;Grundkosten"]
for number in range(1_000, 1_030):
    east, north = (start + rng.uniform(0, side * cell) for start in corner)
    existing = "1" if rng.random() < 0.1 else ""
    line = f"{number};Süd-Straße {number};{east:.2f};{north:.2f};{rng.integers(4, 12)};{existing};"
    lines.append((line + f"{rng.uniform(20, 40):.2f}").replace(".", ","))
(folder / "standorte.csv").write_bytes("\n".join(lines).encode("cp1252"))

# %%
(folder / "county.yaml").write_text("""\
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
  number: 5
model:
  unserved_penalty: 25
  reach: {nearest: 3}
  budget: {limit: 1200}
  locks: {open: [1001], closed: [1002]}
solve: {gap: 0.02}
plans: {robust: {}, nominal: {model: {objective: {measure: nominal}}}}
""", encoding="utf-8")  # fmt: skip

# %% [markdown]
# `robustev check` tells what was understood: extent, distances, what fits. Encoding, separator,
# decimal mark and the coordinate system of the sites are found out.

# %%
experiment = robustev.load_experiment(folder / "county.yaml")
outcome = robustev.run_experiment(experiment, folder=folder / "results")
for name, result in outcome.results.items():
    print(f"{name}: {result.objective:,.0f}, no plan is below {result.lower_bound:,.0f}")

# %% [markdown]
# The locks were kept, and the budget too.

# %%
plan = outcome.results["robust"].plan
region = outcome.region
stations = {region.sites.ids[i] for i in np.flatnonzero(plan.open)}
assert "1001" in stations
assert "1002" not in stations

# %%
results = robustev.read_results(folder / "results")
results.plans["robust"].table.head(8)

# %% [markdown]
# Is the robust plan better than planning for the one forecast? Asked on fresh scenarios:

# %%
judged = robustev.compare_experiment(
    folder / "results", ["compare.scenarios=100", "compare.regret_scenarios=0",
                         "compare.foresight_scenarios=0", "compare.redraws=0"],
)  # fmt: skip
print(judged.comparison.comparison.headline.answer)
