"""How large a problem is, and whether it fits into one model."""

from __future__ import annotations

from robustev.problem import Problem

MAX_EXTENSIVE_ARCS = 30_000
"""Assignment variables over all scenarios up to which the extensive form is taken."""


def num_arcs(problem: Problem) -> int:
    """Return the number of assignment variables over all scenarios."""
    return int(problem.reachable.sum()) * len(problem.scenarios)


def fits_one_model(problem: Problem) -> bool:
    """Return whether one model of all scenarios is small enough to be solved as it is."""
    return num_arcs(problem) <= MAX_EXTENSIVE_ARCS
