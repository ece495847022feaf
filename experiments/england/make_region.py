"""Make zones and sites of a region of England from the panel of small areas.

    python -m experiments.england.make_region PANEL.parquet results/england_region

The panel has a row for every LSOA of 2011: centroid, district, people by age in several years, rank
of deprivation (1 = most deprived). Zones are the areas of the districts; the deciles of deprivation
are those of the whole country. What is assumed, and stands here alone:

- EVs per adult rise with affluence, from ``EVS[0]`` in the most deprived decile to ``EVS[1]`` in
  the least deprived one.
- An EV charges in public so many times a day; more often where people are poorer and have no drive
  of their own, from ``PUBLIC[0]`` to ``PUBLIC[1]``.
- Candidate sites are the areas nearest to the centres of clusters of adults (k-means, weighted).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.cluster.vq import kmeans2
from scipy.spatial import cKDTree

YORKSHIRE = (
    "Kingston upon Hull, City of", "East Riding of Yorkshire", "North East Lincolnshire",
    "North Lincolnshire", "York", "Craven", "Hambleton", "Harrogate", "Richmondshire", "Ryedale",
    "Scarborough", "Selby", "Barnsley", "Doncaster", "Rotherham", "Sheffield", "Bradford",
    "Calderdale", "Kirklees", "Leeds", "Wakefield",
)  # fmt: skip
"""Districts of Yorkshire and the Humber, as of 2019."""
YEAR = 2020
ADULTS = ("a18_34", "a35_49", "a50_64", "a65p")
EVS = (0.02, 0.06)
"""EVs per adult: an assumption."""
PUBLIC = (0.25, 0.10)
"""Public charging sessions a day of an EV: an assumption."""
SITES, SLOTS, OPENING = 80, 90, 40.0
"""Candidate sites, room for chargers at each, and pounds a day for a station: assumptions."""
SEED = 2011
KM = 111.32
"""Kilometres in a degree of latitude."""


def zones_of(panel: pd.DataFrame, districts: tuple[str, ...] = YORKSHIRE) -> pd.DataFrame:
    """Return the zones of some districts: place, people, sessions a day, decile of deprivation."""
    rank = panel["imd_rank_england"]
    decile = np.ceil(10 * rank / rank.max())
    chosen = panel["lad"].isin(districts)
    missing = sorted(set(districts) - set(panel["lad"]))
    if missing:
        raise SystemExit(f"no area of the panel is in {', '.join(missing)}")
    area = panel[chosen].assign(decile=decile[chosen])
    if area["decile"].isna().any():
        raise SystemExit("some areas have no rank of deprivation: only England has")
    adults = area[[f"{age}_{YEAR}" for age in ADULTS]].sum(axis=1)
    affluence = (area["decile"] - 1) / 9
    evs, public = (low + affluence * (high - low) for low, high in (EVS, PUBLIC))
    return pd.DataFrame({
        "id": area["lsoa11"], "longitude": area["lon"], "latitude": area["lat"],
        "demand": (adults * evs * public).round(4), "population": adults,
        "district": area["lad"], "decile": area["decile"].map("decile {:02.0f}".format),
        "region": "all areas",
    }).reset_index(drop=True)  # fmt: skip


def sites_of(zones: pd.DataFrame, number: int = SITES) -> pd.DataFrame:
    """Return candidate sites: the areas nearest to the centres of clusters of adults."""
    east = np.cos(np.radians(zones["latitude"].mean()))
    place = KM * np.column_stack([zones["longitude"] * east, zones["latitude"]])
    rng = np.random.default_rng(SEED)
    people = zones["population"].to_numpy(dtype=float)
    chosen = rng.choice(len(zones), size=8 * len(zones), p=people / people.sum())
    centres, _ = kmeans2(place[chosen], number, minit="++", seed=rng)
    nearest = np.unique(cKDTree(place).query(centres)[1])
    found = zones.iloc[nearest][["id", "longitude", "latitude", "district"]]
    return found.assign(slots=SLOTS, opening_cost=OPENING).reset_index(drop=True)


def make(panel: Path, folder: Path, districts: tuple[str, ...] = YORKSHIRE) -> None:
    """Write ``zones.csv`` and ``sites.csv``."""
    zones = zones_of(pd.read_parquet(panel), districts)
    folder.mkdir(parents=True, exist_ok=True)
    zones.to_csv(folder / "zones.csv", index=False)
    sites_of(zones).to_csv(folder / "sites.csv", index=False)


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]), tuple(sys.argv[3:]) or YORKSHIRE)
