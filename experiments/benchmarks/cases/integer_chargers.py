"""20 sites x 60 zones x 20 scenarios with integer chargers, where stock hedging stays far away."""

import numpy as np

from experiments.benchmarks.registry import Case, Inputs, register
from robustev.data.arcs import Arcs
from robustev.data.region import ChargerKind, Region, Sites, Zones
from robustev.data.scenarios import ScenarioSet
from robustev.data.travel import euclidean
from robustev.model.model import Model


def build() -> Inputs:
    rng = np.random.default_rng(5)
    sites, zones, scenarios = 20, 60, 20
    zone_xy, site_xy = rng.uniform(0, 20, (zones, 2)), rng.uniform(0, 20, (sites, 2))
    base = rng.gamma(4, 2.5, zones)
    region = Region(
        name="integer chargers",
        zones=Zones(tuple(f"z{j}" for j in range(zones)), zone_xy[:, 0], zone_xy[:, 1]),
        sites=Sites(
            tuple(f"s{i}" for i in range(sites)),
            slots=np.full(sites, 12),
            existing=np.zeros((sites, 2), dtype=np.int64),
            existing_open=np.zeros(sites, dtype=bool),
            opening_cost=np.full(sites, 200.0),
            fixed_capacity=np.zeros((sites, 1)),
            x=site_xy[:, 0],
            y=site_xy[:, 1],
        ),
        kinds=(ChargerKind("slow", {"ev": 8.0}, 10.0), ChargerKind("fast", {"ev": 25.0}, 28.0)),
        types=("ev",),
        demand=base[:, None],
        arcs=Arcs.of_matrix(euclidean(*site_xy.T, *zone_xy.T)),
    )
    growth = np.exp(rng.normal(0, 0.25, (scenarios, 1)))
    noise = np.exp(rng.normal(0, 0.3, (scenarios, zones)))
    demand = (base * growth * noise)[:, :, None]
    scenario_set = ScenarioSet.equiprobable(demand, region.zones.ids, region.types)
    return region, scenario_set, Model(unserved_penalty=60.0)


register(Case("integer-chargers", build, gap=1e-3, seconds=140.0))
