"""One scenario as one mixed-integer program in HiGHS, several of them side by side on threads."""

from __future__ import annotations

import math
import threading
from typing import Any

import numpy as np

from robustev.core import highs
from robustev.data.plan import Plan
from robustev.methods.bounds import Bounds
from robustev.methods.result import SolveResult, Status, StopRule
from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance
from robustev.model.linear import LinearModel, linear_scenario
from robustev.parallel import interrupt
from robustev.recourse.recourse import Recourse

SOURCE = "one model"
ENDS = (highs.OPTIMAL, *highs.LIMITS, *highs.INFEASIBLE)

_stating = threading.Lock()
"""Pyomo is not made for threads; HiGHS lets others run while it solves."""


def solve_single_scenario(instance: Instance, stop: StopRule) -> SolveResult:
    """Solve a problem of one scenario to ``stop.gap``, for its cost.

    The lower bound is HiGHS's, or that of what must stand; the plan's cost is evaluated exactly.

    Raises
    ------
    ValueError
        If there is more than one scenario.
    SolverError
        If HiGHS fails.
    """
    if len(instance.scenarios) != 1:
        raise ValueError(f"one scenario is solved alone, not {len(instance.scenarios)}")
    with _stating:
        bounds = Bounds()  # whose time does not begin while another scenario is stated
        model = linear_scenario(instance, 0)
    bounds.raise_lower(first_stage(instance).least_cost, "what must stand")
    solver = _solver(model, stop, bounds.seconds)
    status = highs.run(solver, "a scenario alone", accept=ENDS)
    if status in highs.INFEASIBLE:
        return bounds.result("ef", "plan", Status.INFEASIBLE)
    information = solver.getInfo()
    if information.primal_solution_status == highs.FEASIBLE_POINT:
        plan = _plan(instance, highs.column_values(solver))
        cost = float(Recourse(instance).costs(plan)[0]) + instance.infrastructure_cost(plan)
        bounds.offer(plan, cost, SOURCE)
    bounds.raise_lower(float(information.mip_dual_bound), SOURCE)
    ended = bounds.status(stop, interrupted=interrupt.requested())
    return bounds.result("ef", "plan", ended)


def _solver(model: LinearModel, stop: StopRule, spent: float) -> Any:
    """Return HiGHS with the model; it ends early when someone asks to stop."""
    solver = highs.new_highs(threads=1, mip_rel_gap=stop.gap)
    if math.isfinite(stop.seconds):
        solver.setOptionValue("time_limit", max(0.1, stop.seconds - spent))
    highs.pass_rows(
        solver,
        cost=model.cost,
        lower=model.lower,
        upper=model.upper,
        matrix=model.matrix,
        row_lower=model.row_lower,
        row_upper=model.row_upper,
        integer=model.integer,
        offset=model.constant,
    )
    solver.cbMipInterrupt.subscribe(_watch)
    return solver


def _watch(event: Any) -> None:
    if interrupt.requested():
        event.interrupt()


def _plan(instance: Instance, values: np.ndarray) -> Plan:
    """Return the plan that the first columns hold."""
    first = first_stage(instance)
    return first.plan(values[: first.num_columns], "plan")
