"""Sums over a block of scenarios: what one plan costs there, who is served from where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.data.arcs import Arcs
from robustev.data.plan import Plan
from robustev.model.instance import Instance
from robustev.recourse.recourse import Dispatch, Recourse


@dataclass(eq=False)
class CostAccumulator:
    """What a plan does in some scenarios.

    Parameters
    ----------
    travel, penalty, distance
        Shape (scenarios,): weighted travel cost, cost of the unserved, and travel of all served
        units without its weight (``sum_j D_j L_j``).
    unserved
        Shape (scenarios, types), in demand units.
    flow
        Shape (arcs of the region,): served units times probability, summed over scenarios and
        types.
    unserved_at, load
        Shapes (zones, types) and (sites, types), likewise.
    peak_load
        Shape (sites, types): the largest load of any scenario.
    """

    travel: FloatArray
    penalty: FloatArray
    distance: FloatArray
    unserved: FloatArray
    flow: FloatArray
    unserved_at: FloatArray
    load: FloatArray
    peak_load: FloatArray

    @classmethod
    def empty(cls, instance: Instance) -> CostAccumulator:
        """Return sums of nothing, with room for the problem's scenarios."""
        return cls.of_some(instance, len(instance.scenarios))

    @classmethod
    def of_some(cls, instance: Instance, count: int) -> CostAccumulator:
        """Return sums of nothing, with room for ``count`` scenarios."""
        sites, zones, types = instance.num_sites, instance.num_zones, instance.num_types
        return cls(
            travel=np.zeros(count),
            penalty=np.zeros(count),
            distance=np.zeros(count),
            unserved=np.zeros((count, types)),
            flow=np.zeros(len(instance.region.arcs)),
            unserved_at=np.zeros((zones, types)),
            load=np.zeros((sites, types)),
            peak_load=np.zeros((sites, types)),
        )

    def take(self, row: int, dispatch: Dispatch, probability: float, arcs: Arcs) -> None:
        """Enter one scenario; ``arcs`` are the region's, at unweighted costs."""
        sites, types = self.load.shape
        arc = arcs.index(dispatch.zone, dispatch.site)
        self.travel[row] = dispatch.travel
        self.penalty[row] = dispatch.unserved_cost + dispatch.further  # infinite for no service
        self.distance[row] = dispatch.amount @ arcs.cost[arc]
        self.unserved[row] = dispatch.unserved.sum(axis=0)
        np.add.at(self.flow, arc, probability * dispatch.amount)
        self.unserved_at += probability * dispatch.unserved
        use = dispatch.site * types + dispatch.type
        load = np.bincount(use, dispatch.amount, minlength=sites * types).reshape(sites, types)
        self.load += probability * load
        np.maximum(self.peak_load, load, out=self.peak_load)

    def join(self, part: CostAccumulator, rows: slice) -> None:
        """Enter the sums of a block of scenarios, which takes the given rows."""
        for name in ("travel", "penalty", "distance", "unserved"):
            getattr(self, name)[rows] = getattr(part, name)
        for name in ("flow", "unserved_at", "load"):
            getattr(self, name)[...] += getattr(part, name)
        np.maximum(self.peak_load, part.peak_load, out=self.peak_load)


def block_costs(recourse: Recourse, plan: Plan, rows: slice) -> CostAccumulator:
    """Return the sums of ``plan`` over the scenarios in ``rows``."""
    instance = recourse.instance
    index = range(len(instance.scenarios))[rows]
    found = CostAccumulator.of_some(instance, len(index))
    for row, scenario in enumerate(index):
        probability = float(instance.probability[scenario])
        found.take(row, recourse.dispatch(plan, scenario), probability, instance.region.arcs)
    return found
