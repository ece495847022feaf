"""OR-Library capacitated warehouses, 100 sites x 1000 customers; optima by Beasley (1993)."""

from functools import partial

import numpy as np

from experiments.benchmarks.registry import ALONE, DATA, Case, Inputs, register
from robustev.data.scenarios import ScenarioSet
from robustev.model.model import Model
from robustev.readers.orlib_cap import read_orlib_cap

FILE = DATA / "orlib_cap" / "capa.txt"
OPTIMA = {8000: 19240822.449, 10000: 18438046.543, 12000: 17765201.949, 14000: 17160439.012}


def build(capacity: int) -> Inputs:
    region = read_orlib_cap(FILE, capacity=capacity)
    demand = np.array(region.demand)[None]
    return region, ScenarioSet.equiprobable(demand, region.zones.ids, region.types), Model()


for capacity, optimum in OPTIMA.items():
    register(
        Case(f"capa-{capacity}", partial(build, capacity), ALONE,
             gap=1e-6, seconds=300.0, optimum=optimum, needs=(FILE,))
    )  # fmt: skip
