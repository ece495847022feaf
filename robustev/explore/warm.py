"""Answers from what is known: cuts and plans of one question warm the solve of the next.

Locks and budgets change the first stage alone, so every dual point and every cut of the second
stage stays valid. Demand enters only its right-hand side, so dual points stay valid too, and cuts
are made from them anew. A lower bound is the master's, whatever it was warmed with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.data.plan import Plan
from robustev.explore.repair import adapted
from robustev.methods.benders.engine import CutEngine, MasterCut
from robustev.methods.benders.solver import SCIP, BendersSolver
from robustev.methods.benders.state import Step
from robustev.methods.bounds import Bounds
from robustev.methods.scaling import negligible_cost
from robustev.model.instance import Instance
from robustev.model.risk import ScenarioRisk

POINTS = 6
"""Points of an earlier solve, the last ones, whose cuts are made anew for other demand."""
ROUNDS = 12
"""Moves of a plan's chargers within a box, at most."""
SHARE, LEAST = 0.25, 2.0
"""First width of the box: this share of a site's chargers, and no fewer chargers."""
SOURCE = "what-if"


class Recorded(BendersSolver):
    """A solver that keeps its cuts, so that others can begin with them."""

    def __init__(self, engine: CutEngine, bounds: Bounds, **options: object) -> None:
        self.cuts: list[MasterCut] = []
        super().__init__(engine, bounds, **options)  # type: ignore[arg-type]

    def apply(self, step: Step) -> None:
        """Write down what a strategy has found, and keep its cuts."""
        self.cuts += step.cuts
        super().apply(step)


@dataclass(frozen=True, eq=False)
class Solved:
    """A question's instance with all that is known about it.

    Parameters
    ----------
    plan, objective, lower
        The best plan, its objective on every scenario, and a lower bound for all plans.
    cuts, points
        Cuts of the second stage, and the first-stage points where they were sought.
    """

    instance: Instance
    engine: CutEngine
    plan: Plan
    objective: float
    lower: float
    cuts: Sequence[MasterCut] = field(repr=False)
    points: Sequence[FloatArray] = field(repr=False)

    @property
    def gap(self) -> float:
        """The relative gap that is proven."""
        return max(0.0, (self.objective - self.lower) / max(abs(self.objective), 1e-9))


def solved(
    instance: Instance,
    near: Solved | None,
    *,
    gap: float,
    stop: Callable[[], bool],
    known: Sequence[Plan] = (),
    lower: float = -np.inf,
    growth: float = 1.0,
    thorough: bool = False,
) -> Solved | None:
    """Return a plan for an instance with its bound; None if none was found.

    Parameters
    ----------
    near
        A solved instance that differs in locks, budget or demand alone; None for none.
    stop
        Asked between and inside steps; True ends them, once there is a plan.
    known
        Plans to try, beside the one of ``near``.
    lower
        A bound that is proven already.
    growth
        Demand over that of ``near``.
    thorough
        Whether to go on with the whole method where the quick moves leave a larger gap.

    Raises
    ------
    InfeasibleError
        If no plan keeps all that is asked.
    """
    solver = _begun(instance, near, gap, stop, lower)
    bounds = solver.bounds
    _relaxation(solver)
    solver.begin_with(known)
    if near is not None and not solver.done():
        _moved(solver, adapted(near.plan, instance, solver.engine.first, growth))
        _relaxation(solver)
    if thorough and not solver.done():
        _whole(solver)
    if bounds.plan is None:
        return None
    points = [*(near.points if near is not None else ()), *solver.state.points]
    return Solved(
        instance, solver.engine, bounds.plan, bounds.upper, bounds.lower, tuple(solver.cuts),
        tuple(points[-2 * POINTS :]),
    )  # fmt: skip


def _begun(
    instance: Instance, near: Solved | None, gap: float, stop: Callable[[], bool], lower: float
) -> Recorded:
    """Return a solver that knows all that can be carried over from a solved instance."""
    same_demand = near is not None and near.instance.scenarios is instance.scenarios
    engine = CutEngine(
        instance, ScenarioRisk(instance.model.objective, instance.probability),
        recourse=near.engine.recourse if near is not None and same_demand else None,
    )  # fmt: skip
    bounds = Bounds(negligible=negligible_cost(instance))
    bounds.raise_lower(lower, SOURCE)

    def interrupted() -> bool:
        return bounds.plan is not None and stop()

    solver = Recorded(engine, bounds, gap=gap, interrupted=interrupted)
    if near is not None:
        if not same_demand:
            engine.recourse.adopt(near.engine.recourse)
        solver.apply(Step(SOURCE, cuts=_carried(near, engine, same_demand=same_demand)))
    return solver


def _carried(near: Solved, engine: CutEngine, *, same_demand: bool) -> tuple[MasterCut, ...]:
    """Return the cuts of an earlier solve; for other demand those of its dual points."""
    if same_demand:
        return tuple(near.cuts)
    places = [*near.points[-POINTS:], engine.first.columns(near.plan)]
    found: list[MasterCut] = []
    for z in places:
        known = engine.learn(z, tolerance=1e-3, max_exact=0)
        found += engine.cuts_from(known)
    return tuple(found)


def _relaxation(solver: Recorded) -> FloatArray:
    """Solve the master's relaxation once, and return its point."""
    solution = solver.master.solve_relaxation()
    assert solution.z is not None
    solver.apply(Step(SOURCE, bound=solution.bound, relaxed=solution.bound, core=solution.z))
    return solution.z


def _moved(solver: Recorded, z: FloatArray) -> None:
    """Improve a plan's chargers at its own stations by moves within a box that narrows.

    Each move is the best within the box by the cuts so far, in fractions, then rounded, evaluated
    exactly and cut. New stations may take any number of chargers at first.
    """
    first, parts = solver.engine.first, solver.parts
    plan = parts.nearest.plan_to_the_nearest(z)
    if plan is None:
        return
    _try(solver, plan)
    best, width = first.columns(plan), SHARE
    empty = (first.openings(best) > 0) & (first.chargers(best).sum(axis=1) == 0)
    for _ in range(ROUNDS):
        if solver.done() or width < 0.01:
            return
        before = solver.bounds.upper
        low, high = best.copy(), best.copy()
        here = first.chargers(best)
        reach = np.maximum(LEAST, np.ceil(width * here))
        reach[empty] = np.inf
        first.chargers(low)[:] = here - reach
        first.chargers(high)[:] = here + reach
        low, high = np.maximum(low, first.lower), np.minimum(high, first.upper)
        point = solver.master.solve_relaxation(within=(low, high)).z
        plan = None if point is None else parts.nearest.plan_to_the_nearest(point)
        if plan is None:
            width /= 2
            continue
        _try(solver, plan)
        if solver.bounds.upper < before:
            best, empty = first.columns(plan), np.zeros_like(empty)
        else:
            width /= 2


def _try(solver: Recorded, plan: Plan) -> None:
    """Evaluate a plan exactly, and cut there."""
    objective, cuts = solver.engine.evaluate(plan)
    solver.apply(Step(SOURCE, plan=plan, objective=objective, cuts=tuple(cuts)))


def _whole(solver: Recorded) -> None:
    """Go on with the whole method."""
    solver.relax()
    if not solver.done() and SCIP:
        solver.grow_tree(60.0)
    while not solver.done():
        if not solver.improve(10.0):
            return
