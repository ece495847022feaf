"""Small random problems, and what is true about them by means that share no code with the engine.

Second-stage costs come from :func:`scipy.optimize.linprog` on the second stage written out,
optima from trying every plan.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import linprog

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.data.arcs import Arcs
from robustev.data.plan import Plan
from robustev.data.region import ChargerKind, Region, Sites, Zones
from robustev.data.scenarios import ScenarioSet
from robustev.data.travel import euclidean
from robustev.model.features.base import active_features
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Budget, Model, Reach, Stations

CHECKED_HERE = ("slots", "stations", "budget", "existing", "levels", "reach")
"""Rules that plans are held against in this file."""
PENALTY = 40.0
"""Dearer than any trip: places lie in a square of side 10, so that serving always pays."""


def region(
    seed: int,
    *,
    sites: int = 3,
    zones: int = 4,
    types: int = 1,
    kinds: int = 1,
    existing: bool = False,
    fixed: bool = False,
    slots: int = 2,
) -> Region:
    """Return a region of whole-number demands, capacities and costs, places at random.

    With ``existing``, site 0 stands already with one charger. With ``fixed``, an open site has
    capacity of its own.
    """
    rng = np.random.default_rng(seed)
    place = rng.uniform(0, 10, size=(2, sites + zones)).round(1)
    standing = np.zeros((sites, kinds), dtype=np.int64)
    is_open = np.zeros(sites, dtype=bool)
    if existing:
        is_open[0] = True
        standing[0, :1] = 1
    own = rng.integers(2, 9, size=(sites, types)) if fixed or not kinds else np.zeros(1)
    return random_region(
        rng,
        name=f"random {seed}",
        place=place,
        slots=np.full(sites, slots if kinds else 0),
        standing=standing,
        is_open=is_open,
        own=np.broadcast_to(own, (sites, types)).astype(float),
        travel=euclidean(*place[:, :sites], *place[:, sites:]),
    )


def random_region(
    rng: np.random.Generator,
    *,
    name: str,
    place: FloatArray,
    slots: IntArray,
    standing: IntArray,
    is_open: BoolArray,
    own: FloatArray,
    travel: FloatArray,
    has_population: bool = False,
) -> Region:
    """Return a region whose costs, charger kinds and demand are drawn, in this order.

    Sites, shape (2, sites), come before zones in ``place``; ``standing`` has shape (sites, kinds),
    ``own`` (sites, types).
    """
    (sites, kinds), types = standing.shape, own.shape[1]
    zones = place.shape[1] - sites
    names = tuple(f"type{k}" for k in range(types))
    population = rng.integers(0, 50, size=zones).astype(float) if has_population else None
    return Region(
        name=name,
        zones=Zones(
            tuple(f"z{j}" for j in range(zones)),
            *place[:, sites:],
            population=population,
            groups={"district": tuple("ab"[j % 2] for j in range(zones))},
        ),
        sites=Sites(
            ids=tuple(f"i{i}" for i in range(sites)),
            slots=slots,
            existing=standing,
            existing_open=is_open,
            opening_cost=rng.integers(1, 20, size=sites).astype(float),
            fixed_capacity=own,
            x=place[0, :sites],
            y=place[1, :sites],
            groups={"area": tuple("ab"[i % 2] for i in range(sites))},
        ),
        kinds=tuple(
            ChargerKind(
                f"kind{r}",
                {of_type: float(rng.integers(3, 9)) for of_type in names},
                cost=float(rng.integers(1, 9)),
                power_kw=30.0 + 10.0 * r,
            )
            for r in range(kinds)
        ),
        types=names,
        demand=rng.integers(1, 7, size=(zones, types)).astype(float),
        arcs=Arcs.of_matrix(travel),
    )


def scenario_set(seed: int, of: Region, count: int = 3) -> ScenarioSet:
    """Return scenarios around the region's demand, some demands zero, probabilities unequal."""
    rng = np.random.default_rng([seed, 1])
    demand = np.rint(of.demand * rng.uniform(0, 2, size=(count, *of.demand.shape)))
    weight = rng.integers(1, 5, size=count)
    return ScenarioSet(
        demand=demand,
        probability=weight / weight.sum(),
        names=tuple(f"s{s}" for s in range(count)),
        zones=of.zones.ids,
        types=of.types,
    )


def random_instance(
    seed: int, *, scenarios: int = 3, model: Model | None = None, **shape: Any
) -> Instance:
    """Return the two-stage problem of a random region; unserved demand costs ``PENALTY``."""
    of = region(seed, **shape)
    return build_instance(
        of, scenario_set(seed, of, scenarios), model or Model(unserved_penalty=PENALTY)
    )


@st.composite
def instance_strategy(draw: st.DrawFn, *, forbidden: bool | None = None) -> Instance:
    """Draw a small problem with any mix of the model's features."""
    seed = draw(st.integers(0, 10_000))
    types = draw(st.integers(1, 3))
    shape = {
        "sites": draw(st.integers(1, 5)),
        "zones": draw(st.integers(1, 6)),
        "types": types,
        "kinds": draw(st.integers(0, 2)),
        "existing": draw(st.booleans()),
        "fixed": draw(st.booleans()),
    }
    forbid = draw(st.booleans()) if forbidden is None else forbidden
    penalty = draw(st.sampled_from([0.5, 5.0, PENALTY]))
    model = Model(
        split=draw(st.sampled_from(["by_type", "shared"])),
        capacitated=draw(st.sampled_from([True, True, True, False])),
        unserved_penalty=None if forbid else penalty,
        reach=Reach(nearest=draw(st.sampled_from([None, None, 1, 2]))),
        keep_existing=draw(st.booleans()),
        utilisation=draw(st.sampled_from([1.0, 0.8])),
        travel_weight=draw(st.sampled_from([1.0, 0.0, 2.5])),
    )
    return random_instance(seed, scenarios=draw(st.integers(1, 4)), model=model, **shape)


def random_plan(of: Instance, rng: np.random.Generator) -> Plan:
    """Return a plan within slots and bounds; some open sites may have no charger at all."""
    is_open = of.min_open | (rng.random(of.num_sites) < 0.6)
    chargers = np.array(of.min_chargers)
    for i in np.flatnonzero(is_open):
        free = int(of.region.sites.slots[i] - chargers[i].sum())
        for _ in range(int(rng.integers(0, free + 1)) if of.num_kinds else 0):
            chargers[i, rng.integers(of.num_kinds)] += 1
    return Plan("random", is_open, chargers)


def random_point(of: Instance, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Return fractional openings ``x`` and capacities ``C``, some of them at 0 or 1 exactly."""
    x = rng.choice([0.0, 1.0, rng.random(), rng.random()], size=of.num_sites)
    x = np.where(of.min_open, 1.0, x)
    share = rng.choice([0.0, 0.5, 1.0], size=(of.num_sites, 1))
    most = of.max_capacity()
    finite = np.where(np.isinf(most), 0.0, most)
    return x, np.where(np.isinf(of.fixed_capacity), np.inf, share * x[:, None] * finite)


def true_recourse(of: Instance, s: int, x: FloatArray, capacity: FloatArray) -> float:
    """Return the second-stage cost of scenario ``s`` at ``(x, C)`` by ``linprog``, links included.

    Infinite if demand that must be served cannot be.
    """
    if of.model.split == "shared":
        return _by_linprog(of, s, x, capacity, list(range(of.num_types)))
    return sum(_by_linprog(of, s, x, capacity, [k]) for k in range(of.num_types))


def _by_linprog(
    of: Instance, s: int, x: FloatArray, capacity: FloatArray, types: list[int]
) -> float:
    """Write out one split for ``types``: columns ``a`` site by site, then ``b``; solve it."""
    sites, zones = of.num_sites, of.num_zones
    demand = of.demand[s][:, types]
    units = demand.sum(axis=1)
    arc = np.isfinite(of.arcs.matrix())
    cost = np.where(arc, of.arcs.matrix(), 0.0) * units
    must = ((demand > 0) & np.isinf(of.unserved_price[types])).any(axis=1)
    with np.errstate(invalid="ignore"):  # 0 units at an infinite penalty cost nothing
        lost = np.where(demand > 0, demand * of.unserved_price[types], 0.0).sum(axis=1)
    upper = np.concatenate([(arc * np.minimum(x, 1.0)[:, None]).ravel(), np.where(must, 0.0, 1.0)])
    served = np.hstack([np.tile(np.eye(zones), sites), np.eye(zones)])
    rows, limits = [np.zeros((0, len(upper)))], [np.zeros(0)]
    for position, k in enumerate(types):
        load = np.kron(np.eye(sites), demand[:, position])
        bounded = np.isfinite(capacity[:, k])
        rows.append(np.hstack([load, np.zeros((sites, zones))])[bounded])
        limits.append(capacity[bounded, k])
    wanted = units > 0
    done = linprog(
        np.concatenate([cost.ravel(), np.where(must, 0.0, lost)]),
        A_ub=np.vstack(rows),
        b_ub=np.concatenate(limits),
        A_eq=served[wanted],
        b_eq=np.ones(wanted.sum()),
        bounds=np.column_stack([np.zeros(len(upper)), upper]),
        method="highs",
    )
    return float(done.fun) if done.status == 0 else np.inf


def true_costs(of: Instance, plan: Plan) -> FloatArray:
    """Return the cost of ``plan`` in every scenario, infrastructure included."""
    x, sites = plan.open.astype(float), of.region.sites
    capacity = np.where(plan.open[:, None], of.fixed_capacity, 0.0)
    capacity = capacity + of.capacity_of(plan.chargers)
    fixed = of.model.infrastructure_weight * (
        sites.opening_cost[plan.open].sum()
        + (plan.chargers @ of.region.charger_cost).sum()
        + sum(rule.cost_of(plan, of.region, of.standing) for rule in active_features(of.model))
    )
    if of.model.existing_cost == "sunk" and of.model.keep_existing:
        fixed -= of.model.infrastructure_weight * (
            sites.opening_cost[sites.existing_open].sum()
            + (sites.existing @ of.region.charger_cost).sum()
        )
    service = [true_recourse(of, s, x, capacity) for s in range(len(of.scenarios))]
    return fixed + np.array(service)


def every_plan(of: Instance) -> Iterator[Plan]:
    """Yield every plan that keeps slots, station limits, the budget and what stands already.

    Any other rule is asked by its own check.
    """
    others = [rule for rule in active_features(of.model) if rule.key not in CHECKED_HERE]
    model, sites = of.model, of.region.sites
    there_open = sites.existing_open if model.keep_existing else np.zeros(len(sites), dtype=bool)
    there = sites.existing if model.keep_existing else np.zeros_like(sites.existing)
    stays = model.removal is None
    kept_open, kept = there_open & stays, there * stays
    options = []
    for i in range(len(sites)):
        counts = itertools.product(range(int(sites.slots[i]) + 1), repeat=of.num_kinds)
        opened = [(True, n) for n in counts if sum(n) <= sites.slots[i]]
        closed = [(False, (0,) * of.num_kinds)]
        options.append([choice for choice in closed + opened if choice[0] or not kept_open[i]])
    for choice in itertools.product(*options):
        is_open = np.array([opened for opened, _ in choice])
        chargers = np.array([n for _, n in choice]).reshape(len(sites), of.num_kinds)
        spent = sites.opening_cost[is_open & ~there_open].sum()
        spent += ((chargers - there) @ of.region.charger_cost).sum()
        if (chargers < kept).any() or not _count_allowed(model.stations, int(is_open.sum())):
            continue
        plan = Plan("tried", is_open, chargers)
        at_sites = (rule.site_cost(plan, of.region, of.standing) for rule in others)
        spent += sum(float(part.sum()) for part in at_sites)
        affordable = model.budget is None or spent <= model.budget.limit + 1e-9
        if affordable and not any(rule.broken(plan, of) for rule in others):
            yield plan


def _count_allowed(stations: Stations | None, count: int) -> bool:
    if stations is None:
        return True
    if stations.exactly is not None:
        return count == stations.exactly
    return stations.minimum <= count <= (count if stations.maximum is None else stations.maximum)


def true_objective(of: Instance, costs: FloatArray) -> float:
    """Return the model's objective over scenario costs, from the textbook definitions."""
    goal, p = of.goal, of.probability
    if not np.isfinite(costs).all():
        return np.inf
    mean = float(p @ costs)
    if goal.measure == "cvar":
        # The minimum over the value at risk is at one of the outcomes (Rockafellar and Uryasev).
        risk = min(float(level + p @ np.maximum(costs - level, 0.0) / goal.tail) for level in costs)
    elif goal.measure == "worst_case":
        risk = float(costs.max())
    elif goal.is_expectation:
        return mean
    elif goal.needs_own_optima:
        raise ValueError("regret is measured from own optima, which costs do not tell")
    else:
        risk = goal.independent_value(costs, p)
    return goal.weight * risk + (1 - goal.weight) * mean


def brute_force(of: Instance) -> tuple[float, Plan | None]:
    """Return the optimum over every plan, and a plan that attains it; infinite if there is none."""
    best, chosen = np.inf, None
    for plan in every_plan(of):
        value = true_objective(of, true_costs(of, plan))
        if value < best:
            best, chosen = value, plan
    return best, chosen


def with_budget(model: Model, limit: float) -> Model:
    """Return the same model with at most ``limit`` to spend."""
    return model.model_copy(update={"budget": Budget(limit=limit)})
