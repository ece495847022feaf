"""The extensive form: all scenarios in one model, through mpi-sppy and HiGHS."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pyomo.environ as pyo

from robustev.core.arrays import FloatArray
from robustev.core.errors import SolverError
from robustev.methods.base import SolveRun
from robustev.methods.result import SolveResult, Status
from robustev.methods.sppy import ExtensiveForm, SPBase, own_rank, scenario_creator
from robustev.model.first_stage import first_stage
from robustev.model.variables import first_stage_columns
from robustev.parallel import interrupt
from robustev.recourse.recourse import Recourse

SOURCE = "extensive form"
MISSED = 1e-9
"""Share of a risk measure by which a point may lie below it for want of tangents."""


class _OneRank(SPBase):  # type: ignore[misc]
    """mpi-sppy's base class on this rank alone, however many there are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, mpicomm=own_rank(), **kwargs)


class OneRankForm(ExtensiveForm, _OneRank):  # type: ignore[misc]
    """mpi-sppy's extensive form, which it would otherwise spread over all ranks."""


def solve_extensive(run: SolveRun) -> SolveResult:
    """Solve the extensive form to the gap of ``run``.

    The lower bound is HiGHS's; each plan that it finds is evaluated anew, exactly, on every
    scenario. ``details`` holds ``build_seconds``, the time before HiGHS started.
    """
    instance, stop, bounds, name = run.instance, run.stop, run.bounds, run.name
    names = list(instance.scenarios.names)
    create = scenario_creator(instance, run.risk)

    def create_in_time(name: str, **options: object) -> object:
        check_time(run)
        return create(name, **options)

    try:
        model = OneRankForm({"solver": "appsi_highs"}, names, create_in_time)
        check_time(run)
        return _solve(run, model)
    except OutOfTimeError:
        status = bounds.status(stop, interrupted=interrupt.requested())
        return bounds.result("ef", name, status)


class OutOfTimeError(Exception):
    """Time is up, or someone asked to stop, before the model is built."""


def check_time(run: SolveRun) -> None:
    """Leave a model that is being built once time is up."""
    if run.bounds.seconds > run.stop.seconds or interrupt.requested():
        raise OutOfTimeError


def _solve(run: SolveRun, model: ExtensiveForm) -> SolveResult:
    instance, stop, bounds, name = run.instance, run.stop, run.bounds, run.name
    first, recourse = first_stage(instance), Recourse(instance)

    def offer(z: FloatArray) -> None:
        plan = first.plan(z, name)
        costs = recourse.costs(plan) + instance.infrastructure_cost(plan)
        if np.isfinite(costs).all():
            bounds.offer(plan, run.risk.value(costs), SOURCE)

    built = bounds.seconds
    while bounds.gap > stop.gap:
        condition = _search(run, model, offer)
        if condition.startswith("infeasible") and bounds.plan is None:
            return bounds.result("ef", name, Status.INFEASIBLE)
        done = bounds.gap <= stop.gap or bounds.seconds >= stop.seconds or interrupt.requested()
        if done or run.risk.goal.is_linear or not _refine(run, model):
            break
    status = bounds.status(stop, interrupted=interrupt.requested())
    return bounds.result("ef", name, status, build_seconds=built)


def _search(run: SolveRun, model: ExtensiveForm, offer: Callable[[FloatArray], None]) -> str:
    """Let HiGHS search once; return why it ended."""
    bounds, stop = run.bounds, run.stop
    failures = _listen(model, run, offer)
    check_time(run)
    known = None if bounds.plan is None else first_stage(run.instance).columns(bounds.plan)
    _begin_with(model, known)
    options = {"mip_rel_gap": stop.gap}
    if math.isfinite(stop.seconds):
        options["time_limit"] = max(0.1, stop.seconds - bounds.seconds)
    results = model.solve_extensive_form(solver_options=options)
    if failures:
        raise failures[0]
    if model.tree_solution_available:
        offer(np.array([v.value for v in _first_stage(model)]))
    lower = results.problem.lower_bound
    if lower is not None and math.isfinite(lower):
        bounds.raise_lower(float(lower), SOURCE)
    return str(results.solver.termination_condition)


def _refine(run: SolveRun, model: ExtensiveForm) -> bool:
    """Add the tangent of a risk measure that no linear program states, at the costs found last.

    Kelley (1960): ``sum_s p_s term_s >= rho(f) + w (f' - f)`` holds for all costs ``f'``. Return
    whether that cuts the point off.
    """
    if not model.tree_solution_available:
        return False
    goal, p = run.risk.goal, run.risk.probability
    blocks = [model.local_scenarios[name] for name in run.instance.scenarios.names]
    costs = np.array([pyo.value(b.infrastructure_cost + b.service_cost) for b in blocks])
    weights, constant = goal.weights(costs, p), goal.intercept(costs, p)
    value, known = weights @ costs + constant, sum(
        float(share) * pyo.value(b.risk) for share, b in zip(p, blocks, strict=True)
    )  # fmt: skip
    if value - known <= MISSED * max(abs(value), run.bounds.negligible):
        return False
    if model.ef.component("tangents") is None:
        model.ef.tangents = pyo.ConstraintList()
    terms = pyo.quicksum(float(share) * b.risk for share, b in zip(p, blocks, strict=True))
    above = pyo.quicksum(
        float(w) * (b.infrastructure_cost + b.service_cost)
        for w, b in zip(weights, blocks, strict=True)
    )
    model.ef.tangents.add(terms >= above + float(constant))
    return True


def _first_stage(model: ExtensiveForm) -> list[Any]:
    """Return the first-stage variables, which all scenarios share."""
    root = next(iter(model.local_scenarios.values()))
    return first_stage_columns(root)


def _begin_with(model: ExtensiveForm, z: FloatArray | None) -> None:
    """Give HiGHS the first stage of a known plan; it completes the rest itself."""
    if z is None:
        return
    column = model.solver._pyomo_var_to_solver_var_map
    index = np.array([column[id(v)] for v in _first_stage(model)], dtype=np.int32)
    model.solver._solver_model.setSolution(len(index), index, z)


def _listen(
    model: ExtensiveForm, run: SolveRun, offer: Callable[[FloatArray], None]
) -> list[SolverError]:
    """Take HiGHS's bound and plans as they improve; let it end when someone asks to stop.

    Returns a list that will hold what fails on the way: HiGHS can pass on no error.
    """
    failures: list[SolverError] = []
    bounds = run.bounds

    def guarded(take: Callable[[], object]) -> None:
        try:
            take()
        except SolverError as error:
            failures.append(error)

    def watch(event: Any) -> None:
        guarded(lambda: bounds.raise_lower(float(event.data_out.mip_dual_bound), SOURCE))
        # An earlier solve may have proven more than this one has so far.
        if failures or interrupt.requested() or bounds.gap <= run.stop.gap:
            event.interrupt()

    model.solver.set_instance(model.ef)
    column = model.solver._pyomo_var_to_solver_var_map
    chosen = [column[id(v)] for v in _first_stage(model)]
    highs = model.solver._solver_model
    highs.cbMipInterrupt.subscribe(watch)
    highs.cbMipImprovingSolution.subscribe(
        lambda event: guarded(lambda: offer(np.array(event.data_out.mip_solution)[chosen]))
    )
    return failures
