"""``ef``: the extensive form."""

from __future__ import annotations

from robustev.methods import rates
from robustev.methods.base import METHODS, Effort, Method, SolveRun
from robustev.methods.result import SolveResult
from robustev.methods.size import InstanceSize, num_effective
from robustev.model.instance import Instance


@METHODS.add
class ExtensiveFormMethod(Method):
    """All scenarios in one model, or those that decide the risk measure."""

    name = "ef"
    title = "extensive form"

    def decided_by_few(self, instance: Instance, num_ranks: int) -> bool:
        """Return whether it solves on the few scenarios that decide the risk measure."""
        return num_effective(instance) < len(instance.scenarios)

    def estimate(self, size: InstanceSize, gap: float) -> Effort:
        """Return what solving to a relative ``gap`` should take."""
        return Effort(rates.seconds_extensive(size, gap), rates.gigabytes_explicit(size))

    def solve(self, run: SolveRun) -> SolveResult:
        """Solve through mpi-sppy and HiGHS, which are loaded here."""
        from robustev.methods.extensive import solve_extensive  # noqa: PLC0415
        from robustev.methods.scenario_generation import scenario_generation  # noqa: PLC0415

        if self.decided_by_few(run.instance, run.num_ranks):
            return scenario_generation(run, solve_extensive)
        return solve_extensive(run)
