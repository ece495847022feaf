"""What is stated of several phases, as LP files that can be checked by hand."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from robustev.data.arcs import Arcs
from robustev.data.region import ChargerKind, Region, Sites, Zones
from robustev.data.scenarios import ScenarioSet
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from robustev.model.pyomo_model import scenario_model
from tests.model.test_constraints import ACCEPT, lp_text

LP_FILES = Path(__file__).parent / "lp"
SECTION: dict[str, Any] = {
    "branches": 2,
    "steps": [
        {"name": "now", "growth": 1, "budget": 40},
        {"name": "then", "growth": 2, "budget": 25, "discount": 0.5, "weight": 4},
    ],
}


def one_site(build: str) -> Instance:
    """One site of opening cost 20 and chargers at 10, one zone at distance 3, two scenarios."""
    region = Region(
        name="one site",
        zones=Zones(("z0",)),
        sites=Sites(
            ids=("i0",),
            slots=np.array([2]),
            existing=np.zeros((1, 1), dtype=np.int64),
            existing_open=np.array([False]),
            opening_cost=np.array([20.0]),
            fixed_capacity=np.zeros((1, 1)),
        ),
        kinds=(ChargerKind("kind0", {"day": 4.0}, cost=10.0),),
        types=("day",),
        demand=np.array([[5.0]]),
        arcs=Arcs.of_matrix(np.array([[3.0]])),
    )
    demand = np.array([[[2.0]], [[6.0]]])
    drawn = ScenarioSet.equiprobable(demand, region.zones.ids, region.types)
    model = Model(unserved_penalty=50.0, phases={"build": build, **SECTION})
    return build_instance(region, drawn, model)


@pytest.mark.parametrize("build", ["path", "tree"])
def test_a_scenario_of_two_phases_gives_its_lp_file(build: str, tmp_path: Path) -> None:
    written = lp_text(scenario_model(one_site(build), 1), tmp_path / "model.lp")
    agreed = LP_FILES / f"{build}.lp"
    if os.environ.get(ACCEPT):
        agreed.write_text(written)
    assert written == agreed.read_text()
