"""The extensive form: all scenarios in one model, through mpi-sppy and HiGHS."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from robustev import interrupt
from robustev.formulation.linear import linear_first_stage
from robustev.problem import Problem
from robustev.recourse.recourse import Recourse
from robustev.risk import RiskMeasure
from robustev.solve.bounds import Bounds
from robustev.solve.result import Progress, SolveResult, Status, StopRule
from robustev.solve.sppy import ExtensiveForm, SPBase, own_rank, scenario_creator


class _OneRank(SPBase):  # type: ignore[misc]
    """mpi-sppy's base class on this rank alone, however many there are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, mpicomm=own_rank(), **kwargs)


class OneRankForm(ExtensiveForm, _OneRank):  # type: ignore[misc]
    """mpi-sppy's extensive form, which it would otherwise spread over all ranks."""


def solve_extensive(
    problem: Problem,
    stop: StopRule,
    risk: RiskMeasure,
    *,
    name: str = "plan",
    progress: Progress | None = None,
) -> SolveResult:
    """Solve the extensive form to ``stop.gap``.

    The lower bound is HiGHS's; the objective is evaluated anew, exactly, on every scenario.
    """
    bounds = Bounds(progress)
    names = list(problem.scenarios.names)
    model = OneRankForm({"solver": "appsi_highs"}, names, scenario_creator(problem, risk))
    options = {"mip_rel_gap": stop.gap}
    if math.isfinite(stop.seconds):
        options["time_limit"] = max(0.1, stop.seconds - bounds.seconds)
    _listen(model, bounds)
    results = model.solve_extensive_form(solver_options=options)
    condition = str(results.solver.termination_condition)
    if condition.startswith("infeasible"):
        return bounds.result("ef", name, Status.INFEASIBLE)
    if model.tree_solution_available:
        first = linear_first_stage(problem)
        root = next(iter(model.local_scenarios.values()))
        z = [v.value for v in (*root.open.values(), *root.chargers.values())]
        plan = first.plan(np.array(z), name)
        costs = Recourse(problem).costs(plan) + problem.infrastructure_cost(plan)
        if np.isfinite(costs).all():
            bounds.offer(plan, risk.value(costs), "extensive form")
    lower = results.problem.lower_bound
    if lower is not None and math.isfinite(lower):
        bounds.raise_lower(float(lower), "extensive form")
    return bounds.result("ef", name, bounds.status(stop, interrupted=interrupt.requested()))


def _listen(model: ExtensiveForm, bounds: Bounds) -> None:
    """Note HiGHS's lower bound as it rises, and let it end early when someone asks to stop."""

    def watch(event: Any) -> None:
        bounds.raise_lower(float(event.data_out.mip_dual_bound), "extensive form")
        if interrupt.requested():
            event.interrupt()

    model.solver.set_instance(model.ef)
    model.solver._solver_model.cbMipInterrupt.subscribe(watch)
