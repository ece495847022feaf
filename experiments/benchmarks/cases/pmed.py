"""OR-Library p-median, 100 to 900 nodes; HiGHS on the plain model is the extensive form.

Optima as published with the instances (Beasley 1985). Those of 300 nodes and more are run where
their files are.
"""

from functools import partial
from pathlib import Path

import numpy as np

from experiments.benchmarks.registry import ALONE, DATA, Case, Inputs, register
from robustev.data.scenarios import ScenarioSet
from robustev.model.model import Model, Stations
from robustev.readers.orlib_pmed import read_orlib_pmed

OPTIMA = (
    5819, 4093, 4250, 3034, 1355, 7824, 5631, 4445, 2734, 1255,
    7696, 6634, 4374, 2968, 1729, 8162, 6999, 4809, 2845, 1789,
    9138, 8579, 4619, 2961, 1828, 9917, 8307, 4498, 3033, 1989,
    10086, 9297, 4700, 3013, 10400, 9934, 5057, 11060, 9423, 5128,
)  # fmt: skip
SMALL = 10
"""Instances of up to 200 nodes, which the extensive form solves too."""


def build(path: Path) -> Inputs:
    region = read_orlib_pmed(path)
    medians = int(path.read_text().split()[2])
    demand = np.array(region.demand)[None]
    scenarios = ScenarioSet.equiprobable(demand, region.zones.ids, region.types)
    return region, scenarios, Model(stations=Stations(exactly=medians))


for number, optimum in enumerate(OPTIMA, start=1):
    path = DATA / "orlib_pmed" / f"pmed{number}.txt"
    register(
        Case(f"pmed{number}", partial(build, path), ALONE if number <= SMALL else ("benders",),
             gap=1e-6, optimum=optimum, needs=(path,))
    )  # fmt: skip
