"""The bound that prices of every scenario prove, derived a second time in one pass over the arcs.

With prices ``u_is >= 0`` of capacity and tolls ``w_ij >= 0`` on arcs, weak duality gives

    Q_s(x, C) + sum_ij w_ij D_js a_ijs + sum_i u_is C_i
        >= sum_j D_js min(q, min_i t_ij + w_ij + u_is)

where ``a`` is an optimal assignment. Since ``a_ijs <= x_i``, tolls take at most
``sum_i x_i sum_j w_ij E[D_j]`` in expectation. What is left is a sum over sites: each is closed, or
open with the chargers that earn most at its expected price, slot by slot. Rules of the first stage
other than slots and what stands are left out, which can only lower the bound.
"""

from __future__ import annotations

import time

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.core.errors import InputError
from robustev.model.instance import Instance
from robustev.recourse.certificate import Certificate, StoredDuals


def has_scenario_prices(certificate: Certificate | None) -> bool:
    """Return whether a certificate holds prices of each scenario, with tolls."""
    return certificate is not None and any("toll" in part.arrays for part in certificate.costs)


def price_hints(instance: Instance, certificate: Certificate | None) -> FloatArray | None:
    """Return prices of every scenario's capacity, shape (scenarios, sites), if they are stored.

    They are taken as they are: whoever starts from them proves what follows.
    """
    if certificate is None or not has_scenario_prices(certificate):
        return None
    price = certificate.costs[0].arrays.get("site")
    if price is None or price.shape != (len(instance.scenarios), instance.num_sites, 1):
        return None
    return np.nan_to_num(np.maximum(np.asarray(price[:, :, 0], dtype=np.float64), 0.0))


def scenario_price_bound(instance: Instance, certificate: Certificate) -> tuple[float, float]:
    """Return the lower bound on an expected cost, and the seconds that it took to derive.

    Raises
    ------
    InputError
        If the prices are not dual feasible, or are for another problem.
    """
    start = time.perf_counter()
    duals = _checked(instance, certificate)
    price = np.asarray(duals.arrays["site"], dtype=np.float64)[:, :, 0]
    toll = np.asarray(duals.arrays["toll"], dtype=np.float64)
    cost, arcs = instance.arcs.cost + toll, instance.arcs
    begins = np.flatnonzero(np.diff(arcs.zone, prepend=-1))
    zones, ceiling = arcs.zone[begins], float(instance.unserved_price[0])
    served, mean = 0.0, np.zeros(instance.num_zones)
    for s, probability in enumerate(instance.probability):
        demand = instance.demand[s, :, 0]
        value = np.full(instance.num_zones, ceiling)
        if len(begins):
            least = np.minimum.reduceat(cost + price[s][arcs.site], begins)
            value[zones] = np.minimum(least, ceiling)
        served += probability * float(demand @ value)
        mean += probability * demand
    taken = np.bincount(arcs.site, toll * mean[arcs.zone], instance.num_sites)
    price = np.asarray(instance.probability @ price)
    sites = _sites(instance, price, np.asarray(taken, dtype=np.float64))
    return served + sites + instance.fixed_cost, time.perf_counter() - start


def _sites(instance: Instance, price: FloatArray, taken: FloatArray) -> float:
    """Return the least cost of all sites, less what they earn by capacity and tolls."""
    capacity = instance.charger_capacity[:, 0]
    earned = instance.charger_cost - price[:, None] * capacity
    standing = instance.min_chargers
    free = np.maximum(instance.region.sites.slots - standing.sum(axis=1), 0)
    best = np.minimum(earned.min(axis=1, initial=0.0), 0.0)
    opened = instance.opening_cost - taken - price * instance.fixed_capacity[:, 0]
    opened = opened + np.einsum("ir,ir->i", standing, earned) + free * best
    must = instance.min_open | standing.any(axis=1)
    return float(np.where(must, opened, np.minimum(opened, 0.0)).sum())


def _checked(instance: Instance, certificate: Certificate) -> StoredDuals:
    if len(certificate.costs) != 1 or instance.num_types != 1:
        raise InputError("the certificate's tolls are not those of a single demand type")
    goal = instance.model.objective
    if not goal.is_expectation or not np.isfinite(instance.unserved_price).all():
        raise InputError("tolls bound an expected cost at a price of unserved demand, nothing else")
    duals = certificate.costs[0]
    price, toll = duals.arrays.get("site"), duals.arrays["toll"]
    shape = (len(instance.scenarios), instance.num_sites, 1)
    if price is None or price.shape != shape or toll.shape != (len(instance.arcs),):
        raise InputError("the certificate's prices are for other scenarios, sites or arcs")
    if not all((np.isfinite(part) & (part >= 0)).all() for part in (price, toll)):
        raise InputError("the certificate has a negative price")
    if price[:, np.isinf(instance.fixed_capacity[:, 0])].any():
        raise InputError("the certificate prices a capacity that has no limit")
    return duals
