"""Options of progressive hedging."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from robustev.core.settings import Settings


class HedgingOptions(Settings):
    """Progressive hedging by mpi-sppy; every default is chosen by the engine."""

    form: Literal["auto", "projected", "explicit"] = "auto"
    """projected: first stage, one cost-to-go variable, cuts; explicit: all assignment variables."""
    rho: float | None = Field(None, gt=0)
    """Penalty factor, as a multiple of each variable's own cost; absent lets the engine choose."""
    max_iterations: int = Field(200, ge=1)
    """Most progressive hedging iterations."""
    subproblem_gap: float = Field(1e-3, ge=0)
    """Relative gap to which scenario subproblems are solved, no smaller than that of the plan."""
