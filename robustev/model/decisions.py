"""Who decides what, and knowing what: the first-stage columns of each node of the scenario tree.

Nonanticipativity: a column takes one value in all scenarios that come through its node. With one
phase there is one node, at which everything is decided before anything is seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatch

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.model.first_stage import first_stage
from robustev.model.instance import Instance


@dataclass(frozen=True, eq=False)
class Decision:
    """What is decided at one node.

    Parameters
    ----------
    parent
        Place of the decision before; -1 at the first.
    columns
        The first-stage columns that are decided here.
    scenarios
        Those that come through here.
    probability
        Theirs, together.
    """

    parent: int
    columns: IntArray
    scenarios: IntArray
    probability: float


@singledispatch
def decisions(instance: Instance) -> tuple[Decision, ...]:
    """Return the decisions of an instance, earlier ones first: one, unless it has a tree."""
    everyone = np.arange(len(instance.scenarios))
    return (Decision(-1, np.arange(first_stage(instance).num_columns), everyone, 1.0),)


def scenario_infrastructure(
    instance: Instance, of: Sequence[Decision], scenario: int
) -> tuple[FloatArray, float]:
    """Return what each column costs in one scenario, and the cost that no column changes.

    Columns of decisions that the scenario does not come through cost nothing there; the mean over
    scenarios is the cost in the first stage.
    """
    first = first_stage(instance)
    cost = np.zeros(first.num_columns)
    for decision in of:
        if scenario in decision.scenarios:
            cost[decision.columns] = first.cost[decision.columns] / decision.probability
    return cost, first.constant


def agreed(points: FloatArray, of: Sequence[Decision], probability: FloatArray) -> FloatArray:
    """Return scenarios' points, shape (scenarios, columns), with the columns of others filled in.

    Those that a scenario does not decide take the mean of those that do.
    """
    whole = points.copy()
    for decision in of:
        if len(decision.scenarios) == len(points):
            continue
        others = np.setdiff1d(np.arange(len(points)), decision.scenarios)
        weight = probability[decision.scenarios] / probability[decision.scenarios].sum()
        mean = weight @ points[np.ix_(decision.scenarios, decision.columns)]
        whole[np.ix_(others, decision.columns)] = mean
    return whole
