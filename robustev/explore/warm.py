"""Answers from what is known: cuts and plans of one question warm the solve of the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from robustev.data.plan import Plan
from robustev.methods.benders.engine import CutEngine
from robustev.methods.benders.solver import SCIP, BendersSolver
from robustev.methods.benders.warm import SOURCE, Learnt, relaxation, warmed
from robustev.methods.bounds import Bounds
from robustev.methods.scaling import negligible_cost
from robustev.model.instance import Instance
from robustev.model.risk import ScenarioRisk


@dataclass(frozen=True, eq=False)
class Solved:
    """A question's instance with all that is known about it.

    Parameters
    ----------
    plan, objective, lower
        The best plan, its objective on every scenario, and a lower bound for all plans.
    learnt
        What the next question begins with.
    """

    instance: Instance
    plan: Plan
    objective: float
    lower: float
    learnt: Learnt = field(repr=False)

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
    bounds = Bounds(negligible=negligible_cost(instance))
    bounds.raise_lower(lower, SOURCE)

    def interrupted() -> bool:
        return bounds.plan is not None and stop()

    engine = CutEngine(
        instance, ScenarioRisk(instance.model.objective, instance.probability),
        recourse=None if near is None else near.learnt.recourse_for(instance),
    )  # fmt: skip
    solver = BendersSolver(engine, bounds, gap=gap, interrupted=interrupted)
    solver.begin_with(known)
    if near is None:
        solver.run(relaxation(solver.parts))
    else:
        solver.run(warmed(solver.parts, near.learnt, growth))
    if thorough and not solver.done():
        _whole(solver)
    if bounds.plan is None:
        return None
    return Solved(instance, bounds.plan, bounds.upper, bounds.lower, Learnt.of(solver.parts))


def _whole(solver: BendersSolver) -> None:
    """Go on with the whole method."""
    solver.relax()
    if not solver.done() and SCIP:
        solver.grow_tree(60.0)
    while not solver.done():
        if not solver.improve(10.0):
            return
