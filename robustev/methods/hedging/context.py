"""What every cylinder of one run knows."""

from __future__ import annotations

from dataclasses import dataclass

from robustev.methods.bounds import PROVEN, Bounds
from robustev.methods.hedging.exchange import Exchange
from robustev.methods.hedging.options import HedgingOptions
from robustev.methods.result import StopRule
from robustev.model.instance import Instance
from robustev.model.risk import ScenarioRisk
from robustev.parallel import interrupt


@dataclass
class Context:
    """One rank's share of a hedging run: the problem, its own bounds, and the post office."""

    instance: Instance
    risk: ScenarioRisk
    stop: StopRule
    options: HedgingOptions
    bounds: Bounds
    exchange: Exchange
    workers: int = 1
    infeasible: bool = False

    def out_of_time(self) -> bool:
        """Return whether the time limit has passed or someone asked to stop."""
        return self.bounds.seconds > self.stop.seconds or interrupt.requested()

    def done(self) -> bool:
        """Return whether this rank knows of a reason to stop."""
        return (
            self.infeasible or self.bounds.gap <= max(self.stop.gap, PROVEN) or self.out_of_time()
        )
