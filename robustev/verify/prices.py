"""What dual prices prove about second-stage cost, derived a second time.

For one service, with ``c_ij`` the cost of serving zone j from site i at prices ``u >= 0`` and
``q_j`` that of leaving it unserved, weak duality gives for every ``v <= q``

    Q_s(x, C) >= sum_j v_j - sum_i x_i sum_j (v_j - c_ij)^+ - sum_ik u_ik C_ik(x, n).

``c_ij`` is ``D_j (t_ij + u_i)`` for one demand type, so that one ``v`` per unit serves every
scenario, and ``sum_k D_jk (t_ij + u_ik)`` for types that share one split. Nothing but ``u`` is
taken from elsewhere, and ``u`` only has to be non-negative. A flow cover's multiplier ``w >= 0``
adds ``w`` to the travel cost of its arcs, and ``w`` times its limit is taken away
(:mod:`robustev.verify.covers`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.core.errors import InputError
from robustev.model.instance import Instance
from robustev.recourse.certificate import Certificate, StoredDuals
from robustev.verify.covers import delivery_limit
from robustev.verify.first_stage import num_columns
from robustev.verify.service import forbidding, service_price, service_types
from robustev.verify.tables import capacity_line
from robustev.verify.tariff import Tariff

CHEAP_TO_SORT = 2_000_000
"""Arcs times prices up to which every price gets its best zone values at every point."""
ARRAYS = {"site": 3, "cover_zones": 2, "cover_sites": 2, "surcharge": 2}
"""What a certificate keeps of each kernel, with the numbers of dimensions."""
NUM_PROMISING = 3
"""Prices of each scenario that get them anyway."""

_Key = tuple[int, int]
_Group = tuple[_Key, IntArray, Tariff, FloatArray]


@dataclass(frozen=True, eq=False)
class Affine:
    """A bound ``constant + slope @ z`` on something that first-stage columns ``z`` decide.

    A slope may be on the first columns alone.
    """

    constant: float
    slope: FloatArray

    def at(self, z: FloatArray) -> float:
        """Return the bound at ``z``."""
        return self.constant + float(self.slope @ z[: len(self.slope)])


class PricedService:
    """A service and its prices.

    Parameters
    ----------
    types
        The demand types it serves together.
    travel
        Shape (arcs of the instance,): cost of one unit of any type.
    penalty
        Shape (types,): cost of one unit left unserved.
    pool
        Its prices; covers only for a single type.
    """

    def __init__(
        self,
        instance: Instance,
        types: IntArray,
        travel: FloatArray,
        penalty: FloatArray,
        pool: StoredDuals,
    ) -> None:
        self.instance = instance
        self.types = types
        self.site, self.zone = instance.arcs.site, instance.arcs.zone
        self.num_sites, self.num_zones = instance.num_sites, instance.num_zones
        self.travel = travel
        self.penalty = penalty[types]
        self.price = pool.arrays["site"]
        self.pool = pool
        self.surcharges: dict[int, list[tuple[int, float]]] = {}
        for p, c, multiplier in pool.arrays["surcharge"]:
            self.surcharges.setdefault(int(p), []).append((int(c), float(multiplier)))
        self.largest = instance.max_capacity()[:, types[0]]
        self.demand = np.ascontiguousarray(instance.demand[:, :, types])
        fixed = instance.fixed_capacity[:, types]
        self.fixed_capacity = np.where(np.isinf(fixed), 0.0, fixed)
        line = capacity_line(instance)
        self.charger_capacity = line.slope[:, :, types]
        self.certain_capacity = line.constant[:, :, types].sum(axis=1)
        self._zone_value: dict[_Key, FloatArray] = {}
        self._sharp_costs: dict[int, tuple[FloatArray, FloatArray]] = {}

    def add(self, price: FloatArray) -> None:
        """Add a price, shape (sites, types), that this check found itself."""
        self.price = np.concatenate([self.price, price[None]])

    def solved(self, z: FloatArray, scenario: int) -> FloatArray:
        """Return the price, shape (sites, types), that serves one scenario best at ``z``."""
        return service_price(self.instance, z, self.instance.demand[scenario], self.types)

    def learn(self, z: FloatArray, scenario: int) -> None:
        """Solve one scenario at ``z`` and add its price."""
        self.add(self.solved(z, scenario))

    def values(self, z: FloatArray) -> FloatArray:
        """Return what every price proves about every scenario at ``z``, (scenarios, prices).

        Where there are many prices, only promising ones get the zone values that are best at
        ``z``; others keep those that were best where they last were promising.
        """
        if len(self.price) * self.travel.size <= CHEAP_TO_SORT:
            return self._values(z, np.arange(len(self.price)), sharp=True)
        values = self._values(z, np.arange(len(self.price)), sharp=False)
        best = np.argsort(-values, axis=1)[:, :NUM_PROMISING]
        promising = np.unique(best)
        values[:, promising] = self._values(z, promising, sharp=True)
        return values

    def _values(self, z: FloatArray, prices: IntArray, *, sharp: bool) -> FloatArray:
        x = z[: self.num_sites]
        every = np.arange(len(self.demand))
        found = np.empty((len(every), len(prices)))
        for column, p in enumerate(prices):
            found[:, column] = self._service_costs(p, x, sharp=sharp) - self.rent(p).at(z)
            for constant, slope in self._limits(p, every):
                found[:, column] -= constant + slope @ x
        return found

    def _service_costs(self, p: int, x: FloatArray, *, sharp: bool) -> FloatArray:
        """Return what serving each scenario costs at price ``p``, without rent, (scenarios,).

        Remembered from the openings at which the zone values were made, so that where chargers
        alone change, nothing is computed twice.
        """
        known = self._sharp_costs.get(p)
        if known is not None and np.array_equal(known[0], x):
            return known[1]
        sharp |= known is None
        costs = np.empty(len(self.demand))
        for key, scenarios, tariff, load in self._tariffs(p, np.arange(len(costs))):
            if sharp:
                self._zone_value[key] = tariff.zone_value(x)
            costs[scenarios] = load @ tariff.unit_cost(x, self._zone_value[key])
        if sharp:
            self._sharp_costs[p] = (x.copy(), costs)
        return costs

    def cut(self, weight: FloatArray, choice: IntArray, z: FloatArray) -> Affine:
        """Return the bound on the weighted sum of scenarios, each by its chosen price."""
        x = z[: self.num_sites]
        constant, slope = 0.0, np.zeros(len(z))
        for p in np.unique(choice[weight > 0]):
            chosen = np.flatnonzero((choice == p) & (weight > 0))
            for _, scenarios, tariff, load in self._tariffs(p, chosen):
                units, v = weight[scenarios] @ load, tariff.zone_value(x)
                constant += float(units @ v)
                slope[: len(x)] -= tariff.gains(units, v, len(x))
            rent, total = self.rent(p), float(weight[chosen].sum())
            constant -= total * rent.constant
            slope[: len(rent.slope)] -= total * rent.slope
            for fixed, rising in self._limits(p, chosen):
                constant -= float(weight[chosen] @ fixed)
                slope[: len(x)] -= weight[chosen] @ rising
        return Affine(constant, slope)

    def rent(self, p: int) -> Affine:
        """Return ``sum_ik u_ik C_ik`` on stations and chargers in ``z``, or a bound from above."""
        price = self.price[p]
        chargers = np.einsum("ik,irk->ir", price, self.charger_capacity)
        slope = np.concatenate([(price * self.fixed_capacity).sum(axis=1), chargers.ravel()])
        return Affine(float((price * self.certain_capacity).sum()), slope)

    def _limits(self, p: int, scenarios: IntArray) -> Iterator[tuple[FloatArray, FloatArray]]:
        """Yield the limits of the price's covers times their multipliers, one row per scenario."""
        for c, multiplier in self.surcharges.get(p, ()):
            zones, sites = self.pool.arrays["cover_zones"][c], self.pool.arrays["cover_sites"][c]
            demand = self.demand[scenarios, :, 0]
            constant, slope = delivery_limit(zones, sites, demand, self.largest)
            yield multiplier * constant, multiplier * slope

    def _tariffs(self, p: int, scenarios: IntArray) -> Iterator[_Group]:
        """Yield groups of scenarios for which price ``p`` means the same costs.

        Each with a key, the scenarios, their tariff, and their load, (scenarios, zones) in units.
        """
        price = self.price[p]
        if len(self.penalty) == 1:
            cost = self.travel + price[self.site, 0]
            for c, multiplier in self.surcharges.get(p, ()):
                sites = self.pool.arrays["cover_sites"][c] > 0
                zones = self.pool.arrays["cover_zones"][c]
                cost[sites[self.site] & zones[self.zone]] += multiplier
            ceiling = np.full(self.num_zones, self.penalty[0])
            whole = len(scenarios) == len(self.demand)  # and then nothing needs to be copied
            load = self.demand[:, :, 0] if whole else self.demand[scenarios, :, 0]
            yield (p, 0), scenarios, self._tariff(cost, ceiling), load
            return
        one = np.ones((1, self.num_zones))
        for s in scenarios:
            demand = self.demand[s]
            cost = self.travel * demand.sum(axis=1)[self.zone]
            for k, of_type in enumerate(demand.T):
                cost += price[self.site, k] * of_type[self.zone]
            yield (p, int(s)), np.array([s]), self._tariff(cost, demand @ self.penalty), one

    def _tariff(self, cost: FloatArray, ceiling: FloatArray) -> Tariff:
        return Tariff(self.site, self.zone, cost, ceiling)


@singledispatch
def priced_services(instance: Instance, certificate: Certificate) -> list[Any]:
    """Return the problem's services with their stored prices.

    Raises
    ------
    InputError
        If the prices are not dual feasible, or are for another problem.
    """
    finite = np.where(
        np.isinf(instance.unserved_price), forbidding(instance), instance.unserved_price
    )
    return _with_prices(
        instance, instance.arcs.cost, finite, service_types(instance), certificate.costs
    )


@singledispatch
def shortage_services(instance: Instance, certificate: Certificate) -> list[Any]:
    """Return services whose cost counts units left unserved against the rules."""
    forbidden = np.isinf(instance.unserved_price)
    travel = np.zeros(len(instance.arcs))
    penalty = forbidden.astype(np.float64)
    return _with_prices(instance, travel, penalty, _rationed(instance), certificate.shortages)


def without_prices(instance: Instance) -> Certificate:
    """Return a certificate that says nothing: one price of 0 for each service, and no points."""
    services, shortages = (
        tuple(
            StoredDuals.plain(
                _kernel(types), np.zeros((1, instance.num_sites, len(types))), instance.num_zones
            )
            for types in groups
        )
        for groups in (service_types(instance), _rationed(instance))
    )
    return Certificate(np.zeros((0, num_columns(instance))), services, shortages)


def _rationed(instance: Instance) -> list[IntArray]:
    """Return the services some of whose demand must be served."""
    return [
        types for types in service_types(instance) if np.isinf(instance.unserved_price[types]).any()
    ]


def _with_prices(
    instance: Instance,
    travel: FloatArray,
    penalty: FloatArray,
    groups: list[IntArray],
    pools: tuple[StoredDuals, ...],
) -> list[PricedService]:
    if len(pools) != len(groups):
        raise InputError(f"the certificate has prices of {len(pools)} services, not {len(groups)}")
    for types, pool in zip(groups, pools, strict=True):
        _check(instance, types, pool)
    return [
        PricedService(instance, types, travel, penalty, pool)
        for types, pool in zip(groups, pools, strict=True)
        if len(pool.arrays["site"])
    ]


def _kernel(types: IntArray) -> str:
    """Return the key of the kernel that prices these types together."""
    return "transport" if len(types) == 1 else "shared_split"


def _check(instance: Instance, types: IntArray, pool: StoredDuals) -> None:
    if pool.kernel != _kernel(types):
        raise InputError(f"the certificate has prices of the kernel {pool.kernel!r}")
    if any(name not in pool.arrays or pool.arrays[name].ndim != n for name, n in ARRAYS.items()):
        raise InputError("the certificate's prices are not the arrays that they should be")
    if pool.arrays["site"].shape[1:] != (instance.num_sites, len(types)):
        raise InputError("the certificate's prices are for other sites or types")
    if not all(
        (np.isfinite(u) & (u >= 0)).all() for u in (pool.arrays["site"], pool.arrays["surcharge"])
    ):
        raise InputError("the certificate has a negative price")
    if pool.arrays["site"][:, np.isinf(instance.fixed_capacity[:, types])].any():
        raise InputError("the certificate prices a capacity that has no limit")
    if len(pool.arrays["surcharge"]) and len(types) > 1:
        raise InputError("the certificate has flow covers for types that share one split")
    wrong_zones = pool.arrays["cover_zones"].shape[1] != instance.num_zones
    if wrong_zones or pool.arrays["cover_sites"].shape[1] != instance.num_sites:
        raise InputError("the certificate's flow covers are for other sites or zones")
