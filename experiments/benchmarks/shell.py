"""The Shell.ai 2022 network, 100 sites x 4096 zones, at its full size: what its cases share."""

import numpy as np

from experiments.benchmarks.registry import DATA, Inputs
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.model.model import Model
from robustev.readers.shell_ev import read_shell_ev
from robustev.scenarios import parse_config
from robustev.scenarios.generator import generate

FOLDER = DATA / "shell_ev"
HISTORY = FOLDER / "Demand_History.csv"
EXISTING = FOLDER / "existing_EV_infrastructure_2018.csv"
PLAN_2019 = FOLDER / "plan_v_2019.csv"
FORECAST = FOLDER / "forecast_v_2019_2020.csv"
FILES = (HISTORY, EXISTING, PLAN_2019, FORECAST)

MODEL = Model(existing_cost="counted", unserved_penalty=150.0)
"""Every charger counts, and no way on the map is as dear as demand left unserved."""
SEED = 1


def forecast_of(year: int) -> Inputs:
    """Return the contest's problem of one year: one scenario, a team's point forecast."""
    standing = {2019: EXISTING, 2020: PLAN_2019}[year]
    region = read_shell_ev(HISTORY, standing, forecast=FORECAST, year=year)
    demand = np.array(region.demand)[None]
    return region, ScenarioSet.equiprobable(demand, region.zones.ids, region.types), MODEL


def futures(number: int) -> tuple[Region, ScenarioSet]:
    """Return the network of 2018 and so many futures of 2019, fitted to the history."""
    region = read_shell_ev(HISTORY, EXISTING, year=2018)
    config = parse_config({"source": {"kind": "history", "horizon": 1}})
    return region, generate(region, config, num_scenarios=number, seed=SEED)
