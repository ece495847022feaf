"""Exact evaluation of plans on scenarios, in blocks over threads and MPI ranks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.core.errors import InputError
from robustev.data.plan import Plan
from robustev.evaluate.cost_accumulator import CostAccumulator, block_costs
from robustev.model.instance import Instance
from robustev.parallel.ordered import ordered_map
from robustev.recourse.recourse import Recourse

BLOCK = 16
"""Scenarios of one task; fixed, so that results do not depend on the number of workers."""
SHORT = 1e-7
"""Share of a scenario's demand below which an unserved remainder is rounding."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How one plan fares in every scenario of a set.

    Parameters
    ----------
    scenarios, probability
        Names of the scenarios and shape (scenarios,).
    infrastructure
        Weighted cost of stations and chargers, the same in every scenario.
    travel, penalty
        Shape (scenarios,): weighted travel cost; cost of unserved demand, infinite where that is
        forbidden.
    distance
        Shape (scenarios,): travel of all served units without its weight, ``sum_j D_j L_j``.
    demand, unserved
        Shape (scenarios, types), in demand units.
    flow
        Shape (arcs of the region,): expected units served, all types together.
    unserved_at
        Shape (zones, types): expected unserved units.
    capacity, load, peak_load
        Shape (sites, types): usable capacity, expected load, largest load of any scenario.
    """

    plan: Plan
    scenarios: tuple[str, ...]
    probability: FloatArray
    infrastructure: float
    travel: FloatArray
    penalty: FloatArray
    distance: FloatArray
    demand: FloatArray
    unserved: FloatArray
    flow: FloatArray
    unserved_at: FloatArray
    capacity: FloatArray
    load: FloatArray
    peak_load: FloatArray

    @property
    def cost(self) -> FloatArray:
        """Total cost in every scenario, shape (scenarios,)."""
        return self.infrastructure + self.travel + self.penalty

    @property
    def mean_cost(self) -> float:
        """Expected cost."""
        return float(self.probability @ self.cost)

    @property
    def unserved_share(self) -> float:
        """Expected unserved demand over expected demand, all types together."""
        demand = float(self.probability @ self.demand.sum(axis=1))
        return float(self.probability @ self.unserved.sum(axis=1)) / demand if demand else 0.0

    @property
    def short(self) -> FloatArray:
        """Whether some demand is left unserved, 1 or 0, shape (scenarios,)."""
        total = self.demand.sum(axis=1)
        return np.asarray(self.unserved.sum(axis=1) > SHORT * total, dtype=float)

    @property
    def utilisation(self) -> float | None:
        """Expected load over capacity of the whole network; None where capacity has no limit."""
        total = float(self.capacity.sum())
        return float(self.load.sum()) / total if total > 0 and np.isfinite(total) else None


def evaluate(
    instance: Instance,
    plans: Sequence[Plan],
    *,
    workers: int | None = None,
    comm: Any | None = None,
    done: Callable[[Evaluation], None] | None = None,
) -> list[Evaluation]:
    """Return the exact evaluation of every plan on the problem's scenarios.

    The result does not depend on the numbers of threads and ranks. Memory beyond the scenarios
    themselves does not grow with their number, but for some numbers per scenario.

    Parameters
    ----------
    problem
        Its region, model and scenarios say what is served, from where, at what cost; limits of
        its first stage are not asked for.
    workers, comm
        Threads, and the MPI ranks that all make this call; see :func:`ordered_map`.
    done
        Called with each plan's evaluation as soon as it is there.

    Raises
    ------
    InputError
        If a plan is for other sites or charger kinds.
    """
    for plan in plans:
        _check_shape(plan, instance)
    count = len(instance.scenarios)
    blocks = [slice(start, min(start + BLOCK, count)) for start in range(0, count, BLOCK)]
    tasks = [(number, rows) for number in range(len(plans)) for rows in blocks]
    sums = [CostAccumulator.empty(instance) for _ in plans]
    recourse = Recourse(instance)

    def block(task: tuple[int, slice]) -> CostAccumulator:
        """Return the sums of one plan on one block of scenarios."""
        return block_costs(recourse, plans[task[0]], task[1])

    results = ordered_map(block, tasks, workers=workers, comm=comm)
    found: list[Evaluation] = []
    for (number, rows), part in zip(tasks, results, strict=True):
        sums[number].join(part, rows)
        if rows.stop == count:
            found.append(_evaluation(instance, plans[number], sums[number]))
            if done is not None:
                done(found[-1])
    return found


def _evaluation(instance: Instance, plan: Plan, sums: CostAccumulator) -> Evaluation:
    """Return what sums over all scenarios say about a plan."""
    return Evaluation(
        plan=plan,
        scenarios=instance.scenarios.names,
        probability=instance.probability,
        infrastructure=instance.infrastructure_cost(plan),
        demand=np.asarray(instance.demand.sum(axis=1)),
        capacity=instance.capacity(plan),
        **vars(sums),
    )


def _check_shape(plan: Plan, instance: Instance) -> None:
    """Refuse a plan for other sites or charger kinds."""
    expected = (instance.num_sites, instance.num_kinds)
    if plan.chargers.shape != expected or plan.open.shape != expected[:1]:
        raise InputError(
            f"plan {plan.name!r} has {plan.chargers.shape[0]} sites and {plan.chargers.shape[1]} "
            f"charger kinds; the model has {expected[0]} and {expected[1]}"
        )
