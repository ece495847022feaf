"""Sums over a block of scenarios: what one plan costs there, who is served from where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import FloatArray
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
        Shape (sites, zones): served units times probability, summed over scenarios and types.
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
        """Return a tally with room for the problem's scenarios."""
        count, zones, types = instance.demand.shape
        sites = instance.num_sites
        return cls(
            travel=np.zeros(count),
            penalty=np.zeros(count),
            distance=np.zeros(count),
            unserved=np.zeros((count, types)),
            flow=np.zeros((sites, zones)),
            unserved_at=np.zeros((zones, types)),
            load=np.zeros((sites, types)),
            peak_load=np.zeros((sites, types)),
        )

    def take(self, row: int, dispatch: Dispatch, probability: float, travel: FloatArray) -> None:
        """Enter one scenario; ``travel`` is unweighted, shape (sites, zones)."""
        sites, zones = self.flow.shape
        types = self.load.shape[1]
        self.travel[row] = dispatch.travel
        self.penalty[row] = dispatch.unserved_cost
        self.distance[row] = dispatch.amount @ travel[dispatch.site, dispatch.zone]
        self.unserved[row] = dispatch.unserved.sum(axis=0)
        arc = dispatch.site * zones + dispatch.zone
        amounts = np.bincount(arc, dispatch.amount, minlength=sites * zones)
        self.flow += probability * amounts.reshape(sites, zones)
        self.unserved_at += probability * dispatch.unserved
        use = dispatch.site * types + dispatch.type
        load = np.bincount(use, dispatch.amount, minlength=sites * types).reshape(sites, types)
        self.load += probability * load
        np.maximum(self.peak_load, load, out=self.peak_load)

    def join(self, part: CostAccumulator, rows: slice) -> None:
        """Enter the tally of a block of scenarios, which takes the given rows."""
        for name in ("travel", "penalty", "distance", "unserved"):
            getattr(self, name)[rows] = getattr(part, name)
        for name in ("flow", "unserved_at", "load"):
            getattr(self, name)[...] += getattr(part, name)
        np.maximum(self.peak_load, part.peak_load, out=self.peak_load)


def tally_block(instance: Instance, plan: Plan, rows: slice) -> CostAccumulator:
    """Return the tally of ``plan`` over the scenarios in ``rows``.

    The block has its own recourse, so that its result does not depend on what ran before it.
    """
    index = np.arange(len(instance.scenarios))[rows]
    part = instance.subset(index)
    recourse, tally = Recourse(part), CostAccumulator.empty(part)
    for row, scenario in enumerate(index):
        probability = float(instance.probability[scenario])
        tally.take(row, recourse.dispatch(plan, row), probability, instance.region.travel)
    return tally
