"""One entrance to every method."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from robustev.core.errors import ConfigError, InfeasibleError
from robustev.core.settings import Settings
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.methods.base import METHODS, Method, SolveRun, kept_if_it_fails
from robustev.methods.bounds import Bounds
from robustev.methods.infeasibility import UNEXPLAINED, explain
from robustev.methods.keeper import Checkpoint, Keeper, Store
from robustev.methods.memory import Memory
from robustev.methods.options import SolveOptions
from robustev.methods.result import (
    UNFINISHED,
    Progress,
    SolveResult,
    Status,
    StopRule,
    better_of,
)
from robustev.methods.scaling import Scaling, negligible_cost
from robustev.methods.shortfall import explain_shortfall
from robustev.model.features.base import Feature
from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from robustev.model.risk import ScenarioRisk
from robustev.parallel import interrupt
from robustev.parallel.ordered import default_workers
from robustev.parallel.world import world

logger = logging.getLogger(__name__)


def solve(
    region: Region,
    scenarios: ScenarioSet,
    model: Model,
    options: SolveOptions | None = None,
    *,
    name: str = "robust",
    progress: Progress | None = None,
    start: Sequence[Plan] = (),
    features: Sequence[Feature] = (),
    checkpoint: Checkpoint | None = None,
    memory: Memory | None = None,
) -> SolveResult:
    """Return the best plan for ``region`` under ``scenarios``, with a proven lower bound.

    Under ``mpiexec`` all ranks make this call together, and get the same result, if the method is
    ``ph`` or ``benders`` and ``options.ranks`` is not 1. Any other call stays on its own rank.

    Parameters
    ----------
    name
        Name of the plan.
    progress
        Called whenever a bound moves.
    start
        Plans known already, for ``benders`` to begin with, and for ``ef`` where a risk measure
        weighs few scenarios; those that do not fit the model, or break its limits, are left out.
    features
        Rules that are written outside the package, beside those that ``model`` asks for.
    checkpoint
        Where what the solve knows is kept while it runs. If an earlier solve of the same instance
        left something there, this one goes on from it, and ends no worse.
    memory
        What earlier solves of the same region have learnt, whatever their prices, rules and
        scenarios were, for this one to begin with; it keeps what this one learns.

    Raises
    ------
    ConfigError
        If the model asks for what the region or the scenarios do not have, or the method cannot
        solve it.
    InputError
        If the checkpoint is of another instance.
    """
    instance = build_instance(region, scenarios, model.with_features(*features))
    return solve_instance(
        instance, options, name=name, progress=progress, start=start, checkpoint=checkpoint,
        memory=memory,
    )  # fmt: skip


def solve_instance(
    instance: Instance,
    options: SolveOptions | None = None,
    *,
    name: str = "robust",
    progress: Progress | None = None,
    start: Sequence[Plan] = (),
    checkpoint: Store | None = None,
    memory: Memory | None = None,
) -> SolveResult:
    """Return the best plan of an instance, with a proven lower bound; see :func:`solve`."""
    options = options or SolveOptions()
    method, reason = choose_method(instance, options)
    if METHODS[options.method].only_chooses:
        logger.info("method %s: %s", method.name, reason)
    with interrupt.listening():
        message = explain(instance)
        if message is not None:
            return SolveResult(method.name, None, None, None, Status.INFEASIBLE, 0.0, (), message)
        scaling = Scaling.of(instance)
        work, heard = scaling.scaled(instance), scaling.progress(progress)
        memory = memory or Memory()
        known = start if memory.plan is None else (*start, memory.plan)
        run = replace(_run(method, work, options, name, heard, known, checkpoint), memory=memory)
        result = scaling.result(_kept(method, run))
    if result.status is Status.INFEASIBLE:
        # In units far from ordinary ones a solver's tolerances are no small amounts.
        why = (explain_shortfall(instance) if scaling.is_none else None) or UNEXPLAINED
        return replace(result, plan=None, objective=None, lower_bound=None, message=why)
    plan = None if result.plan is None else without_idle_stations(instance, result.plan)
    memory.plan = plan or memory.plan
    return replace(result, plan=plan)


def known_of(
    instance: Instance, options: SolveOptions, name: str, checkpoint: Checkpoint
) -> SolveResult | None:
    """Return what a checkpoint knows of an instance, as the result of an interrupted solve."""
    method, _ = choose_method(instance, options)
    scaling = Scaling.of(instance)
    knows = checkpoint.open(scaling.scaled(instance)).known
    if knows.is_nothing:
        return None
    return scaling.result(knows.result(method.name, name))


def without_idle_stations(instance: Instance, plan: Plan) -> Plan:
    """Return the plan without stations that have no capacity, cost nothing and that no rule needs.

    Where opening is free, a solver may leave such sites open; the objective is the same without.
    """
    first = first_stage(instance)
    empty = ~(instance.capacity(plan) > 0).any(axis=1) & ~plan.chargers.any(axis=1)
    idle = plan.open & empty & (instance.opening_cost == 0)
    without = replace(plan, open=plan.open & ~idle)
    if not idle.any() or first.allows(without):
        return without
    for i in np.flatnonzero(idle):
        without = replace(plan, open=plan.open & (np.arange(len(idle)) != i))
        plan = without if first.allows(without) else plan
    return plan


def choose_method(instance: Instance, options: SolveOptions) -> tuple[Method, str]:
    """Return the method that ``options`` lead to, and why.

    Raises
    ------
    ConfigError
        If it cannot solve the instance.
    """
    method, reason = METHODS[options.method].choose(instance, options.gap)
    why_not = method.accepts(instance)
    if why_not is not None:
        raise ConfigError(f"solve.method {method.name!r}: {why_not}")
    return method, reason


def _run(
    method: Method,
    instance: Instance,
    options: SolveOptions,
    name: str,
    progress: Progress | None,
    start: Sequence[Plan],
    checkpoint: Store | None,
) -> SolveRun:
    """Return everything that the method works with, what an earlier solve knew included."""
    comm = world() if options.ranks != 1 and method.is_parallel else None
    known = tuple(plan for plan in start if plan.chargers.shape == instance.max_chargers.shape)
    limit = options.time_limit if options.time_limit is not None else math.inf
    own_options = getattr(options, method.name, None)
    keeper = Keeper() if checkpoint is None else checkpoint.open(instance, comm)
    bounds = Bounds(progress, negligible=negligible_cost(instance))
    before = keeper.known
    bounds.go_on_from(before.lower_bound, before.objective, before.plan)
    if before.plan is not None:
        known = (before.plan, *known)
    return SolveRun(
        instance=instance,
        stop=StopRule(options.gap, limit, options.iteration_limit),
        risk=ScenarioRisk(instance.goal, instance.probability),
        bounds=bounds,
        name=name,
        comm=comm,
        workers=default_workers(),
        start=known,
        options=own_options if isinstance(own_options, Settings) else None,
        keeper=keeper,
    )


def _kept(method: Method, run: SolveRun) -> SolveResult:
    """Return what the method finds, no worse than before, and keep it if it is to go on."""
    with run.keeper.keeping(run.bounds):
        result = _solved(method, run)
    if result.status in UNFINISHED:
        run.keeper.save()
    before = run.keeper.known
    if before.is_nothing:
        return result
    return better_of(result, before.result(method.name, run.name))


def _solved(method: Method, run: SolveRun) -> SolveResult:
    goal = run.instance.model.objective
    if not goal.needs_own_optima or goal.is_expectation:
        return kept_if_it_fails(run, method.name, lambda: method.solve(run))
    from robustev.methods.own_optima import (  # noqa: PLC0415 - loads the solvers
        solve_above_own_optima,
    )

    try:
        return solve_above_own_optima(method, run)
    except InfeasibleError:
        return run.bounds.result(method.name, run.name, Status.INFEASIBLE)
