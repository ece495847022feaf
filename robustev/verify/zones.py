"""Cuts zone by zone where capacity never binds, derived a second time.

Every zone then has its own cheapest open site, and the mean of its demand is all that an expected
cost asks of the scenarios: with a cost-to-go for each zone, capacity has no price and

    theta_j >= sum_k E[D_jk] (v_jk - sum_i x_i (v_jk - t_ij)^+)     for every v_k <= q_k.
"""

from __future__ import annotations

import numpy as np

from robustev.core.arrays import BoolArray, FloatArray, IntArray
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
    if mixed or np.isinf(instance.fixed_capacity).all():
        return not mixed
    site, zone = instance.arcs.site, instance.arcs.zone
    for k, capacity in enumerate(instance.fixed_capacity.T):
        for demand in instance.demand[:, :, k]:
            if (np.bincount(site, demand[zone], instance.num_sites) > capacity).any():
                return False
    return True


class ZoneSeparator:
    """Finds the best cuts of every zone at a point, and those that its demand be within reach."""

    def __init__(self, instance: Instance) -> None:
        finite = np.where(
            np.isinf(instance.unserved_price), forbidding(instance), instance.unserved_price
        )
        zones, arcs = np.ones(instance.num_zones), instance.arcs
        self.tariffs = [
            Tariff(arcs.site, arcs.zone, arcs.cost, penalty * zones) for penalty in finite
        ]
        self.demand = np.tensordot(instance.probability, instance.demand, axes=1)
        self.num_columns = num_columns(instance)
        self.num_theta = instance.num_zones
        self.num_fresh = 0
        self.expected = True
        rationed = instance.demand[:, :, np.isinf(instance.unserved_price)] > 0
        wanted = np.asarray(rationed.any(axis=(0, 2)))
        self.within_reach = _within_reach(instance, wanted)

    def cuts_at(self, z: FloatArray) -> list[Cut]:
        """Return one cut per zone, sharp at ``z``, and those against shortage that it violates."""
        sites = self.within_reach.shape[1]
        x = z[:sites]
        constant = np.zeros(self.num_theta)
        slope = np.zeros((self.num_theta, self.num_columns))
        for tariff, demand in zip(self.tariffs, self.demand.T, strict=True):
            v = tariff.zone_value(x)
            constant += demand * v
            gain = np.maximum(v[tariff.zone] - tariff.cost, 0.0)
            slope[tariff.zone, tariff.site] -= demand[tariff.zone] * gain
        cuts = [Cut(Affine(float(constant[j]), slope[j]), j) for j in range(self.num_theta)]
        missed = self.within_reach[self.within_reach @ x < 1.0 - SHORT]
        rest = np.zeros(len(z) - sites)
        return cuts + [Cut(Affine(1.0, -np.append(reach, rest)), None) for reach in missed]

    def heaviest(self, z: FloatArray) -> IntArray:
        """Return no scenario: none would prove more."""
        return np.zeros(0, dtype=np.int64)

    def refresh(self, z: FloatArray, scenarios: IntArray, end: float) -> None:
        """Do nothing: no capacity has a price to be found."""


def _within_reach(instance: Instance, wanted: BoolArray) -> FloatArray:
    """Return the different sets of sites within reach of a wanted zone, 1 or 0, (sets, sites)."""
    number = np.cumsum(wanted) - 1
    some = wanted[instance.arcs.zone]
    reach = np.zeros((int(wanted.sum()), instance.num_sites))
    reach[number[instance.arcs.zone[some]], instance.arcs.site[some]] = 1.0
    return np.unique(reach, axis=0)
