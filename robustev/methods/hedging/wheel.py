"""Progressive hedging from end to end: who runs where, with what, and what comes out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pyomo.environ as pyo

from robustev.core.errors import InfeasibleError
from robustev.methods.base import SolveRun
from robustev.methods.hedging.context import Context
from robustev.methods.hedging.exchange import Exchange
from robustev.methods.hedging.hub import (
    FIRST_SWEEP_SHARE,
    CutExtension,
    EndHedging,
    HedgingHub,
    HubCandidates,
    Limits,
    SerialBounds,
    is_infeasible,
)
from robustev.methods.hedging.kept_weights import KeptWeights
from robustev.methods.hedging.options import HedgingOptions
from robustev.methods.hedging.projected import bare_model, projected_model
from robustev.methods.hedging.spokes import CutOuterBound, ExactInnerBound
from robustev.methods.result import SolveResult, Status
from robustev.methods.sppy import (
    PH,
    Build,
    MultiExtension,
    SPOpt,
    WheelSpinner,
    every_node,
    own_rank,
    solver_layer,
    tree_creator,
)
from robustev.model.decisions import decisions
from robustev.model.instance import Instance
from robustev.model.pyomo_model import scenario_model
from robustev.parallel import interrupt
from robustev.parallel.ranks import gathered, meet, told
from robustev.recourse.certificate import Certificate

logger = logging.getLogger(__name__)

SOLVER = "appsi_highs"
NUM_BOUND_CYLINDERS = 2
PROX_TOLERANCE = 0.1
"""Accuracy of the piecewise linear proximal term: HiGHS takes no quadratic one with integers."""
CONVERGED = 1e-9
"""Mean distance of scenarios from their mean at which hedging has agreed."""


def solve_hedging(run: SolveRun) -> SolveResult:
    """Solve by progressive hedging with bound cylinders that know the shared dual prices.

    With three ranks or more, one each runs the outer and the inner bound and the others hedge;
    with two, the hub finds incumbents itself; with one all take turns. Every rank of the run makes
    this call and returns the same result.
    """
    comm, size = run.comm, run.num_ranks
    most = len(run.instance.scenarios) + NUM_BOUND_CYLINDERS
    if comm is not None and size > most:
        return _on_some_ranks(comm, most, lambda part: solve_hedging(replace(run, comm=part)))
    if comm is not None:
        meet(comm)
    options = run.options if isinstance(run.options, HedgingOptions) else HedgingOptions()
    bounds = run.bounds
    if comm is not None and comm.Get_rank() > 0:
        bounds.progress = None
    workers = run.workers if size == 1 else 1
    context = Context(
        run.instance, run.risk, run.stop, options, bounds, Exchange(comm), workers, run.keeper
    )
    certificate = _alone(context) if size == 1 else _wheel(context, comm)
    context.exchange.close()
    return _gather(context, comm, run.name, certificate)


def _on_some_ranks(comm: Any, count: int, run: Callable[[Any], SolveResult]) -> SolveResult:
    """Run on the first ``count`` ranks; a hub needs no more ranks than scenarios."""
    busy = comm.Get_rank() < count
    part = comm.Split(color=int(busy), key=comm.Get_rank())
    result = told(comm, run(part) if busy else None)
    part.Free()
    assert isinstance(result, SolveResult)
    return result


def _options(context: Context) -> dict[str, Any]:
    gap = max(context.options.subproblem_gap, context.stop.gap)
    solver_options: dict[str, object] = {"mipgap": gap, "threads": 1}
    limit = context.stop.iterations or context.options.max_iterations
    return {
        "solver_name": SOLVER,
        "PHIterLimit": limit,
        "defaultPHrho": 1.0,
        "convthresh": CONVERGED,
        "verbose": False,
        "display_progress": False,
        "linearize_proximal_terms": True,
        "proximal_linearization_tolerance": PROX_TOLERANCE,
        "solver_options_layers": [solver_layer(solver_options)],
        "context": context,
    }


def _ph_arguments(context: Context, extensions: Sequence[type]) -> dict[str, Any]:
    build = projected_model
    if context.options.form == "explicit":
        build = scenario_model
        extensions = [extension for extension in extensions if extension is not CutExtension]
    return {
        "options": _options(context),
        **_tree(context, _while_there_is_time(context, build)),
        "extensions": ContextExtensions,
        "extension_kwargs": {"ext_classes": extensions, "context": context},
        "rho_setter": _rho_setter(context),
    }


def _while_there_is_time(context: Context, build: Build) -> Build:
    """Return ``build`` with an end: models of a run that is over need not be whole.

    Ranks that hedge must all have their models, as mpi-sppy compares them. This process alone
    leaves at once, with some time for the bounds.
    """

    def make(instance: Instance, scenario: int, **given: Any) -> pyo.ConcreteModel:
        alone = context.exchange.comm is None
        if alone and context.bounds.seconds > FIRST_SWEEP_SHARE * context.stop.seconds:
            raise EndHedging
        return (bare_model if context.out_of_time() else build)(instance, scenario, **given)

    return make


def _tree(context: Context, build: Build) -> dict[str, Any]:
    """Return the scenarios as mpi-sppy takes them: their names, their tree, and their models."""
    instance = context.instance
    of = decisions(instance)
    return {
        "all_scenario_names": list(instance.scenarios.names),
        "all_nodenames": every_node(of),
        "scenario_creator": tree_creator(instance, context.risk, of, build),
    }


class QuietPH(PH):  # type: ignore[misc]
    """mpi-sppy's hedging, which would go through every scenario, and print about failures."""

    def solve_one(
        self, options: Any, name: str, model: Any, *args: Any, gripe: bool = False, **kwargs: Any
    ) -> Any:
        """Solve one subproblem; once time is up it keeps the point that it has."""
        if self.options["context"].out_of_time():
            model._mpisppy_data.solution_available = self._PHIter > 0
            return 0.0
        return super().solve_one(options, name, model, *args, gripe=False, **kwargs)


class ContextExtensions(MultiExtension):  # type: ignore[misc]
    """mpi-sppy's list of extensions, each made with the run's context."""

    def __init__(self, opt: Any, ext_classes: Sequence[type], context: Context) -> None:
        super().__init__(opt, [])
        self.extdict = {part.__name__: part(opt, context) for part in ext_classes}


def _rho_setter(context: Context) -> Callable[[pyo.ConcreteModel], list[tuple[int, float]]]:
    """Return mpi-sppy's rho setter: each variable's own cost, or a share of the total cost.

    Cost-proportional rho (Watson and Woodruff 2011). A variable without a cost of its own takes
    the mean saving that one unit of it brings along the relaxation, spread over the open sites.
    """
    factor = context.options.rho or 1.0
    instance = context.instance

    def setter(model: pyo.ConcreteModel) -> list[tuple[int, float]]:
        scale = abs(pyo.value(model.objective.expr, exception=False) or 1.0)
        spread = scale / max(1, instance.num_sites)
        rho = [(id(v), _positive(instance.opening_cost[i], spread)) for i, v in model.open.items()]
        rho += [
            (id(v), _positive(instance.charger_cost[r], spread))
            for (_, r), v in model.chargers.items()
        ]
        rho += [(id(level), 1.0 / scale) for level in model.risk_levels]
        shared = model._mpisppy_data.varid_to_nonant_index
        return [(variable, factor * value) for variable, value in rho if variable in shared]

    return setter


def _positive(cost: float, otherwise: float) -> float:
    return float(cost) if cost > 0 else otherwise


def _alone(context: Context) -> Certificate | None:
    """Hedge on this rank, which also works on both bounds; return what the lower one rests on."""
    arguments = _ph_arguments(context, [Limits, CutExtension, KeptWeights, SerialBounds])
    bounds_work: SerialBounds | None = None
    try:
        with suppress(EndHedging):
            hedging = QuietPH(**arguments, mpicomm=own_rank())
            bounds_work = hedging.extobject.extdict["SerialBounds"]
            hedging.ph_main(finalize=False)
        bounds_work = bounds_work or SerialBounds(None, context)
        bounds_work.relax()
        while context.stop.iterations is None and not context.done():
            if not bounds_work.finish():
                if not context.done():
                    logger.warning("hedging: nothing more to learn at gap %.2e", context.bounds.gap)
                break
    except (RuntimeError, InfeasibleError) as error:
        if not is_infeasible(error):
            raise
        context.infeasible = not context.out_of_time()
    if bounds_work is None:
        return None
    if context.bounds.plan is None and not context.infeasible:
        bounds_work.try_any()
    return bounds_work.solver.certificate()


def _wheel(context: Context, comm: Any) -> Certificate | None:
    """Run this rank's cylinder; return what its lower bound rests on, if it proves any."""
    size = comm.Get_size()
    extensions = [Limits, CutExtension, KeptWeights, *([] if size > 2 else [HubCandidates])]
    spokes = [CutOuterBound, ExactInnerBound] if size > 2 else [CutOuterBound]
    ratio = 1.0 / (size - len(spokes))
    hub = {
        "hub_class": HedgingHub,
        "hub_kwargs": {"options": {"rel_gap": context.stop.gap, "context": context}},
        "opt_class": QuietPH,
        "opt_kwargs": _ph_arguments(context, extensions),
    }
    skeleton = {
        "options": {"context": context},
        **_tree(context, bare_model),
    }
    cylinders = [
        {
            "spoke_class": spoke,
            "opt_class": SPOpt,
            "opt_kwargs": dict(skeleton),
            "rank_ratio": ratio,
        }
        for spoke in spokes
    ]
    wheel = WheelSpinner(hub, cylinders)
    wheel.run(comm_world=comm)
    if wheel.on_hub():
        wheel.spcomm.take_in(context)
    spoke = wheel.spcomm
    proves = isinstance(spoke, CutOuterBound) and spoke.solver is not None
    return spoke.solver.certificate() if proves else None


def _gather(
    context: Context, comm: Any | None, name: str, certificate: Certificate | None
) -> SolveResult:
    """Bring the best plan and the certificate together; all ranks return the same result."""
    bounds = context.bounds
    status = bounds.status(context.stop, interrupted=interrupt.requested())
    if context.infeasible:
        status = Status.INFEASIBLE
    if comm is None or comm.Get_size() == 1:
        return bounds.result("ph", name, status, certificate=certificate)
    failures = [message for message in gathered(comm, context.failure) if message is not None]
    if failures and status not in (Status.OPTIMAL, Status.GAP_REACHED):
        status = Status.ERROR
    plans = comm.allgather((bounds.upper, bounds.plan))
    known = [pair for pair in plans if pair[1] is not None]
    certificates = [found for found in (comm.gather(certificate) or ()) if found is not None]
    result = None
    if comm.Get_rank() == 0:
        if known:
            bounds.settle(*min(known, key=lambda pair: pair[0]))
        message = failures[0] if status is Status.ERROR else ""
        result = bounds.result(
            "ph", name, status, message, certificate=next(iter(certificates), None)
        )
    shared = told(comm, result)
    assert isinstance(shared, SolveResult)
    return shared
