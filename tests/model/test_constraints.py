"""Each constraint family alone on a tiny model, beside the LP file that was read and agreed on.

After a change that is meant, set ROBUSTEV_ACCEPT_LP=1, run these tests, and read the difference.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyomo.environ as pyo
import pytest

from robustev.data.arcs import Arcs
from robustev.data.region import ChargerKind, Region, Sites, Zones
from robustev.data.scenarios import ScenarioSet
from robustev.model import constraints, objective, variables
from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from robustev.model.risk import CVaR, Entropic, Regret, TotalVariation, Wasserstein, WorstCase

LP_FILES = Path(__file__).parent / "lp"
ACCEPT = "ROBUSTEV_ACCEPT_LP"


def tiny(factors: Sequence[float] = (1.0,), *, fixed: bool = True, **options: object) -> Instance:
    """Two sites (the first with a station and one slow charger), two zones, kinds and types.

    Zone z1 cannot use site i0. Zone z1 has no demand of type day. Demand is whole, so that the
    files can be checked by hand; there is a scenario for each of some factors on it. Without
    ``fixed`` capacity is in chargers alone.
    """
    kinds = (
        ChargerKind("kind0", {"day": 2.0, "night": 3.0}, cost=6.0, power_kw=22.0),
        ChargerKind("kind1", {"day": 4.0, "night": 0.0}, cost=9.0, power_kw=50.0),
    )
    region = Region(
        name="tiny",
        zones=Zones(("z0", "z1"), groups={"district": ("a", "b")}),
        sites=Sites(
            ids=("i0", "i1"),
            slots=np.array([3, 2]),
            existing=np.array([[1, 0], [0, 0]]),
            existing_open=np.array([True, False]),
            opening_cost=np.array([20.0, 30.0]),
            fixed_capacity=np.array([[0.0, 0.0], [1.0, np.inf]]) if fixed else np.zeros((2, 2)),
            x=np.array([0.0, 3.0]),
            y=np.zeros(2),
            groups={"area": ("a", "b")},
        ),
        kinds=kinds,
        types=("day", "night"),
        demand=np.array([[5.0, 7.0], [0.0, 11.0]]),
        arcs=Arcs.of_matrix(np.array([[1.5, np.inf], [2.0, 0.5]])),
    )
    demand = np.array([factor * region.demand for factor in factors])
    scenarios = ScenarioSet.equiprobable(demand, region.zones.ids, region.types)
    return build_instance(region, scenarios, Model(**{"unserved_penalty": 50.0, **options}))


def empty(instance: Instance) -> pyo.ConcreteModel:
    """Return a model with all variables and no constraint."""
    m = pyo.ConcreteModel()
    variables.add_first_stage(m, first_stage(instance))
    variables.add_assignment(m, instance, 0)
    variables.add_unserved(m, instance, 0)
    return m


def of_scenario(
    add: Callable[[pyo.ConcreteModel, Instance, int], None],
) -> Callable[[pyo.ConcreteModel, Instance], None]:
    return lambda m, instance: add(m, instance, 0)


def objective_of(m: pyo.ConcreteModel, instance: Instance) -> None:
    cost = objective.service(m, instance, 0)
    objective.add_objective(m, instance, 0, cost, cost_bounds=(0.0, 900.0), best_cost=70.0)


CASES = {
    "served": (constraints.add_served, {}),
    "served_forbidden": (constraints.add_served, {"unserved_penalty": {"day": 8.0}}),
    "served_shared": (constraints.add_served, {"split": "shared"}),
    "capacity": (of_scenario(constraints.add_capacity), {"utilisation": 0.5}),
    "capacity_shared": (of_scenario(constraints.add_capacity), {"split": "shared"}),
    "links": (constraints.add_links, {"keep_existing": False}),
    "links_kept": (constraints.add_links, {}),
}  # fmt: skip

OBJECTIVES = {
    "objective_expected": {},
    "objective_weighted": {"infrastructure_weight": 2.0, "travel_weight": 10.0},
    "objective_counted": {"existing_cost": "counted"},
    "objective_shared": {"split": "shared"},
    "objective_cvar": {"objective": CVaR(tail=0.25, weight=0.5)},
    "objective_worst_case": {"objective": WorstCase()},
    "objective_regret": {"objective": Regret()},
    "objective_total_variation": {"objective": TotalVariation(radius=0.25)},
    "objective_wasserstein": {"objective": Wasserstein(radius=0.25), "factors": (1.0, 2.0)},
    "objective_entropic": {"objective": Entropic(aversion=2.0)},
}


def lp_text(m: pyo.ConcreteModel, path: Path) -> str:
    if not list(m.component_objects(pyo.Objective)):
        m.no_objective = pyo.Objective(expr=0)
    m.write(str(path), io_options={"symbolic_solver_labels": True})
    return path.read_text()


@pytest.mark.parametrize(
    ("name", "add", "options"),
    [
        *((name, add, options) for name, (add, options) in CASES.items()),
        *((name, objective_of, options) for name, options in OBJECTIVES.items()),
    ],
)
def test_a_family_alone_gives_its_lp_file(
    name: str,
    add: Callable[[pyo.ConcreteModel, Instance], None],
    options: dict[str, object],
    tmp_path: Path,
) -> None:
    instance = tiny(**options)
    m = empty(instance)
    add(m, instance)
    written = lp_text(m, tmp_path / "model.lp")
    agreed = LP_FILES / f"{name}.lp"
    if os.environ.get(ACCEPT):
        agreed.write_text(written)
    assert written == agreed.read_text()


def test_every_family_has_an_lp_file_of_its_own() -> None:
    families = {name for name, _ in inspect.getmembers(constraints, inspect.isfunction)
                if name.startswith("add_") and name != "add_rules"}  # fmt: skip
    assert families == {f"add_{name}" for name in CASES} & families


def test_no_lp_file_is_left_without_its_test() -> None:
    assert {path.stem for path in LP_FILES.glob("*.lp")} == {*CASES, *OBJECTIVES}
