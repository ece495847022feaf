"""Options of the solution methods."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from robustev.core.settings import Settings

PARALLEL_METHODS = ("ph", "benders")
"""Methods that make one plan on several MPI ranks; any other runs on one."""


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


class SolveOptions(Settings):
    """How to solve: the method, and when to stop."""

    method: Literal["auto", "ef", "ph", "benders"] = "auto"
    """ef: extensive form; ph: progressive hedging; benders: shared cuts; auto: by forecast."""
    gap: float = Field(0.01, ge=0)
    """Stop at this proven relative gap."""
    time_limit: float | None = Field(None, gt=0)
    """Stop after this many seconds; absent for no limit."""
    iteration_limit: int | None = Field(None, ge=1)
    """Stop after this many iterations of the method; absent for no limit."""
    ranks: int | Literal["auto"] = "auto"
    """MPI ranks for ``ph`` and ``benders``: 1 stays on one rank; auto uses all that mpiexec
    started, and without mpiexec starts three for ``ph`` and one, with threads, for ``benders``."""
    ph: HedgingOptions = HedgingOptions()
    """Options of progressive hedging."""
