"""``ph``: progressive hedging by mpi-sppy."""

from __future__ import annotations

from robustev.methods import rates
from robustev.methods.base import METHODS, Effort, Method, SolveRun
from robustev.methods.result import SolveResult
from robustev.methods.size import InstanceSize


@METHODS.add
class HedgingMethod(Method):
    """A hub that hedges, with an outer-bound and an inner-bound cylinder beside it."""

    name = "ph"
    title = "progressive hedging"
    is_parallel = True
    usual_ranks = 3

    def estimate(self, size: InstanceSize, gap: float) -> Effort:
        """Return what solving to a relative ``gap`` should take."""
        return Effort(rates.seconds_hedging(size, gap), rates.gigabytes_projected(size))

    def solve(self, run: SolveRun) -> SolveResult:
        """Solve on all ranks of the run; mpi-sppy is loaded here."""
        from robustev.methods.hedging.wheel import solve_hedging  # noqa: PLC0415

        return solve_hedging(run)
