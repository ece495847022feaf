"""The cost of serving one scenario, by linear programming with a proof of optimality.

A restricted linear program is solved by scipy (HiGHS), its duals are checked on *all* arcs in plain
numpy, and arcs that they call for are added until a feasible assignment and a dual bound agree. The
answer rests on weak duality, not on the solver's word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.core.errors import SolverError
from robustev.data.plan import Plan
from robustev.model.instance import Instance
from robustev.verify.first_stage import charger_columns, open_columns
from robustev.verify.tariff import NOTHING, Tariff

AGREEMENT = 1e-8
FIRST_ARCS = 6
MAX_ROUNDS = 40
SHORT = 1e-7
"""Share of demand that may stay unserved through rounding where it must be served."""


@dataclass(frozen=True, eq=False)
class Service:
    """One linear program: shares of demand, for one type or for all that share one split.

    Parameters
    ----------
    cost
        Shape (sites, zones): cost of serving all of a zone from a site; infinite without an arc.
    penalty
        Shape (zones,): cost of leaving all of a zone unserved.
    load
        Shape (zones, types): capacity that all of a zone takes.
    capacity
        Shape (sites, types).
    share
        Shape (sites,): most of a zone that one site may serve, 1 where the site is wholly open.
    """

    cost: FloatArray
    penalty: FloatArray
    load: FloatArray
    capacity: FloatArray
    share: FloatArray


@dataclass(frozen=True, eq=False)
class Served:
    """Proven lower and upper bounds on the cost of a service, and the prices behind the lower one.

    ``price`` has shape (sites, types).
    """

    low: float
    high: float
    price: FloatArray


def service_cost(instance: Instance, plan: Plan, demand: FloatArray) -> tuple[float, float]:
    """Return proven lower and upper bounds on second-stage cost for ``demand`` (zones, types).

    Both infinite where demand must be served and cannot be.

    Raises
    ------
    SolverError
        If the bounds do not meet.
    """
    low = high = 0.0
    share, capacity = plan.open.astype(np.float64), instance.capacity(plan)
    for types in service_types(instance):
        part = _service(instance, share, capacity[:, types], demand, types)[0]
        found = _solve(part, forbidden=bool(np.isinf(instance.unserved_price[types]).any()))
        low, high = low + found.low, high + found.high
    return low, high


def service_price(
    instance: Instance, z: FloatArray, demand: FloatArray, types: IntArray
) -> FloatArray:
    """Return the capacity prices of a service at first-stage columns ``z``, whole or fractional.

    Shape (sites, types), 0 at closed sites and where a capacity has no limit.

    Raises
    ------
    SolverError
        If no prices are found that prove the cost of the service.
    """
    x, chargers = z[open_columns(instance)], z[charger_columns(instance)]
    fixed = np.where(x[:, None] > NOTHING, instance.fixed_capacity[:, types], 0.0)
    whole = np.where(np.isinf(fixed), np.inf, x[:, None] * np.where(np.isinf(fixed), 0.0, fixed))
    capacity = whole + chargers @ instance.charger_capacity[:, types]
    part, sites = _service(instance, x, capacity, demand, types)
    price = np.zeros(capacity.shape)
    price[sites] = _solve(part, forbidden=False).price
    return price


def service_types(instance: Instance) -> list[IntArray]:
    """Return the demand types of each service: one each, or all where they share one split."""
    every = np.arange(instance.num_types)
    return [every] if instance.model.split == "shared" else [every[[k]] for k in every]


def _service(
    instance: Instance, share: FloatArray, capacity: FloatArray, demand: FloatArray, types: IntArray
) -> tuple[Service, IntArray]:
    """Return the program over zones with demand and open sites, and which sites these are."""
    zones = np.flatnonzero(demand[:, types].sum(axis=1) > 0)
    sites = np.flatnonzero(share > NOTHING)
    load = demand[np.ix_(zones, types)]
    travel = instance.travel_cost[np.ix_(sites, zones)]
    price = np.where(
        np.isinf(instance.unserved_price[types]),
        forbidding(instance),
        instance.unserved_price[types],
    )
    service = Service(
        cost=travel * load.sum(axis=1),
        penalty=load @ price,
        load=load,
        capacity=capacity[sites],
        share=np.minimum(share[sites], 1.0),
    )
    return service, sites


def forbidding(instance: Instance) -> float:
    """Return a price of the unserved that no assignment pays if it can help it."""
    finite = instance.travel_cost[np.isfinite(instance.travel_cost)]
    return 10.0 * (instance.num_sites + 1) * float(finite.max(initial=0.0)) + 1.0


def _solve(service: Service, *, forbidden: bool) -> Served:
    if not service.cost.shape[1]:
        return Served(0.0, 0.0, np.zeros(service.capacity.shape))
    arcs = _first_arcs(service)
    for _ in range(MAX_ROUNDS):
        value, price, unserved = _restricted(service, arcs)
        bound, missed = _dual(service, price)
        if value - bound <= AGREEMENT * max(1.0, abs(value)):
            if forbidden and (unserved @ service.load).sum() > SHORT * service.load.sum():
                return Served(np.inf, np.inf, price)
            return Served(bound, value, price)
        if not (missed & ~arcs).any():
            break
        arcs |= missed
    raise SolverError(f"the check's own linear program ended between {bound!r} and {value!r}")


def _first_arcs(service: Service) -> BoolArray:
    sites = len(service.cost)
    usable = np.isfinite(service.cost)
    if sites <= FIRST_ARCS:
        return usable
    nearest = np.argpartition(service.cost, FIRST_ARCS, axis=0)[:FIRST_ARCS]
    arcs = np.zeros(service.cost.shape, dtype=bool)
    np.put_along_axis(arcs, nearest, True, axis=0)
    return arcs & usable


def _restricted(service: Service, arcs: BoolArray) -> tuple[float, FloatArray, FloatArray]:
    """Return cost, site prices (sites, types) and unserved shares of the best use of ``arcs``."""
    i, j = np.nonzero(arcs)
    zones = service.cost.shape[1]
    costs = np.concatenate([service.cost[i, j], service.penalty])
    limited, capacity_rows, limits = _capacity_rows(service, i, j)
    every = np.arange(zones)
    columns = np.arange(len(i) + zones)
    served = csr_array(
        (np.ones(len(columns)), (np.concatenate([j, every]), columns)), shape=(zones, len(columns))
    )
    most = np.append(service.share[i], np.ones(zones))
    solver: Any = linprog  # its type hints do not know of sparse arrays
    found = solver(
        costs, A_ub=capacity_rows, b_ub=limits, A_eq=served, b_eq=np.ones(zones),
        bounds=np.column_stack([np.zeros(len(most)), most]), method="highs",
    )  # fmt: skip
    if found.status != 0:
        raise SolverError(f"the check's own linear program failed: {found.message}")
    price = np.zeros(service.capacity.shape)
    if len(limits):
        price[limited] = np.maximum(-np.asarray(found.ineqlin.marginals), 0.0)
    shares = _feasible(service, np.asarray(found.x), i, j)
    return float(costs @ shares), price, shares[len(i) :]


def _capacity_rows(
    service: Service, i: IntArray, j: IntArray
) -> tuple[BoolArray, csr_array, FloatArray]:
    """Return which capacities are limited, their rows, and their limits."""
    limited = np.isfinite(service.capacity)
    number = np.cumsum(limited.ravel()).reshape(limited.shape) - 1
    rows, columns, values = [], [], []
    for k in range(service.capacity.shape[1]):
        used = limited[i, k]
        rows.append(number[i[used], k])
        columns.append(np.flatnonzero(used))
        values.append(service.load[j[used], k])
    shape = (int(limited.sum()), len(i) + service.cost.shape[1])
    entries = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    return limited, csr_array(entries, shape=shape), service.capacity[limited]


def _feasible(service: Service, shares: FloatArray, i: IntArray, j: IntArray) -> FloatArray:
    """Return the solver's shares made exactly feasible: rounding errors become unserved."""
    served = np.clip(shares[: len(i)], 0.0, service.share[i])
    for k in range(service.capacity.shape[1]):
        used = np.bincount(i, served * service.load[j, k], minlength=len(service.capacity))
        limit = service.capacity[:, k]
        over = used > limit
        factor = np.ones(len(limit))
        factor[over] = limit[over] / used[over]
        served *= factor[i]
    total = np.bincount(j, served, minlength=service.cost.shape[1])
    served /= np.maximum(total, 1.0)[j]
    total = np.bincount(j, served, minlength=service.cost.shape[1])
    return np.concatenate([served, np.maximum(0.0, 1.0 - total)])


def _dual(service: Service, price: FloatArray) -> tuple[float, BoolArray]:
    """Return the bound that ``price >= 0`` proves over all arcs, and the arcs it calls for."""
    with np.errstate(invalid="ignore"):
        reduced = service.cost + price @ service.load.T
    tariff = Tariff(reduced, service.penalty)
    v = tariff.zone_value(service.share)
    limits = np.where(np.isfinite(service.capacity), service.capacity, 0.0)
    bound = float(tariff.unit_cost(service.share, v).sum() - (price * limits).sum())
    # Arcs up to the last that a zone needs are enough: the next round asks for the others.
    wanted = (reduced <= v) & np.isfinite(reduced)
    return bound, wanted
