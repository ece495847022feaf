"""Second-stage cost where capacity never binds: every zone is served from its cheapest open site.

The expected cost is then a sum over zones, whatever the number of scenarios: demand enters by its
mean alone. A zone of expected cost ``c_i`` from site i, left unserved at ``q``, costs

    f(x) = min(q, min of c_i over open i)  =  max over v <= q of  v - sum_i (v - c_i)^+ x_i

for whole x; the right-hand side is convex in x, and each v gives a cut (Cornuejols, Fisher and
Nemhauser 1977; Fischetti, Ljubic and Sinnl 2017; Duran-Mateluna, Ales and Elloumi 2023).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.model.instance import Instance
from robustev.recourse.networks.dense import DenseNetwork

AMPLE = 1.0 + 1e-9
"""Capacity over the most demand that can come from which on it never binds."""
MAX_PAIRS = 50_000_000
"""Zone-site pairs of the largest instance: costs are kept as a matrix, of 0.4 GB at this size."""


@dataclass(frozen=True, eq=False)
class UncapacitatedRecourse:
    """What it costs to serve each customer from each site.

    A customer is a zone's demand, of all types that cost the same when unserved.

    Parameters
    ----------
    cost
        Shape (sites, customers): expected cost of serving a customer, at most ``ceiling``.
    ceiling
        Shape (customers,): expected cost of leaving it unserved; where that is forbidden, the cost
        from the farthest site within reach.
    needed
        Shape (sets, sites): sets of sites one of which must be open, so that all that must be
        served can be.
    """

    cost: FloatArray
    ceiling: FloatArray
    needed: BoolArray

    @property
    def num_customers(self) -> int:
        """Number of customers."""
        return len(self.ceiling)

    def serves(self, is_open: BoolArray) -> bool:
        """Return whether the open sites reach all that must be served."""
        return bool((self.needed @ is_open).all())

    def total(self, is_open: BoolArray) -> float:
        """Return the expected cost; infinite where something must be served and cannot be."""
        return float(self.two_cheapest(is_open)[0].sum()) if self.serves(is_open) else np.inf

    def two_cheapest(self, is_open: BoolArray) -> tuple[FloatArray, FloatArray]:
        """Return each customer's cost from the cheapest and from the next open site."""
        options = np.vstack([self.cost[is_open], self.ceiling, self.ceiling])
        two = np.partition(options, 1, axis=0)
        return two[0], two[1]

    def thresholds(self, x: FloatArray) -> FloatArray:
        """Return the ``v`` of the best cuts at openings ``x``, whole or not, shape (customers,)."""
        return self._network.zone_values(np.zeros(len(x)), x)

    def costs(self, v: FloatArray, x: FloatArray) -> FloatArray:
        """Return what the cuts of ``v`` prove at openings ``x``, shape (customers,)."""
        return self._network.unit_costs(np.zeros(len(x)), v, x)

    @property
    def _network(self) -> DenseNetwork:
        return DenseNetwork(self.cost, self.ceiling)

    def savings(self, v: FloatArray, customers: IntArray, sites: IntArray) -> csr_array:
        """Return ``(v - c_i)^+`` of some customers, shape (some, all sites), for one ``v`` each.

        Only those of some ``sites``, which ascend; the others are taken to be closed.
        """
        saved = v[:, None] - self.cost[np.ix_(sites, customers)].T
        found = csr_array(np.maximum(saved, 0.0, out=saved))
        shape = (len(customers), len(self.cost))
        return csr_array((found.data, sites[found.indices], found.indptr), shape=shape)


def goes_to_nearest(instance: Instance) -> bool:
    """Return whether every customer of ``instance`` is best served from its cheapest open site.

    So it is where the fixed capacity of every site holds all that any scenario may send there.
    Types that share one split must also cost the same when unserved.
    """
    if not instance.has_plain_second_stage:
        return False
    if instance.model.split == "shared" and len(np.unique(instance.unserved_price)) > 1:
        return False
    if np.isinf(instance.fixed_capacity).all():
        return True
    arcs = instance.arcs
    return all(
        bool((instance.fixed_capacity[:, k] >= AMPLE * arcs.site_sum(demand[arcs.zone, k])).all())
        for demand in instance.demand  # as a rule the first of them tells
        for k in range(instance.num_types)
    )


def uncapacitated_recourse(instance: Instance) -> UncapacitatedRecourse | None:
    """Return the expected second stage, None where :func:`goes_to_nearest` fails.

    None also where costs as a matrix would take too much room.
    """
    if instance.num_sites * instance.num_zones > MAX_PAIRS or not goes_to_nearest(instance):
        return None
    penalties, which = np.unique(instance.unserved_price, return_inverse=True)
    expected = np.tensordot(instance.probability, instance.demand, axes=1)
    travel = instance.arcs.matrix()
    parts = [
        _customers(travel, expected[:, which == p].sum(axis=1), float(penalty))
        for p, penalty in enumerate(penalties)
    ]
    wanted = (instance.demand[:, :, np.isinf(instance.unserved_price)] > 0).any(axis=(0, 2))
    return UncapacitatedRecourse(
        cost=np.hstack([cost for cost, _ in parts]),
        ceiling=np.concatenate([ceiling for _, ceiling in parts]),
        needed=np.unique(np.isfinite(travel[:, wanted]).T, axis=0),
    )


def _customers(
    travel: FloatArray, demand: FloatArray, penalty: float
) -> tuple[FloatArray, FloatArray]:
    """Return costs and ceilings of the zones that have any demand."""
    zones = np.flatnonzero(demand > 0)
    travel, demand = travel[:, zones], demand[zones]
    if np.isinf(penalty):
        reached = np.where(np.isfinite(travel), travel, -np.inf).max(axis=0, initial=0.0)
        ceiling = np.asarray(reached)
    else:
        ceiling = np.full(len(zones), penalty)
    return np.minimum(travel, ceiling) * demand, ceiling * demand
