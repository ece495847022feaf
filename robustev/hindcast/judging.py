"""What a plan cost in the year that came: exactly, with every zone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import BoolArray, FloatArray
from robustev.evaluate.evaluation import Evaluation, evaluate
from robustev.hindcast.plans import MadePlan
from robustev.hindcast.problem import Problem
from robustev.model.instance import Instance


@dataclass(frozen=True, eq=False)
class Judgement:
    """How one plan fared. Costs are in km of travel a unit of the demand that came.

    Parameters
    ----------
    cost
        Chargers, travel and unserved demand together.
    unserved
        Share of demand.
    worst_zone
        Largest share left unserved in a zone.
    cost_counted
        Cost with the travel and unserved demand of counted zones only, a unit of their demand.
    unserved_at
        Shape (zones,): share left unserved.
    """

    cost: float
    infrastructure: float
    travel: float
    unserved: float
    worst_zone: float
    cost_counted: float
    unserved_at: FloatArray


def judge_plans(
    problem: Problem, plans: list[MadePlan], came: FloatArray, estimated: BoolArray
) -> list[Judgement]:
    """Return how plans fared with the people who came, shape (zones,).

    ``estimated``, shape (zones,), says whose figure is no count.
    """
    instance = problem.judged(came)
    found = evaluate(instance, [one.plan for one in plans], workers=1)
    return [_judgement(instance, one, came * problem.per_person, estimated) for one in found]


def _judgement(
    instance: Instance, one: Evaluation, demand: FloatArray, estimated: BoolArray
) -> Judgement:
    total = float(demand.sum())
    counted = ~estimated
    arcs = instance.region.arcs
    travel_at = np.bincount(arcs.zone, one.flow * arcs.cost, instance.region.num_zones)
    left = one.unserved_at[:, 0]
    penalty = float(one.penalty[0]) / max(float(left.sum()), 1e-300)
    own = float(demand[counted].sum())
    counted_cost = float(travel_at[counted].sum() + penalty * left[counted].sum())
    share = np.divide(left, demand, out=np.zeros_like(left), where=demand > 0)
    return Judgement(
        cost=float(one.cost[0]) / total,
        infrastructure=one.infrastructure / total,
        travel=float(one.travel[0]) / total,
        unserved=float(left.sum()) / total,
        worst_zone=float(share.max()),
        cost_counted=(one.infrastructure / total + counted_cost / own) if own > 0 else np.nan,
        unserved_at=np.asarray(np.round(share, 6), dtype=np.float64),
    )
