"""The relaxation split on the number of stations, against the best of all plans."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.methods.benders.engine import CutEngine
from robustev.methods.benders.relaxation.in_out import Side
from robustev.methods.benders.relaxation.station_split import solve_side
from robustev.methods.benders.solver import BendersSolver
from robustev.methods.bounds import Bounds
from robustev.model.instance import Instance
from robustev.model.model import Model
from robustev.model.risk import CVaR, ScenarioRisk, WorstCase
from tests import instances
from tests.instances import PENALTY

MODELS = {
    "expected": Model(unserved_penalty=PENALTY),
    "worst case": Model(unserved_penalty=PENALTY, objective=WorstCase()),
    "cvar": Model(unserved_penalty=PENALTY, objective=CVaR(tail=0.4)),
    "nobody left out": Model(),
}


def relaxed(instance: Instance) -> BendersSolver:
    """Return the decomposition after its relaxation."""
    risk = ScenarioRisk(instance.model.objective, instance.probability)
    solver = BendersSolver(CutEngine(instance, risk), Bounds(), gap=1e-6)
    solver.relax()
    return solver


def small(seed: int, model: Model) -> tuple[Instance, float]:
    """Return a problem of six sites, and the cost of its best plan."""
    instance = instances.random_instance(seed, model=model, kinds=0, sites=6, zones=8)
    return instance, instances.brute_force(instance)[0]


@pytest.mark.parametrize("name", MODELS)
def test_neither_side_of_a_broken_number_of_stations_hides_the_best_plan(name: str) -> None:
    tried = 0
    for seed in (13, 22, 29):
        instance, optimum = small(seed, MODELS[name])
        solver = relaxed(instance)
        tried += bool(solver.state.optima)
        assert solver.bounds.lower <= optimum * (1 + 1e-7)
        assert solver.master.solve_integer(gap=0.0, seconds=10.0).bound <= optimum * (1 + 1e-6)
    assert tried


def test_a_side_without_plans_has_no_bound_and_leaves_the_other_alone() -> None:
    """Where demand must be served, no stations at all are no plan."""
    instance, optimum = small(13, Model())
    assert np.isfinite(optimum)
    solver = relaxed(instance)
    before = solver.state.relaxed

    def bound(side: Side) -> float:
        return solver.run(solve_side(solver.parts, solver.polish, side))

    assert bound(Side((0, 0), elsewhere=np.inf)) == np.inf
    assert solver.state.relaxed == before
    assert bound(Side((1, np.inf), elsewhere=np.inf)) <= optimum * (1 + 1e-7)
