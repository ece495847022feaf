"""Optima that others published, by the experiment files that ship."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from robustev.config.load import load_experiment
from robustev.config.region import make_region
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.experiment.prepare import make_scenarios
from robustev.methods.result import SolveResult, Status
from robustev.methods.solve import solve
from robustev.model.instance import build_instance
from robustev.model.model import Model
from robustev.readers.shell_ev import read_shell_ev
from robustev.recourse.recourse import Recourse
from tests.conftest import PROJECT

EXPERIMENTS = PROJECT / "experiments"
EXACT = 1e-6

CAP = {
    "cap41": 1040444.375, "cap42": 1098000.450, "cap43": 1153000.450, "cap44": 1235500.450,
    "cap61": 932615.750, "cap62": 977799.400, "cap63": 1014062.050, "cap64": 1045650.250,
    "cap71": 932615.750, "cap72": 977799.400, "cap73": 1010641.450, "cap74": 1034976.975,
}  # fmt: skip
MEDIANS = {
    "pmed1": (5, 5819), "pmed2": (10, 4093), "pmed3": (10, 4250), "pmed4": (20, 3034),
    "pmed5": (33, 1355), "pmed6": (5, 7824), "pmed7": (10, 5631), "pmed8": (20, 4445),
    "pmed9": (40, 2734), "pmed10": (67, 1255),
}  # fmt: skip

pytestmark = pytest.mark.usefixtures("shared_data")


def run(name: str, **settings: object) -> tuple[Region, SolveResult]:
    """Solve the one plan of an experiment file, on this rank alone, with settings laid over it."""
    chosen = {"solve.ranks": 1, **settings}
    lines = [f"{key}={value}" for key, value in chosen.items()]
    experiment = load_experiment(EXPERIMENTS / f"{name}.yaml", lines)
    region = make_region(experiment)
    scenarios = make_scenarios(experiment, region)
    plan = experiment.plans["robust"]
    return region, solve(region, scenarios, plan.model, plan.solve)


def cap(name: str, method: str) -> SolveResult:
    file = f"../../shared/data/orlib_cap/{name}.cap"
    return run("orlib_cap", **{"region.file": file, "solve.method": method})[1]


def median(name: str, method: str) -> SolveResult:
    settings = {
        "region.file": f"../../shared/data/orlib_pmed/{name}.txt",
        "model.stations.exactly": MEDIANS[name][0],
        "solve.method": method,
        "solve.gap": 1e-7,
    }
    return run("orlib_pmed", **settings)[1]


def assert_optimal(result: SolveResult, optimum: float, accuracy: float = EXACT) -> None:
    assert result.objective == pytest.approx(optimum, rel=accuracy)
    assert result.lower_bound == pytest.approx(optimum, rel=accuracy)


@pytest.mark.parametrize("method", ["ef", "benders", "ph"])
def test_formulation_1_of_mumbai(method: str) -> None:
    region, result = run("mumbai_formulation_1", **{"solve.method": method, "solve.gap": 1e-8})
    assert_optimal(result, 92.958562, 1e-7)
    assert result.plan is not None
    opened = [int(region.sites.ids[i]) for i in np.flatnonzero(result.plan.open)]
    assert opened == [1, 3, 5, 6, 10, 11, 12, 13, 14, 15, 19, 20]


@pytest.mark.parametrize(
    "method",
    ["ef", *(pytest.param(m, marks=pytest.mark.slow) for m in ("benders", "ph"))],
)
def test_formulation_2_of_mumbai(method: str) -> None:
    gap = 1e-7
    _, result = run("mumbai_formulation_2", **{"solve.method": method, "solve.gap": gap})
    assert_optimal(result, 102.323716)
    assert result.plan is not None
    assert result.plan.chargers.sum() == 30
    assert result.plan.chargers.max() <= 3


@pytest.mark.parametrize("method", ["ef", "benders", "ph"])
def test_formulation_2_of_mumbai_needs_a_budget_of_30(method: str) -> None:
    _, result = run("mumbai_formulation_2", **{"solve.method": method, "model.budget.limit": 29})
    assert result.status is Status.INFEASIBLE
    assert "allow a capacity of 29 at most, and unserved demand is forbidden" in result.message


@pytest.mark.parametrize("name", CAP)
def test_warehouses_by_the_extensive_form(name: str) -> None:
    assert_optimal(cap(name, "ef"), CAP[name])


@pytest.mark.parametrize("method", ["benders", "ph"])
@pytest.mark.parametrize("name", ["cap41", "cap64", "cap71"])
def test_warehouses_by_decomposition(name: str, method: str) -> None:
    assert_optimal(cap(name, method), CAP[name])


def test_medians_of_a_hundred_nodes() -> None:
    assert_optimal(median("pmed1", "benders"), MEDIANS["pmed1"][1])


@pytest.mark.slow
@pytest.mark.parametrize("name", MEDIANS)
def test_medians_by_decomposition(name: str) -> None:
    assert_optimal(median(name, "benders"), MEDIANS[name][1])


@pytest.mark.slow
@pytest.mark.parametrize("method", ["ef", "ph"])
@pytest.mark.parametrize("name", ["pmed1", "pmed6"])
def test_medians_by_the_other_methods(name: str, method: str) -> None:
    assert_optimal(median(name, method), MEDIANS[name][1])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "optimum"), [("f25-c50-s64-r10-1", 39895.32422), ("f25-c50-s64-r10-2", 36827.40750)]
)
def test_facilities_for_sixty_four_futures(name: str, optimum: float) -> None:
    file = f"../../shared/data/scflp/{name}.json"
    assert_optimal(run("scflp", **{"region.file": file})[1], optimum, 2e-6)


def test_the_shell_network_of_2018_serves_its_own_demand(shared_data: Path) -> None:
    """Chargers as they stood, a cost of 1 per station: 2101966.192745 with travel."""
    folder = shared_data / "shell_ev"
    region = read_shell_ev(
        folder / "Demand_History.csv", folder / "existing_EV_infrastructure_2018.csv", year=2018
    )
    plan = Plan.existing(region)
    scenarios = ScenarioSet.equiprobable(region.demand[None], region.zones.ids, region.types)
    instance = build_instance(region, scenarios, Model())
    travel = Recourse(instance).cost(plan, 0)
    assert travel + plan.open.sum() == pytest.approx(2101966.192745, rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "optimum"), [("shell_2019", 2586142.01), ("shell_2020", 2882828.13)]
)
def test_the_shell_network_of_one_forecast(name: str, optimum: float) -> None:
    _, result = run(name)
    assert result.status is Status.GAP_REACHED
    assert result.objective == pytest.approx(optimum, rel=2e-5)
    assert result.lower_bound is not None
    assert result.lower_bound <= optimum * (1 + EXACT)
