"""OR-Library warehouses under uncertain demand, where the worst tenth of all scenarios counts.

Demand of each customer is that of the file times independent gamma factors of mean 1 and
coefficient of variation ``SPREAD``; a unit left unserved costs twice the dearest way to serve one.
"""

from functools import partial
from pathlib import Path

import numpy as np

from experiments.benchmarks.registry import DATA, Case, Inputs, register
from robustev.data.scenarios import ScenarioSet
from robustev.model.model import Model
from robustev.model.risk.cvar import CVaR
from robustev.readers.orlib_cap import read_orlib_cap

NUMBERS = (41, 42, 43, 44, 61, 62, 63, 64, 71, 72, 73, 74)
SCENARIOS = 2500
SPREAD = 0.3
TAIL = 0.1
SEED = 0


def build(path: Path, number: int = SCENARIOS) -> Inputs:
    region = read_orlib_cap(path)
    base = np.array(region.demand)
    shape = SPREAD**-2
    factors = np.random.default_rng(SEED).gamma(shape, 1 / shape, (number, *base.shape))
    scenarios = ScenarioSet.equiprobable(base * factors, region.zones.ids, region.types)
    penalty = 2.0 * float(region.arcs.cost.max())
    return region, scenarios, Model(unserved_penalty=penalty, objective=CVaR(tail=TAIL))


for number in NUMBERS:
    path = DATA / "orlib_cap" / f"cap{number}.cap"
    register(
        Case(f"cap{number}-cvar", partial(build, path), ("benders",),
             gap=1e-4, seconds=300.0, needs=(path,))
    )  # fmt: skip
