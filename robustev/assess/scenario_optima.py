"""Each scenario's own optimum, between two bounds: what perfect foresight would have cost."""

from __future__ import annotations

import logging
import threading
import time

import numpy as np

from robustev.assess.input import ComparisonInput
from robustev.assess.statistics.intervals import Draws
from robustev.core.arrays import IntArray
from robustev.data.scenarios import ScenarioSet
from robustev.evaluate import Evaluation
from robustev.methods.wait_and_see import ScenarioOptima, wait_and_see
from robustev.parallel import interrupt

logger = logging.getLogger(__name__)

KIND = "optima"
"""Of the parts that keep own optima."""


def chosen(scenarios: ScenarioSet, number: int, stress: frozenset[str]) -> IntArray:
    """Return ``number`` scenarios that stand for all: all, or the first of equally likely draws.

    None of them where the scenarios are weighted: a part of those would stand for nothing.
    """
    if number >= len(scenarios):
        return np.arange(len(scenarios))
    return np.flatnonzero(Draws.of(scenarios, stress).drawn)[:number]


def scenario_optima(
    case: ComparisonInput,
    scenarios: ScenarioSet,
    number: int,
    evaluations: list[Evaluation],
    stress: frozenset[str] = frozenset(),
) -> ScenarioOptima | None:
    """Bound the optimum of ``number`` scenarios taken alone; None where there is none to bound.

    The upper bound is the cheaper of the solve's plan and the judged plans that obey the same
    limits. Scenarios without any plan are left out.

    Raises
    ------
    KeyboardInterrupt
        If someone asked to stop.
    """
    index = chosen(scenarios, number, stress)
    if not len(index):
        return None
    own = _alone(case, scenarios.subset(index))
    lower, upper = own.lower, own.upper
    for one in evaluations:
        if obeys(case, one.plan.name):
            upper = np.minimum(upper, one.cost[index])
    kept = np.isfinite(lower) & np.isfinite(upper)
    if not kept.all():
        logger.warning("%d scenarios have no plan of their own", int((~kept).sum()))
    if not kept.any():
        return None
    return ScenarioOptima(index[kept], np.minimum(lower, upper)[kept], upper[kept])


def _alone(case: ComparisonInput, scenarios: ScenarioSet) -> ScenarioOptima:
    """Return the brackets of the scenarios' own optima, by the comparison's gap and time limit."""
    seconds = case.serial_options().time_limit or np.inf
    kept = _KeptBrackets(case, scenarios)
    with interrupt.listening():
        own = wait_and_see(
            case.instance(scenarios), gap=case.gap, seconds=seconds, comm=case.comm,
            known=kept.known, heard=kept.take,
        )  # fmt: skip
    kept.save()
    if own.interrupted:
        raise KeyboardInterrupt
    return own


class _KeptBrackets:
    """Brackets as they are found, kept from time to time for a comparison that goes on."""

    def __init__(self, case: ComparisonInput, scenarios: ScenarioSet) -> None:
        self.memory = case.memory
        self.content = (scenarios, case.judging, case.gap)
        parts = case.recalled(KIND, *self.content)
        shape = len(scenarios)
        self.lower, self.upper = np.full(shape, -np.inf), np.full(shape, np.inf)
        for part in parts:
            self.lower = np.maximum(self.lower, part["lower"])
            self.upper = np.minimum(self.upper, part["upper"])
        self.known = (self.lower.copy(), self.upper.copy()) if parts else None
        self._lock, self._saved = threading.Lock(), time.monotonic()

    def take(self, place: int, lower: float, upper: float) -> None:
        """Note the bracket of one scenario."""
        with self._lock:
            self.lower[place] = max(self.lower[place], lower)
            self.upper[place] = min(self.upper[place], upper)
            if self.memory is not None and self._is_time(self.memory.interval):
                self.save()

    def _is_time(self, interval: float) -> bool:
        return interrupt.requested() or time.monotonic() - self._saved >= interval

    def save(self) -> None:
        """Keep what is known."""
        if self.memory is not None:
            arrays = {"lower": self.lower, "upper": self.upper}
            self.memory.keep_arrays(KIND, *self.content, arrays=arrays)
            self._saved = time.monotonic()


def obeys(case: ComparisonInput, name: str) -> bool:
    """Return whether a judged plan was made under the limits of the judging model."""
    model = next((c.model for c in case.candidates if c.name == name), None)
    if model is None:
        return False
    same = {"objective": case.judging.objective, "unserved_penalty": case.judging.unserved_penalty}
    return model.model_copy(update=same) == case.judging
