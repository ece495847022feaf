"""The Shell.ai network, 100 sites x 4096 zones, at its full size."""

import numpy as np

from experiments.benchmarks.registry import DATA, Case, Instance, register
from robustev.forecast import generate, parse_config
from robustev.model import Model
from robustev.region import Region
from robustev.region.readers.shell_ev import read_shell_ev
from robustev.scenario import ScenarioSet

FOLDER = DATA / "shell_ev"
FILES = tuple(
    FOLDER / name
    for name in (
        "Demand_History.csv",
        "existing_EV_infrastructure_2018.csv",
        "forecast_v_2019_2020.csv",
    )
)
MODEL = Model(existing_cost="counted", unserved_penalty=150.0)


def _region(year: int) -> Region:
    return read_shell_ev(FILES[0], FILES[1], forecast=FILES[2], year=year)


def one() -> Instance:
    region = _region(2019)
    demand = np.array(region.demand)[None]
    return region, ScenarioSet.equiprobable(demand, region.zones.ids, region.types), MODEL


def hundred() -> Instance:
    region = _region(2018)
    config = parse_config({"source": {"kind": "history", "horizon": 1}})
    return region, generate(region, config, num_scenarios=100, seed=1), MODEL


register(Case("shell-2019", one, ("ef", "benders"), gap=1e-4, seconds=180.0, needs=FILES))
register(Case("shell-100", hundred, ("ph", "benders"), gap=1e-3, seconds=180.0, needs=FILES))
