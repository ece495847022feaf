"""``benders``: Benders decomposition on shared dual prices."""

from __future__ import annotations

from robustev.methods import rates
from robustev.methods.base import METHODS, Effort, Method, SolveRun, kept_if_it_fails
from robustev.methods.result import SolveResult
from robustev.methods.size import InstanceSize, num_effective
from robustev.model.instance import Instance


@METHODS.add
class BendersMethod(Method):
    """Shared cuts, serial or with scenarios solved on several MPI ranks."""

    name = "benders"
    title = "shared cuts"
    is_parallel = True
    # One: on one machine its threads do what ranks would.

    def decided_by_few(self, instance: Instance, num_ranks: int) -> bool:
        """Return whether to solve on few scenarios; several ranks rather share all of them."""
        return num_ranks == 1 and num_effective(instance) < len(instance.scenarios)

    def estimate(self, size: InstanceSize, gap: float) -> Effort:
        """Return what solving to a relative ``gap`` should take."""
        return Effort(rates.seconds_benders(size, gap), rates.gigabytes_projected(size))

    def solve(self, run: SolveRun) -> SolveResult:
        """Solve on all ranks of the run; the solvers are loaded here."""
        from robustev.methods.benders.solver import solve_benders  # noqa: PLC0415
        from robustev.methods.benders.worker_ranks import (  # noqa: PLC0415
            WorkerRanks,
            with_workers,
        )
        from robustev.methods.scenario_generation import scenario_generation  # noqa: PLC0415

        if self.decided_by_few(run.instance, run.num_ranks):
            return scenario_generation(run, solve_benders)

        def lead(ranks: WorkerRanks | None) -> SolveResult:
            return kept_if_it_fails(run, self.name, lambda: solve_benders(run, ranks))

        return with_workers(run.comm, run.instance, run.workers, lead)
