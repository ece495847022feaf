"""Where a Benders decomposition stands, and what one step of a strategy adds to that."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.data.plan import Plan
from robustev.methods.benders.engine import MasterCut
from robustev.methods.benders.master import MasterSolution

T = TypeVar("T")


@dataclass
class BendersState:
    """Where the decomposition stands; :class:`BendersSolver` alone writes it.

    Parameters
    ----------
    core
        Shape (columns,): the point of the relaxation near which cuts were last sought.
    incumbent
        Shape (columns,): the best plan.
    relaxed
        Best bound of the linear relaxation.
    iteration
        Solves of the master so far.
    points
        First-stage points along the relaxation, the last one nearest to its optimum.
    optima
        Optima of the relaxation on either side of a split.
    """

    core: FloatArray | None = None
    incumbent: FloatArray | None = None
    relaxed: float = -np.inf
    iteration: int = 0
    points: list[FloatArray] = field(default_factory=list)
    optima: list[MasterSolution] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Step:
    """What a strategy has found, for :class:`BendersSolver` to apply in this order.

    Parameters
    ----------
    source
        Who found it, for the trace.
    counts
        Whether it took one more solve of the master.
    bound
        A lower bound on the cost of every plan.
    relaxed
        A bound of the whole linear relaxation.
    cuts
        Cuts that join the master.
    point
        Shape (columns,): a point of the relaxation, kept for the certificate.
    core
        Shape (columns,): the new core point.
    optimum
        The relaxation's optimum on one side of a split.
    plan, objective
        A plan with its exact objective.
    drops
        Whether cuts that have long not been tight may leave the master.
    """

    source: str = ""
    counts: bool = False
    bound: float = -np.inf
    relaxed: float = -np.inf
    cuts: Sequence[MasterCut] = ()
    point: FloatArray | None = None
    core: FloatArray | None = None
    optimum: MasterSolution | None = None
    plan: Plan | None = None
    objective: float = np.inf
    drops: bool = False


Steps = Generator[Step, None, T]
"""A strategy under way: it yields what it finds, reads the state anew once that has been applied,
and returns what its caller wants to know."""
