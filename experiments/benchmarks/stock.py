"""Plain mpi-sppy: explicit scenario models, its own Lagrangian and xhatshuffle cylinders."""

from __future__ import annotations

import time
from typing import Any

from robustev.formulation.assemble import scenario_model
from robustev.problem import build_problem
from robustev.risk import RiskMeasure
from robustev.solve import sppy
from robustev.solve.result import SolveResult, Status, TraceRow

from experiments.benchmarks.registry import Case  # isort: skip

from mpisppy.cylinders.lagrangian_bounder import LagrangianOuterBound  # isort: skip
from mpisppy.cylinders.xhatshufflelooper_bounder import XhatShuffleInnerBound  # isort: skip
from mpisppy.phbase import PHBase  # isort: skip
from mpisppy.utils.xhat_eval import Xhat_Eval  # isort: skip

RHO = 5.0


class TracingHub(sppy.PHHub):  # type: ignore[misc]
    """mpi-sppy's hub, noting its bounds after each iteration."""

    def is_converged(self, screen_trace: bool = False) -> bool:
        """Note the bounds, and ask mpi-sppy."""
        rows, start = self.options["rows"], self.options["start"]
        lower, upper = float(self.BestOuterBound), float(self.BestInnerBound)
        rows.append((time.perf_counter() - start, self.current_iteration(), lower, upper))
        return bool(super().is_converged(screen_trace=screen_trace))


def run(case: Case, comm: Any) -> SolveResult:
    """Run the stock wheel on three ranks until its gap or the time limit."""
    problem = build_problem(*case.build())
    risk = RiskMeasure(problem.model.objective, problem.probability)
    start = time.perf_counter()
    rows: list[tuple[float, int, float, float]] = []
    common = {
        "all_scenario_names": list(problem.scenarios.names),
        "scenario_creator": sppy.scenario_creator(problem, risk, scenario_model),
    }
    options = {
        "solver_name": "appsi_highs", "PHIterLimit": 10_000, "defaultPHrho": RHO,
        "convthresh": 0.0, "verbose": False, "display_progress": False,
        "linearize_proximal_terms": True, "time_limit": case.seconds,
        "solver_options_layers": [sppy.solver_layer({"mipgap": 1e-3, "threads": 1})],
        "xhat_looper_options": {"xhat_solver_options": {}, "dump_prefix": "", "csvname": ""},
    }  # fmt: skip
    hub = {
        "hub_class": TracingHub,
        "hub_kwargs": {"options": {"rel_gap": case.gap, "rows": rows, "start": start}},
        "opt_class": sppy.PH,
        "opt_kwargs": {"options": dict(options), **common},
    }
    spokes = [
        {"spoke_class": LagrangianOuterBound, "opt_class": PHBase,
         "opt_kwargs": {"options": dict(options), **common}},
        {"spoke_class": XhatShuffleInnerBound, "opt_class": Xhat_Eval,
         "opt_kwargs": {"options": dict(options), **common}},
    ]  # fmt: skip
    wheel = sppy.WheelSpinner(hub, spokes)
    wheel.run(comm_world=comm)
    trace = tuple(TraceRow(t, i, lower, upper, "mpi-sppy") for t, i, lower, upper in rows)
    return SolveResult("stock", None, wheel.BestInnerBound, wheel.BestOuterBound,
                       Status.TIME_LIMIT, time.perf_counter() - start, trace)  # fmt: skip
