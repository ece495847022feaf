"""Numbers that trip solvers up: none, equal, free, just enough, hardly ever, tiny and huge."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.random import Generator

from robustev.data.arcs import Arcs
from tests.referee.referee import Problem


def one_of(rng: Generator, *values: Any) -> Any:
    return values[int(rng.integers(len(values)))]


def _without_demand(rng: Generator, of: Problem) -> Problem:
    demand = np.array(of.scenarios.demand)
    what = one_of(rng, "zone", "scenario", "everything")
    demand[:, 0] *= what != "zone"
    demand[0] *= what != "scenario"
    demand *= what != "everything"
    return replace(of, scenarios=replace(of.scenarios, demand=demand))


def _twins(rng: Generator, of: Problem) -> Problem:
    """Make every site like the first one, in the same place."""
    s, count = of.region.sites, of.region.num_sites
    first = np.zeros(count, dtype=int)
    travel = of.region.arcs.matrix()[first]
    sites = replace(
        s, slots=s.slots[first], opening_cost=s.opening_cost[first],
        fixed_capacity=s.fixed_capacity[first], x=s.x[first], y=s.y[first],
        existing=np.where(np.arange(count)[:, None] == 0, s.existing, 0),
    )  # fmt: skip
    return replace(of, region=replace(of.region, sites=sites, arcs=Arcs.of_matrix(travel)))


def _for_free(rng: Generator, of: Problem) -> Problem:
    sites = replace(of.region.sites, opening_cost=np.zeros(of.region.num_sites))
    kinds = tuple(replace(kind, cost=0.0) for kind in of.region.kinds)
    more = one_of(rng, {}, {"travel_weight": 0.0}, {"infrastructure_weight": 0.0})
    section = {**of.section, **more}
    return replace(of, region=replace(of.region, sites=sites, kinds=kinds), section=section)


def _just_enough(rng: Generator, of: Problem) -> Problem:
    """Let the open sites together hold exactly what one scenario asks for."""
    total = of.scenarios.demand[-1].sum(axis=0)
    share = rng.dirichlet(np.ones(of.region.num_sites)) if rng.random() < 0.5 else np.full(
        of.region.num_sites, 1.0 / of.region.num_sites
    )  # fmt: skip
    sites = replace(of.region.sites, fixed_capacity=share[:, None] * total[None])
    section = {**of.section, "utilisation": 1.0, "unserved_penalty": None}
    section.pop("waiting", None)  # refused: capacity of a site's own is no queue of chargers
    return replace(of, region=replace(of.region, sites=sites), section=section)


def _hardly_ever(rng: Generator, of: Problem) -> Problem:
    p = np.array(of.scenarios.probability)
    p[0] = one_of(rng, 1e-12, 1e-9, 1e-6)
    p[1:] *= (1 - p[0]) / p[1:].sum() if len(p) > 1 else 1.0
    return replace(of, scenarios=replace(of.scenarios, probability=p / p.sum()))


def _scaled(rng: Generator, of: Problem) -> Problem:
    """Count money and demand in other units."""
    money, units = (10.0 ** rng.integers(-9, 10, size=2).astype(float)).tolist()
    region, section = of.region, dict(of.section)
    price = money / units
    kinds = tuple(
        replace(
            kind,
            cost=kind.cost * money,
            capacity={k: v * units for k, v in kind.capacity.items()},
        )
        for kind in region.kinds
    )
    sites = replace(
        region.sites,
        opening_cost=region.sites.opening_cost * money,
        fixed_capacity=region.sites.fixed_capacity * units,
    )
    region = replace(
        region, kinds=kinds, sites=sites, demand=region.demand * units,
        arcs=region.arcs.with_cost(region.arcs.cost * price),
    )  # fmt: skip
    scenarios = replace(of.scenarios, demand=of.scenarios.demand * units)
    for path in MONEY:
        _multiply(section, path, money)
    for path, factor in ((("unserved_penalty",), price), (("reach", "max_travel"), price),
                         (("coverage", "radius"), price), (("levels", "unit"), units),
                         (("waiting", "session_units"), units)):  # fmt: skip
        _multiply(section, path, factor)
    return Problem(region, scenarios, section)


MONEY = [
    ("budget", "limit"),
    ("budget_by_area", "limit"),
    ("levels", "cost"),
    ("designs", "every", "small", "cost"),
    ("designs", "every", "large", "cost"),
    ("designs", "sites", "i0", "bare", "cost"),
    ("removal", "charger"),
    ("removal", "station"),
    ("removal", "salvage"),
    ("grid", "upgrades", "cost"),
    ("grid", "upgrades", "a", "cost"),
]
"""Options that are amounts of money."""


def _multiply(section: dict[str, Any], path: tuple[str, ...], factor: float) -> None:
    """Multiply an option, in place, where it is given as a number or as numbers by name."""
    key, *rest = path
    value = section.get(key)
    if rest and isinstance(value, dict):
        section[key] = dict(value)
        _multiply(section[key], tuple(rest), factor)
    elif isinstance(value, dict):
        section[key] = {name: number * factor for name, number in value.items()}
    elif isinstance(value, int | float) and not rest:
        section[key] = value * factor


TWISTS = (_without_demand, _twins, _for_free, _just_enough, _hardly_ever, _scaled)
