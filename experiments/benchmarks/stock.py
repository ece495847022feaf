"""Plain mpi-sppy: explicit scenario models, its own bundles, Lagrangian and xhatshuffle."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from experiments.benchmarks.registry import Case, Inputs
from robustev.methods import sppy
from robustev.methods.result import Progress, SolveResult, Status, TraceRow, relative_gap
from robustev.model.instance import Instance, build_instance
from robustev.model.pyomo_model import scenario_model
from robustev.model.risk import RiskMeasure

# After sppy, which imports mpi-sppy in silence.
from mpisppy.cylinders.lagrangian_bounder import LagrangianOuterBound  # isort: skip
from mpisppy.cylinders.xhatshufflelooper_bounder import XhatShuffleInnerBound  # isort: skip
from mpisppy.phbase import PHBase  # isort: skip
from mpisppy.utils.config import Config  # isort: skip
from mpisppy.utils.proper_bundler import ProperBundler  # isort: skip
from mpisppy.utils.sputils import solver_options_layer  # isort: skip
from mpisppy.utils.xhat_eval import Xhat_Eval  # isort: skip

RHO = 5.0
FIRST_GAP, SUBPROBLEM_GAP = 1e-2, 1e-3
"""Gaps of subproblems in the first iteration and later."""
BUNDLES = 4
"""As many proper bundles as were best in hand at 20 scenarios; fewer and larger bound better."""


class TracingHub(sppy.PHHub):  # type: ignore[misc]
    """mpi-sppy's hub, telling its bounds after each iteration."""

    def is_converged(self, screen_trace: bool = False) -> bool:
        """Tell the bounds, and ask mpi-sppy."""
        self.options["tell"](self.current_iteration(), self.BestOuterBound, self.BestInnerBound)
        return bool(super().is_converged(screen_trace=screen_trace))


def run(case: Case, inputs: Inputs, progress: Progress, comm: Any, *, bundled: bool) -> SolveResult:
    """Run the stock wheel on three ranks until its gap or the time limit."""
    start = time.perf_counter()
    trace: list[TraceRow] = []

    def tell(iteration: int, lower: float, upper: float) -> None:
        low, up = (float(x) if math.isfinite(x) else None for x in (lower, upper))
        trace.append(TraceRow(time.perf_counter() - start, iteration, low, up, "mpi-sppy"))
        progress(trace[-1])

    wheel = _wheel(build_instance(*inputs), case, tell, bundled=bundled)
    wheel.run(comm_world=comm)
    gap = relative_gap(wheel.BestInnerBound, wheel.BestOuterBound)
    status = Status.GAP_REACHED if gap is not None and gap <= case.gap else Status.TIME_LIMIT
    return SolveResult("stock", None, wheel.BestInnerBound, wheel.BestOuterBound, status,
                       time.perf_counter() - start, tuple(trace))  # fmt: skip


def _wheel(
    instance: Instance, case: Case, tell: Callable[[int, float, float], None], *, bundled: bool
) -> sppy.WheelSpinner:
    options = {
        "solver_name": "appsi_highs", "PHIterLimit": 10_000, "defaultPHrho": RHO,
        "convthresh": 0.0, "verbose": False, "display_progress": False,
        "linearize_proximal_terms": True, "time_limit": case.seconds,
        "solver_options_layers": [
            sppy.solver_layer({"mipgap": SUBPROBLEM_GAP, "threads": 1}),
            solver_options_layer("iter0", {"mipgap": FIRST_GAP}),
        ],
        "xhat_looper_options": {"xhat_solver_options": {}, "dump_prefix": "", "csvname": ""},
        "turn_off_names_check": bundled,  # a bundle names its variables after its scenarios
    }  # fmt: skip
    common = _bundles(instance) if bundled else _scenarios(instance)
    hub = {
        "hub_class": TracingHub,
        "hub_kwargs": {"options": {"rel_gap": case.gap, "tell": tell}},
        "opt_class": sppy.PH,
        "opt_kwargs": {"options": dict(options), **common},
    }
    spokes = [
        {"spoke_class": spoke, "opt_class": opt,
         "opt_kwargs": {"options": dict(options), **common}}
        for spoke, opt in ((LagrangianOuterBound, PHBase), (XhatShuffleInnerBound, Xhat_Eval))
    ]  # fmt: skip
    return sppy.WheelSpinner(hub, spokes)


def _scenarios(instance: Instance) -> dict[str, Any]:
    risk = RiskMeasure(instance.model.objective, instance.probability)
    return {
        "all_scenario_names": list(instance.scenarios.names),
        "scenario_creator": sppy.scenario_creator(instance, risk, scenario_model),
    }


def _bundles(instance: Instance) -> dict[str, Any]:
    """Return mpi-sppy's proper bundles of scenarios; it wants them all of one size."""
    scenarios = _scenarios(instance)
    count = len(instance.scenarios)
    size = count // max(n for n in range(1, BUNDLES + 1) if count % n == 0)
    create = dict(zip((f"scen{s}" for s in range(count)), instance.scenarios.names, strict=True))
    module = SimpleNamespace(
        scenario_names_creator=lambda number, start=0: [
            f"scen{s}" for s in range(start or 0, (start or 0) + number)
        ],
        scenario_creator=lambda name, **_: scenarios["scenario_creator"](create[name]),
        kw_creator=lambda _: {},
    )
    cfg = Config()
    cfg.add_to_config("num_scens", "number of scenarios", int, count)
    cfg.add_to_config("scenarios_per_bundle", "size of a bundle", int, size)
    bundler = ProperBundler(module)
    return {
        "all_scenario_names": bundler.bundle_names_creator(count // size, cfg=cfg),
        "scenario_creator": bundler.scenario_creator,
        "scenario_creator_kwargs": bundler.kw_creator(cfg),
    }
