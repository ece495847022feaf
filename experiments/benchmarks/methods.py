"""The methods that cases are run with: robustev's, the peers, and plain evaluation."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from experiments.benchmarks.registry import Case, Inputs
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.evaluate import evaluate
from robustev.methods.memory import Memory
from robustev.methods.options import SolveOptions
from robustev.methods.result import Progress, SolveResult, Status
from robustev.methods.solve import solve
from robustev.model.instance import build_instance
from robustev.model.model import Model
from robustev.parallel.world import world

Method = Callable[[Case, Inputs, Progress], SolveResult]

SOLVERS = ("ef", "ph", "benders")
"""The methods of this package; the others are peers."""
RANKS = {"ph": 3, "stock": 3, "stock-bundles": 3}
"""MPI ranks: a hub, an outer bound, an inner bound. All other methods are one process."""
EVALUATION_WORKERS = 2
BEFORE_GAP = 1e-3
"""Gap to which an instance is solved that another one's solve begins with."""


def _by_robustev(method: str, case: Case, inputs: Inputs, progress: Progress) -> SolveResult:
    options = SolveOptions(method=method, gap=case.gap, time_limit=case.seconds)
    return solve(*inputs, options, progress=progress)


def _again(case: Case, inputs: Inputs, progress: Progress) -> SolveResult:
    """Solve another instance first, and begin with what that has learnt; only this is timed."""
    if case.before is None:
        raise RuntimeError(f"{case.name}: nothing to begin with")
    memory = Memory()
    solve(*case.before(), SolveOptions(method="benders", gap=BEFORE_GAP), memory=memory)
    options = SolveOptions(method="benders", gap=case.gap, time_limit=case.seconds)
    return solve(*inputs, options, progress=progress, memory=memory)


def _stock(case: Case, inputs: Inputs, progress: Progress, *, bundled: bool = False) -> SolveResult:
    from experiments.benchmarks.stock import run  # noqa: PLC0415 - opens MPI

    return run(case, inputs, progress, world(), bundled=bundled)


def _evaluate(case: Case, inputs: Inputs, _: Progress) -> SolveResult:
    """Evaluate the plan for mean demand on every scenario; only the evaluation is timed."""
    region, scenarios, model = inputs
    nominal: ScenarioSet = scenarios.mean()
    plan = solve(region, nominal, model, SolveOptions(method="benders", gap=0.01)).plan
    if plan is None:
        raise RuntimeError(f"{case.name}: no plan to evaluate")
    instance = build_instance(*inputs)
    start = time.perf_counter()
    judged = evaluate(instance, [plan], workers=EVALUATION_WORKERS)[0]
    seconds = time.perf_counter() - start
    return SolveResult("evaluate", plan, judged.mean_cost, None, Status.OPTIMAL, seconds)


def load(method: str) -> None:
    """Have a method of one process import its solvers, which it does when it first solves.

    No clock of a case counts imports: a problem of two sites is solved before it starts.
    """
    if method not in SOLVERS or method in RANKS:
        return
    region = Region.from_arrays([5.0, 7.0], [[1.0, 2.0], [2.0, 1.0]], opening_cost=1.0)
    scenarios = ScenarioSet.equiprobable(region.demand[None], region.zones.ids, region.types)
    solve(region, scenarios, Model(), SolveOptions(method=method))


METHODS: dict[str, Method] = {
    **{name: partial(_by_robustev, name) for name in SOLVERS},
    "stock": _stock,
    "stock-bundles": partial(_stock, bundled=True),
    "again": _again,
    "evaluate": _evaluate,
}
