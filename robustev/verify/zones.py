"""Cuts zone by zone where capacity never binds, derived a second time.

Every zone then has its own cheapest open site, and the mean of its demand is all that an expected
cost asks of the scenarios: with a cost-to-go for each zone, capacity has no price and

    theta_j >= sum_k E[D_jk] (v_jk - sum_i x_i (v_jk - t_ij)^+)     for every v_k <= q_k.
"""

from __future__ import annotations

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.model.instance import Instance
from robustev.verify.first_stage import num_columns
from robustev.verify.master import Cut
from robustev.verify.prices import Affine
from robustev.verify.service import forbidding
from robustev.verify.tariff import Tariff

SHORT = 1e-6
"""Share of a zone that may lack open sites within reach through rounding."""


def never_binds(instance: Instance) -> bool:
    """Return whether each fixed capacity holds whatever any scenario may send to its site.

    False also where types share one split and cost different penalties, since what is then best
    for a zone depends on its mix of types.
    """
    mixed = instance.model.split == "shared" and len(set(instance.unserved_price)) > 1
    arrivals = np.einsum("ij,sjk->sik", instance.reachable.astype(float), instance.demand)
    return not mixed and bool((arrivals <= instance.fixed_capacity).all())


class ZoneSeparator:
    """Finds the best cuts of every zone at a point, and those that its demand be within reach."""

    def __init__(self, instance: Instance) -> None:
        finite = np.where(
            np.isinf(instance.unserved_price), forbidding(instance), instance.unserved_price
        )
        zones = np.ones(instance.num_zones)
        self.tariffs = [Tariff(instance.travel_cost, penalty * zones) for penalty in finite]
        self.demand = np.tensordot(instance.probability, instance.demand, axes=1)
        self.num_columns = num_columns(instance)
        self.num_theta = instance.num_zones
        self.num_fresh = 0
        self.expected = True
        rationed = instance.demand[:, :, np.isinf(instance.unserved_price)] > 0
        wanted = rationed.any(axis=(0, 2))
        self.within_reach = np.unique(instance.reachable[:, wanted].T.astype(float), axis=0)

    def cuts_at(self, z: FloatArray) -> list[Cut]:
        """Return one cut per zone, sharp at ``z``, and those against shortage that it violates."""
        sites = self.within_reach.shape[1]
        x = z[:sites]
        constant = np.zeros(self.num_theta)
        slope = np.zeros((self.num_theta, self.num_columns))
        for tariff, demand in zip(self.tariffs, self.demand.T, strict=True):
            v = tariff.zone_value(x)
            constant += demand * v
            slope[:, :sites] -= (demand * np.maximum(v - tariff.cost, 0.0)).T
        cuts = [Cut(Affine(float(constant[j]), slope[j]), j) for j in range(self.num_theta)]
        missed = self.within_reach[self.within_reach @ x < 1.0 - SHORT]
        rest = np.zeros(len(z) - sites)
        return cuts + [Cut(Affine(1.0, -np.append(reach, rest)), None) for reach in missed]

    def heaviest(self, z: FloatArray) -> IntArray:
        """Return no scenario: none would teach more."""
        return np.zeros(0, dtype=np.int64)

    def refresh(self, z: FloatArray, scenarios: IntArray, end: float) -> None:
        """Do nothing: no capacity has a price to be found."""
