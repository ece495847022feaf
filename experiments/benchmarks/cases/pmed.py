"""OR-Library p-median, 100 and 200 nodes; HiGHS on the plain model is the extensive form."""

from functools import partial
from pathlib import Path

import numpy as np

from experiments.benchmarks.registry import ALONE, DATA, Case, Inputs, register
from robustev.data.scenarios import ScenarioSet
from robustev.model.model import Model, Stations
from robustev.readers.orlib_pmed import read_orlib_pmed

OPTIMA = (5819, 4093, 4250, 3034, 1355, 7824, 5631, 4445, 2734, 1255)


def build(path: Path) -> Inputs:
    region = read_orlib_pmed(path)
    medians = int(path.read_text().split()[2])
    demand = np.array(region.demand)[None]
    scenarios = ScenarioSet.equiprobable(demand, region.zones.ids, region.types)
    return region, scenarios, Model(stations=Stations(exactly=medians))


for number, optimum in enumerate(OPTIMA, start=1):
    path = DATA / "orlib_pmed" / f"pmed{number}.txt"
    register(
        Case(f"pmed{number}", partial(build, path), ALONE,
             gap=1e-6, optimum=optimum, needs=(path,))
    )  # fmt: skip
