"""What every cylinder of one run knows."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from robustev.core.errors import SolverError
from robustev.methods.benders.engine import CutEngine
from robustev.methods.bounds import PROVEN, Bounds
from robustev.methods.hedging.exchange import Exchange
from robustev.methods.hedging.options import HedgingOptions
from robustev.methods.keeper import Keeper
from robustev.methods.result import StopRule
from robustev.model.instance import Instance
from robustev.model.risk import ScenarioRisk
from robustev.parallel import interrupt

logger = logging.getLogger(__name__)


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
    keeper: Keeper = field(default_factory=Keeper)
    infeasible: bool = False
    failure: str | None = None

    def out_of_time(self) -> bool:
        """Return whether the time limit has passed or someone asked to stop."""
        return self.bounds.seconds > self.stop.seconds or interrupt.requested()

    def engine(self) -> CutEngine:
        """Return a new separation of cuts, whose evaluations end once time is up."""
        return CutEngine(
            self.instance, self.risk, workers=self.workers,
            left=lambda: self.bounds.seconds_left(self.stop),
        )  # fmt: skip

    def done(self) -> bool:
        """Return whether this rank knows of a reason to stop."""
        proven = self.bounds.gap <= max(self.stop.gap, PROVEN)
        return self.infeasible or proven or self.out_of_time() or self.failed()

    def failed(self) -> bool:
        """Return whether something went wrong on this rank, or is known to have on another."""
        if self.failure is None:
            self.failure = self.exchange.receive_failure()
        return self.failure is not None

    def fail(self, error: BaseException) -> None:
        """Note what went wrong on this rank, and tell the others."""
        message = f"{self.exchange.label}{type(error).__name__}: {error}"
        logger.error("hedging, %s", message, exc_info=not isinstance(error, SolverError))
        self.exchange.share_failure(message)
        self.failure = message
