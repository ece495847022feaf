"""The queues of a plan: who arrives where in the peak hour of every scenario."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.core.erlang import late_share, mean_wait
from robustev.core.errors import ConfigError, FaultCollector
from robustev.data.plan import Plan
from robustev.model.features.waiting import MINUTES, Waiting
from robustev.model.instance import Instance
from robustev.model.options import ModelOptions
from robustev.recourse.recourse import Dispatch, Recourse


@dataclass(frozen=True, eq=False)
class Queues:
    """Every queue of a plan: the chargers of one kind at a site, for one demand type.

    Parameters
    ----------
    site, kind, of_type, chargers
        Shape (queues,): where it is, of which kind and demand type, and how many chargers.
    service
        Shape (queues,): mean minutes at a charger.
    rate
        Shape (scenarios, queues): sessions an hour in the peak hour.
    """

    site: IntArray
    kind: IntArray
    of_type: IntArray
    chargers: IntArray
    service: FloatArray
    rate: FloatArray

    def __len__(self) -> int:
        return len(self.site)

    @cached_property
    def busiest(self) -> IntArray:
        """The scenario in which most drivers come to each queue, shape (queues,).

        At the same chargers the wait rises with the arrivals, so that a promise which is kept there
        is kept in every scenario.
        """
        return np.asarray(np.argmax(self.rate, axis=0))

    def expected(self, scenario: int, queue: int, promise: Waiting) -> float:
        """Return what is promised of a queue by Erlang's formula: mean wait, or late share."""
        service, n = float(self.service[queue]), int(self.chargers[queue])
        load = float(self.rate[scenario, queue]) * service / MINUTES
        if promise.share is None:
            return service * mean_wait(n, load)
        return late_share(n, load, promise.minutes / service)


def queues_of(instance: Instance, plan: Plan, promise: Waiting) -> tuple[Queues, list[Dispatch]]:
    """Return the queues of a plan, and how each scenario is served at least cost.

    A site's load of a type is shared by its kinds of chargers in proportion to their capacities.

    Raises
    ------
    ConfigError
        If the promise cannot be asked of the region: see :meth:`Waiting.check`.
    """
    faults = FaultCollector()
    promise.check(instance.region, faults)
    faults.raise_if_any(ConfigError)
    region, recourse = instance.region, Recourse(instance)
    flows = [recourse.dispatch(plan, s) for s in range(len(instance.scenarios))]
    load = np.array([_load(flow, instance) for flow in flows])  # scenarios x sites x types
    found = list(_places(instance, plan))
    site, kind, of_type = (np.array(part, dtype=np.int64) for part in zip(*found, strict=True))
    own = np.array([_capacity(instance, int(plan.chargers[i, r]), r, k) for i, r, k in found])
    whole = np.zeros((instance.num_sites, instance.num_types))
    np.add.at(whole, (site, of_type), own)
    each = np.array(
        [promise.sessions_an_hour(region.kinds[r], region.types[k]) for _, r, k in found]
    )
    names = [region.kinds[r].name for r in kind]
    queues = Queues(
        site, kind, of_type, plan.chargers[site, kind],
        np.array([promise.service_of(name) for name in names]),
        load[:, site, of_type] * (own / whole[site, of_type] * each),
    )  # fmt: skip
    return queues, flows


def _places(instance: Instance, plan: Plan) -> Iterator[tuple[int, int, int]]:
    """Yield site, kind and type of every queue."""
    for i, r in np.argwhere(plan.chargers > 0):
        for k in np.flatnonzero(instance.charger_capacity[r] > 0):
            yield int(i), int(r), int(k)


def _capacity(instance: Instance, chargers: int, kind: int, of_type: int) -> float:
    if instance.charger_table is None:
        return chargers * float(instance.charger_capacity[kind, of_type])
    within = min(chargers, len(instance.charger_table) - 1)
    return float(instance.charger_table[within, kind, of_type])


def _load(flow: Dispatch, instance: Instance) -> FloatArray:
    load = np.zeros((instance.num_sites, instance.num_types))
    np.add.at(load, (flow.site, flow.type), flow.amount)
    return load


def promise_of(model: ModelOptions) -> Waiting | None:
    """Return the promise on waiting among the rules of a model."""
    return next((part for part in model.parts if isinstance(part, Waiting)), None)
