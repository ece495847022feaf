"""Random small problems: any mix of rules and measures, and numbers that trip solvers up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from tests.instances import random_region
from tests.referee.referee import Problem
from tests.referee.twists import TWISTS, one_of

Generator = np.random.Generator
Draw = Callable[[Generator, "Sizes"], dict[str, Any]]
RULES: dict[str, Draw] = {}
"""How the options of each rule are drawn, by its key."""
MEASURES: dict[str, Callable[[Generator], dict[str, Any]]] = {
    "expected": lambda rng: {},
    "nominal": lambda rng: {},
    "worst_case": lambda rng: {},
    "regret": lambda rng: {},
    "cvar": lambda rng: {"tail": one_of(rng, 0.05, 0.3, 0.5, 1.0)},
    "total_variation": lambda rng: {"radius": one_of(rng, 0.0, 0.1, 0.4, 1.0)},
    "wasserstein": lambda rng: {
        "radius": one_of(rng, 0.0, 0.05, 0.3, 2.0),
        "distance": one_of(rng, "demand", "cost"),
    },
    "entropic": lambda rng: {"aversion": one_of(rng, 0.1, 1.0, 5.0)},
}
"""How the parameters of each risk measure are drawn."""
SHARE = 0.25
"""How often each rule is asked for."""


class Sizes:
    """Names and magnitudes that options refer to."""

    def __init__(self, region: Region, levels: bool) -> None:
        self.sites = region.sites.ids
        self.kinds = ("level",) if levels else tuple(kind.name for kind in region.kinds)
        self.areas = sorted(set(region.sites.groups["area"]))
        self.cost = float(region.sites.opening_cost.sum() + 1.0)
        self.unit = float(region.demand.mean())
        self.has_queues = levels or not region.sites.fixed_capacity.any()


def _rule(draw: Draw) -> Draw:
    RULES[draw.__name__] = draw
    return draw


@_rule
def stations(rng: Generator, of: Sizes) -> dict[str, Any]:
    count = len(of.sites)
    if rng.random() < 0.3:
        return {"exactly": int(rng.integers(1, count + 1))}
    least = int(rng.integers(0, count + 1))
    return {"minimum": least, "maximum": int(rng.integers(max(least, 1), count + 1))}


@_rule
def budget(rng: Generator, of: Sizes) -> dict[str, Any]:
    return {"limit": float(np.round(of.cost * rng.uniform(0.2, 1.5), 1))}


@_rule
def budget_by_area(rng: Generator, of: Sizes) -> dict[str, Any]:
    each = {area: float(np.round(of.cost * rng.uniform(0.2, 1.0), 1)) for area in of.areas[:1]}
    return {"by": "area", "limit": one_of(rng, each, float(np.round(of.cost, 1)))}


@_rule
def stations_by_area(rng: Generator, of: Sizes) -> dict[str, Any]:
    return {
        "by": "area",
        "minimum": one_of(rng, {}, {of.areas[-1]: 1}, 1),
        "maximum": one_of(rng, {}, {of.areas[0]: 1}, 2),
    }


@_rule
def minimum_chargers(rng: Generator, of: Sizes) -> dict[str, Any]:
    if not of.kinds:
        return {}
    return one_of(rng, {"number": 1}, {"number": 2}, {"of_kind": {of.kinds[0]: 1}})


@_rule
def locks(rng: Generator, of: Sizes) -> dict[str, Any]:
    order = rng.permutation(len(of.sites))
    found: dict[str, Any] = {"open": [of.sites[order[0]]]} if rng.random() < 0.5 else {}
    if len(order) > 1 and rng.random() < 0.5:
        found["closed"] = [of.sites[order[1]]]
    if of.kinds and rng.random() < 0.5:
        found["chargers"] = {of.sites[order[0]]: {of.kinds[-1]: int(rng.integers(0, 3))}}
    return found


@_rule
def spacing(rng: Generator, of: Sizes) -> dict[str, Any]:
    return {"least": float(np.round(rng.uniform(0.5, 6.0), 1))}


@_rule
def coverage(rng: Generator, of: Sizes) -> dict[str, Any]:
    return {
        "radius": float(np.round(rng.uniform(2.0, 9.0), 1)),
        "share": float(np.round(rng.uniform(0.1, 0.8), 1)),
        "stations": one_of(rng, 1, 1, 2),
        "of": one_of(rng, "demand", "population"),
        "by": one_of(rng, None, "district"),
    }


@_rule
def grid(rng: Generator, of: Sizes) -> dict[str, Any]:
    if not of.kinds:
        return {}
    offer = {"kw": 25.0, "cost": float(np.round(0.1 * of.cost, 1)), "most": 2}
    limit = float(rng.integers(30, 120))
    return {
        "by": "area",
        "limit": one_of(rng, limit, {of.areas[0]: limit}),
        "power": dict.fromkeys(of.kinds, 30.0) if "level" in of.kinds else {},
        "upgrades": one_of(rng, None, offer, {of.areas[0]: offer}),
    }


@_rule
def group_service(rng: Generator, of: Sizes) -> dict[str, Any]:
    return {"by": "district", "share": float(np.round(rng.uniform(0.2, 0.9), 1))}


@_rule
def levels(rng: Generator, of: Sizes) -> dict[str, Any]:
    unit = one_of(rng, "mean_demand", float(np.round(1.5 * of.unit, 1)) or 1.0)
    return {"maximum": int(rng.integers(1, 4)), "unit": unit, "cost": float(rng.integers(0, 5))}


@_rule
def reach(rng: Generator, of: Sizes) -> dict[str, Any]:
    return one_of(rng, {"nearest": 1}, {"nearest": 2}, {"max_travel": 7.0})


def waiting(rng: Generator, of: Sizes) -> dict[str, Any]:
    if not of.kinds or not of.has_queues:
        return {}
    service = one_of(rng, 30.0, {kind: 20.0 + 25.0 * r for r, kind in enumerate(of.kinds)})
    peak = {"peak_share": 0.2, "session_units": float(np.round(0.3 * of.unit, 2))}
    return {
        "minutes": one_of(rng, 3.0, 12.0, 30.0),
        "share": one_of(rng, None, None, 0.2),
        "service": service,
        "apart": True,
        **one_of(rng, {}, {}, peak),
    }


def removal(rng: Generator, of: Sizes) -> dict[str, Any]:
    each = float(rng.integers(0, 6))
    return {
        "charger": one_of(rng, each, dict.fromkeys(of.kinds[:1], each)),
        "station": float(np.round(rng.uniform(0, 0.3) * of.cost, 1)),
        "salvage": dict.fromkeys(of.kinds[:1], float(np.round(rng.uniform(0, each), 1))),
        "closes": bool(rng.random() < 0.7),
    }


def fair_service(rng: Generator, of: Sizes) -> dict[str, Any]:
    return {"by": "district", "weight": one_of(rng, 0.3, 1.0, 4.0)}


def designs(rng: Generator, of: Sizes) -> dict[str, Any]:
    if not of.kinds or "level" in of.kinds:
        return {}
    table = {
        name: {
            "cost": float(np.round(rng.uniform(0, 0.4) * of.cost, 1)),
            "chargers": {of.kinds[int(rng.integers(len(of.kinds)))]: int(rng.integers(0, 3))},
        }
        for name in ("small", "large")
    }
    own = {"bare": {"cost": 1.0}}
    return {"every": table, "sites": one_of(rng, {}, {of.sites[0]: one_of(rng, own, {})})}


APART: dict[str, Draw] = {
    "waiting": waiting,
    "removal": removal,
    "fair_service": fair_service,
    "designs": designs,
}
"""Rules that are drawn from a stream of their own, where there are capacities."""
FLAT: dict[str, Callable[[Generator], dict[str, Any]]] = {
    "slots": lambda rng: {},
    "existing": lambda rng: {
        "keep_existing": bool(rng.random() < 0.7),
        "existing_cost": one_of(rng, "sunk", "counted"),
    },
}
"""Rules whose options stand in ``model`` itself."""


def random_problem(seed: int) -> Problem:
    """Return the problem of a seed; some are infeasible, and many have odd numbers."""
    rng = np.random.default_rng([seed, 13])
    region = _region(rng)
    scenarios = _scenarios(rng, region)
    section = _section(rng, region)
    problem = Problem(region, scenarios, section)
    for twist in TWISTS:
        if rng.random() < 0.12:
            problem = twist(rng, problem)
    return problem


def _region(rng: Generator) -> Region:
    sites, zones = int(rng.integers(1, 5)), int(rng.integers(1, 6))
    types, kinds = int(rng.integers(1, 3)), int(rng.integers(0, 3))
    place = rng.uniform(0, 10, size=(2, sites + zones)).round(1)
    slots = (
        rng.integers(0 if rng.random() < 0.2 else 1, 3, size=sites) if kinds else np.zeros(sites)
    )
    standing, is_open = np.zeros((sites, kinds), dtype=np.int64), np.zeros(sites, dtype=bool)
    if rng.random() < 0.4:
        is_open[0] = True
        standing[0, :1] = min(1, int(slots[0]))
    own = rng.integers(2, 14, size=(sites, types)) if not kinds or rng.random() < 0.4 else 0
    travel = np.hypot(
        place[0, :sites, None] - place[0, None, sites:], place[1, :sites, None] - place[1, sites:]
    )
    return random_region(
        rng,
        name="random",
        place=place,
        slots=slots,
        standing=standing,
        is_open=is_open,
        own=np.broadcast_to(own, (sites, types)).astype(float),
        travel=travel,
        has_population=True,
    )


def _scenarios(rng: Generator, region: Region) -> ScenarioSet:
    count = int(rng.integers(1, 5))
    demand = np.rint(region.demand * rng.uniform(0, 2, size=(count, *region.demand.shape)))
    weight = rng.integers(1, 5, size=count)
    return ScenarioSet(
        demand, weight / weight.sum(), tuple(f"s{s}" for s in range(count)), region.zones.ids,
        region.types,
    )  # fmt: skip


def _section(rng: Generator, region: Region) -> dict[str, Any]:
    has_levels = rng.random() < 0.15
    sizes = Sizes(region, has_levels)
    name = list(MEASURES)[int(rng.integers(len(MEASURES)))]
    objective = {"measure": name, **MEASURES[name](rng), "weight": one_of(rng, 1.0, 1.0, 0.6, 0.0)}
    by_type = dict.fromkeys(region.types[: int(rng.integers(0, 3))], 15.0)
    section: dict[str, Any] = {
        "objective": objective,
        "split": one_of(rng, "by_type", "by_type", "shared"),
        "capacitated": bool(rng.random() < 0.85),
        "unserved_penalty": one_of(rng, 40.0, 40.0, 5.0, 0.5, None, by_type),
        "utilisation": one_of(rng, 1.0, 1.0, 0.8),
        "travel_weight": one_of(rng, 1.0, 1.0, 2.5),
        "infrastructure_weight": one_of(rng, 1.0, 1.0, 0.5),
    }
    for draw in FLAT.values():
        section |= draw(rng)
    for key, draw_rule in RULES.items():
        asked = has_levels if key == "levels" else rng.random() < SHARE
        options = draw_rule(rng, sizes) if asked else {}
        if options:
            section[key] = options
    section |= _drawn_apart(rng.spawn(1)[0], sizes) if section["capacitated"] else {}
    if not section["keep_existing"]:
        section.pop("removal", None)  # refused: what is ignored cannot be removed
    return section


def _drawn_apart(rng: Generator, of: Sizes) -> dict[str, Any]:
    """Return the options of rules on capacity that are asked for."""
    drawn = {key: draw(rng, of) for key, draw in APART.items() if rng.random() < SHARE}
    return {key: options for key, options in drawn.items() if options}
