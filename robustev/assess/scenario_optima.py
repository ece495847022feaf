"""Each scenario's own optimum, between two bounds: what perfect foresight would have cost."""

from __future__ import annotations

import logging

import numpy as np

from robustev.assess.input import ComparisonInput
from robustev.assess.statistics.intervals import Draws
from robustev.core.arrays import IntArray
from robustev.data.scenarios import ScenarioSet
from robustev.evaluate import Evaluation
from robustev.methods.wait_and_see import ScenarioOptima, wait_and_see
from robustev.parallel import interrupt

logger = logging.getLogger(__name__)


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
