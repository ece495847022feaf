"""The cost of serving one scenario, by linear programming with a proof of optimality.

A restricted linear program is solved by scipy (HiGHS), its duals are checked on *all* arcs in plain
numpy, and arcs that they call for are added until a feasible assignment and a dual bound agree. The
answer rests on weak duality, not on the solver's word.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.core.errors import SolverError
from robustev.data.plan import Plan
from robustev.model.instance import Instance
from robustev.verify.first_stage import charger_columns, open_columns
from robustev.verify.settled import Service, near_and_sure, with_room, without
from robustev.verify.tables import capacity_line
from robustev.verify.tariff import NOTHING, Tariff

AGREEMENT = 1e-8
FIRST_ARCS = 6
MAX_ROUNDS = 40
ORDINARY = (1e-3, 1e9)
"""Largest costs and loads that a linear program may have as they are: its solver compares with
fixed tolerances."""
SHORT = 1e-7
"""Share of demand that may stay unserved through rounding where it must be served."""


@dataclass(frozen=True, eq=False)
class Served:
    """Proven lower and upper bounds on the cost of a service, and the prices behind the lower one.

    ``price`` has shape (sites, types).
    """

    low: float
    high: float
    price: FloatArray


def service_cost(
    instance: Instance, plan: Plan, demand: FloatArray, hint: FloatArray | None = None
) -> tuple[float, float]:
    """Return proven lower and upper bounds on second-stage cost for ``demand`` (zones, types).

    Both infinite where demand must be served and cannot be. Where there is one demand type, prices
    of capacity ``hint``, shape (sites,), make it quicker; they need not be right.

    Raises
    ------
    SolverError
        If the bounds do not meet.
    """
    low = high = 0.0
    share, capacity = plan.open.astype(np.float64), instance.capacity(plan)
    for types in service_types(instance):
        part, sites = _service(instance, share, capacity[:, types], demand, types)
        some = hint[sites] if hint is not None and instance.num_types == 1 else None
        forbidden = bool(np.isinf(instance.unserved_price[types]).any())
        found = _solve(part, forbidden=forbidden, hint=some)
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
    capacity = whole + capacity_line(instance).at(chargers)[:, types]
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
    arcs = instance.arcs
    of_site, of_zone = (np.full(n, -1) for n in (instance.num_sites, instance.num_zones))
    of_site[sites], of_zone[zones] = np.arange(len(sites)), np.arange(len(zones))
    kept = (of_site[arcs.site] >= 0) & (of_zone[arcs.zone] >= 0)
    zone = of_zone[arcs.zone[kept]]
    price = np.where(
        np.isinf(instance.unserved_price[types]),
        forbidding(instance),
        instance.unserved_price[types],
    )
    service = Service(
        site=of_site[arcs.site[kept]],
        zone=zone,
        cost=arcs.cost[kept] * load.sum(axis=1)[zone],
        penalty=load @ price,
        load=load,
        capacity=capacity[sites],
        share=np.minimum(share[sites], 1.0),
    )
    return service, sites


def forbidding(instance: Instance) -> float:
    """Return a price of the unserved that no assignment pays if it can help it."""
    dearest = float(instance.arcs.cost.max(initial=0.0))
    return 10.0 * (instance.num_sites + 1) * (dearest or 1.0)


def _solve(service: Service, *, forbidden: bool, hint: FloatArray | None = None) -> Served:
    if not len(service.penalty):
        return Served(0.0, 0.0, np.zeros(service.capacity.shape))
    money = _unit(np.concatenate([service.cost, service.penalty]))
    load = _unit(service.load)
    plain = replace(
        service, cost=service.cost / money, penalty=service.penalty / money,
        load=service.load / load, capacity=service.capacity / load,
    )  # fmt: skip
    scaled = None if hint is None else hint * (load / money)
    found = _solved(plain, forbidden=forbidden, hint=scaled)
    return Served(found.low * money, found.high * money, found.price * (money / load))


def _unit(sizes: FloatArray) -> float:
    """Return a power of two in which the largest is about a thousand, 1 if it is ordinary."""
    most = float(sizes.max(initial=0.0))
    if most == 0 or ORDINARY[0] <= most <= ORDINARY[1]:
        return 1.0
    return float(2.0 ** np.round(np.log2(most / 1000.0)))


def _solved(service: Service, *, forbidden: bool, hint: FloatArray | None) -> Served:
    arcs, sure = _first_arcs(service), np.zeros(len(service.cost), dtype=bool)
    if hint is not None and len(service.cost):
        arcs, sure = near_and_sure(service, hint)
    for _ in range(MAX_ROUNDS):
        sure = with_room(service, sure)
        rest, free = without(service, arcs, sure)
        value, price, unserved = float(service.cost[sure].sum()), np.zeros(rest.capacity.shape), 0.0
        if free.any():
            more, price, shares = _restricted(rest, np.ones(len(rest.cost), dtype=bool))
            value, unserved = value + more, float((shares @ rest.load).sum())
        bound, missed = _dual(service, price)
        if value - bound <= AGREEMENT * max(1.0, abs(value)):
            if forbidden and unserved > SHORT * service.load.sum():
                return Served(np.inf, np.inf, price)
            return Served(bound, value, price)
        if not ((missed & ~arcs) | (sure & ~missed)).any():
            break
        arcs, sure = arcs | missed, sure & missed
    raise SolverError(f"the check's own linear program ended between {bound!r} and {value!r}")


def _first_arcs(service: Service) -> BoolArray:
    """Return which arcs are among the cheapest few of their zones, shape (arcs,)."""
    order = np.lexsort((service.cost, service.zone))
    begin = np.searchsorted(service.zone, np.arange(len(service.penalty)))
    first = np.zeros(len(order), dtype=bool)
    first[order[np.arange(len(order)) - begin[service.zone] < FIRST_ARCS]] = True
    return first


def _restricted(service: Service, arcs: BoolArray) -> tuple[float, FloatArray, FloatArray]:
    """Return cost, site prices (sites, types) and unserved shares of the best use of ``arcs``."""
    i, j = service.site[arcs], service.zone[arcs]
    zones = len(service.penalty)
    costs = np.concatenate([service.cost[arcs], service.penalty])
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
    shape = (int(limited.sum()), len(i) + len(service.penalty))
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
    total = np.bincount(j, served, minlength=len(service.penalty))
    served /= np.maximum(total, 1.0)[j]
    total = np.bincount(j, served, minlength=len(service.penalty))
    return np.concatenate([served, np.maximum(0.0, 1.0 - total)])


def _dual(service: Service, price: FloatArray) -> tuple[float, BoolArray]:
    """Return the bound that ``price >= 0`` proves over all arcs, and the arcs it calls for."""
    reduced = service.cost.copy()
    for of_site, of_zone in zip(price.T, service.load.T, strict=True):
        reduced += of_site[service.site] * of_zone[service.zone]
    tariff = Tariff(service.site, service.zone, reduced, service.penalty)
    v = tariff.zone_value(service.share)
    limits = np.where(np.isfinite(service.capacity), service.capacity, 0.0)
    bound = float(tariff.unit_cost(service.share, v).sum() - (price * limits).sum())
    # Arcs up to the last that a zone needs are enough: the next round asks for the others.
    return bound, reduced <= v[service.zone]
