"""Each scenario's own optimum, between two bounds: what perfect foresight would have cost."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np

from robustev.assess.input import ComparisonInput
from robustev.assess.statistics.intervals import Draws
from robustev.core.arrays import FloatArray, IntArray
from robustev.data.scenarios import ScenarioSet
from robustev.evaluate import Evaluation
from robustev.methods.wait_and_see import WaitAndSee, wait_and_see
from robustev.parallel import interrupt

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Optima:
    """Proven bounds on the optimum of some scenarios taken alone.

    Parameters
    ----------
    index
        Which scenarios of the set.
    lower, upper
        Shape (index,): bounds on the optimal cost ``z_s``; ``upper`` is that of a known plan.
    """

    index: IntArray
    lower: FloatArray
    upper: FloatArray

    @property
    def width(self) -> float:
        """Largest relative distance of the bounds."""
        size = np.maximum(np.abs(self.upper), 1e-12)
        return float(((self.upper - self.lower) / size).max(initial=0.0))


def chosen(scenarios: ScenarioSet, number: int, by_hand: frozenset[str]) -> IntArray:
    """Return ``number`` scenarios that stand for all: all, or the first of equally likely draws.

    None of them where the scenarios are weighted: a part of those would stand for nothing.
    """
    if number >= len(scenarios):
        return np.arange(len(scenarios))
    return np.flatnonzero(Draws.of(scenarios, by_hand).drawn)[:number]


def scenario_optima(
    case: ComparisonInput,
    scenarios: ScenarioSet,
    number: int,
    evaluations: list[Evaluation],
    by_hand: frozenset[str] = frozenset(),
) -> Optima | None:
    """Bound the optimum of ``number`` scenarios taken alone; None where there is none to bound.

    The upper bound is the cheaper of the solve's plan and the judged plans that obey the same
    limits. Scenarios without any plan are left out.

    Raises
    ------
    KeyboardInterrupt
        If someone asked to stop.
    """
    index = chosen(scenarios, number, by_hand)
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
    return Optima(index[kept], np.minimum(lower, upper)[kept], upper[kept])


def _alone(case: ComparisonInput, scenarios: ScenarioSet) -> WaitAndSee:
    """Return the brackets of the scenarios' own optima, by the comparison's gap and time limit."""
    seconds = case.serial_options().time_limit or np.inf
    with interrupt.listening():
        own = wait_and_see(
            case.instance(scenarios), gap=case.config.gap, seconds=seconds, comm=case.comm
        )
    if own.interrupted:
        raise KeyboardInterrupt
    return own


def obeys(case: ComparisonInput, name: str) -> bool:
    """Return whether a judged plan was made under the limits of the judging model."""
    model = next((c.model for c in case.candidates if c.name == name), None)
    if model is None:
        return False
    same = {"objective": case.judging.objective, "unserved_penalty": case.judging.unserved_penalty}
    return model.model_copy(update=same) == case.judging
