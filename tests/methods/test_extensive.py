"""The extensive form: its model's size, and an answer that is evaluated anew."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import time

import numpy as np
import pytest
from pyomo.contrib.appsi.solvers import highs

from robustev import SolveOptions, solve
from robustev.methods.bounds import Bounds
from robustev.methods.result import Status
from robustev.model.model import Budget, Model
from tests import instances
from tests.instances import PENALTY, true_costs, true_objective
from tests.methods.conftest import Solve


def test_its_objective_is_the_plans_exact_cost_not_the_solvers(solve_by: Solve) -> None:
    instance = instances.random_instance(6, sites=5, zones=8, kinds=2)
    result = solve_by(instance, "ef", gap=0.05)
    assert result.plan is not None
    exact = true_objective(instance, true_costs(instance, result.plan))
    assert result.objective == pytest.approx(exact, rel=1e-9)


def test_its_trace_names_itself(solve_by: Solve) -> None:
    result = solve_by(instances.random_instance(0), "ef")
    assert {row.source for row in result.trace} == {"extensive form"}


def test_with_nothing_to_spend_and_nothing_standing_all_demand_is_left(solve_by: Solve) -> None:
    model = Model(unserved_penalty=PENALTY, budget=Budget(limit=0.0))
    instance = instances.random_instance(1, model=model)
    result = solve_by(instance, "ef")
    assert result.status is Status.OPTIMAL
    assert result.plan is not None
    assert not result.plan.open.any()
    mean = float(np.tensordot(instance.probability, instance.demand, axes=1).sum())
    assert result.objective == pytest.approx(PENALTY * mean)


def test_a_single_process_opens_no_shared_memory_that_it_could_not_close() -> None:
    script = "import robustev.methods.sppy; print(open('/proc/self/maps').read())"
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("OMPI_", "PMI"))}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60,
        env={**environment, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert "libmpi" in done.stdout
    assert "/dev/shm/sm_segment" not in done.stdout


def test_a_model_that_takes_longer_to_build_than_there_is_time_is_left() -> None:
    instance = instances.random_instance(3, sites=20, zones=60, scenarios=20)
    began = time.perf_counter()
    options = SolveOptions(method="ef", gap=0.0, time_limit=0.05)
    result = solve(instance.region, instance.scenarios, instance.model, options)
    assert time.perf_counter() - began < 5.0
    assert result.status is Status.TIME_LIMIT
    assert (result.plan, result.lower_bound) == (None, None)


def test_a_false_bound_from_the_solver_is_an_error_that_keeps_the_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offer = Bounds.offer

    def cheaper(self: Bounds, plan: object, objective: float, source: str) -> bool:
        return offer(self, plan, 0.5 * objective, source)  # type: ignore[arg-type]

    monkeypatch.setattr(Bounds, "offer", cheaper)
    instance = instances.random_instance(3)
    result = solve(
        instance.region, instance.scenarios, instance.model, SolveOptions(method="ef", gap=1e-6)
    )
    assert result.status is Status.ERROR
    assert "lower bound" in result.message


def test_a_stop_on_purpose_is_no_warning(caplog: pytest.LogCaptureFixture) -> None:
    importlib.import_module("robustev.methods.extensive")
    highs.logger.warning("stopped on purpose")
    highs.logger.error("failed")
    assert [record.message for record in caplog.records] == ["failed"]
