"""``auto``: the method that should be quickest."""

from __future__ import annotations

from robustev.methods.base import METHODS, Effort, Method, SolveRun
from robustev.methods.estimate import forecast
from robustev.methods.result import SolveResult
from robustev.methods.size import InstanceSize
from robustev.model.instance import Instance


@METHODS.add
class AutoMethod(Method):
    """Takes the cheapest of the others by forecast."""

    name = "auto"
    title = "by forecast"
    only_chooses = True

    def choose(self, instance: Instance, gap: float) -> tuple[Method, str]:
        """Return the method that should take the least time, and the forecast in words."""
        ahead = forecast(instance, gap)
        return METHODS[ahead.cheapest], ahead.reason()

    def estimate(self, size: InstanceSize, gap: float) -> Effort | None:
        """Return None: it takes what the chosen method takes."""
        return None

    def solve(self, run: SolveRun) -> SolveResult:
        """Solve by the method that it chooses."""
        return self.choose(run.instance, run.stop.gap)[0].solve(run)
