"""Every rule of the register stated once more: a function of its options, under its key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tests.referee.statement import Facts, Statement, capacity

Options = Mapping[str, Any]
STATED_WITH_THE_DECISIONS = frozenset(
    {"slots", "existing", "levels", "reach", "waiting", "removal", "designs"}
)
"""Rules that :mod:`tests.referee.statement` states: they shape columns, slots, region, arcs and
capacity."""
STATED: dict[str, Callable[[Statement, Options], None]] = {}
ELSEWHERE: dict[str, str] = {"usage": "model/features/test_usage.py"}
"""Rules that random problems do not draw, with the test that holds every method to brute force."""


def rule(
    state: Callable[[Statement, Options], None],
) -> Callable[[Statement, Options], None]:
    """Take a function in under its name, which is the key of the rule."""
    STATED[state.__name__] = state
    return state


def labels_of(facts: Facts, kind: str, by: str) -> np.ndarray:
    """Return the group of each site or zone."""
    places = facts.region.sites if kind == "sites" else facts.region.zones
    return np.array(places.groups[by])


@rule
def stations(to: Statement, options: Options) -> None:
    every = dict.fromkeys(to.open, 1.0)
    exactly = options.get("exactly")
    most = options.get("maximum")
    if exactly is not None:
        to.program.row(every, least=exactly, most=exactly)
    else:
        to.program.row(
            every, least=options.get("minimum", 0), most=np.inf if most is None else most
        )


def _spending(to: Statement, sites: list[int]) -> tuple[list[tuple[int, float]], float]:
    """Return what new stations and chargers of some sites cost, and what is taken off that."""
    f = to.facts
    terms = [(to.open[i], 0.0 if f.there_open[i] else f.opening[i]) for i in sites]
    terms += [(c, f.charger[r]) for i in sites for r, c in enumerate(to.chargers[i])]
    terms += [term for i in sites for term in to.spent[i]]
    return terms, float(sum(f.there[i] @ f.charger for i in sites))


@rule
def budget(to: Statement, options: Options) -> None:
    terms, kept = _spending(to, list(to.facts.sites))
    to.program.row(terms, most=options["limit"] / to.facts.money + kept)


@rule
def budget_by_area(to: Statement, options: Options) -> None:
    labels = labels_of(to.facts, "sites", options["by"])
    for area in set(labels.tolist()):
        limit = options["limit"]
        limit = limit.get(area, np.inf) if isinstance(limit, Mapping) else limit
        terms, kept = _spending(to, np.flatnonzero(labels == area).tolist())
        to.program.row(terms, most=limit / to.facts.money + kept)


@rule
def stations_by_area(to: Statement, options: Options) -> None:
    labels = labels_of(to.facts, "sites", options["by"])
    for area in set(labels.tolist()):
        least, most = options.get("minimum", {}), options.get("maximum", {})
        least = least.get(area, 0) if isinstance(least, Mapping) else least
        most = most.get(area, np.inf) if isinstance(most, Mapping) else most
        here = {to.open[i]: 1.0 for i in to.facts.sites if labels[i] == area}
        to.program.row(here, least=least, most=most)


@rule
def minimum_chargers(to: Statement, options: Options) -> None:
    f = to.facts
    asked = [(options.get("number", 0), list(range(len(f.kinds))))]
    asked += [(count, [f.kinds.index(kind)]) for kind, count in options.get("of_kind", {}).items()]
    for count, kinds in asked:
        for i in f.sites:
            least = count
            if f.kept_open[i]:
                least = min(count, int(f.kept[i, kinds].sum()))
            here = [(to.chargers[i][r], 1.0) for r in kinds]
            to.program.row([*here, (to.open[i], -float(least))], least=0.0)


@rule
def locks(to: Statement, options: Options) -> None:
    ids = to.facts.region.sites.ids
    for site in options.get("open", ()):
        to.program.row({to.open[ids.index(site)]: 1.0}, least=1.0)
    for site in options.get("closed", ()):
        to.program.row({to.open[ids.index(site)]: 1.0}, most=0.0)
    for site, counts in options.get("chargers", {}).items():
        for kind, count in counts.items():
            column = to.chargers[ids.index(site)][to.facts.kinds.index(kind)]
            to.program.row({column: 1.0}, least=count, most=count)


@rule
def spacing(to: Statement, options: Options) -> None:
    sites = to.facts.region.sites
    for i in to.facts.sites:
        for h in range(i):
            apart = float(np.hypot(sites.x[i] - sites.x[h], sites.y[i] - sites.y[h]))
            if apart < options["least"] * (1 - 1e-9):
                to.program.row({to.open[i]: 1.0, to.open[h]: 1.0}, most=1.0)


@rule
def coverage(to: Statement, options: Options) -> None:
    region, p = to.facts.region, to.program
    number = options.get("stations", 1)
    people = options.get("of", "demand") == "population"
    weight = region.zones.population if people else region.demand.sum(axis=1)
    by = options.get("by")
    labels = np.array(region.zones.groups[by] if by else [""] * region.num_zones)
    travel = np.full((region.num_sites, region.num_zones), np.inf)
    travel[region.arcs.site, region.arcs.zone] = region.arcs.cost
    covered = []
    for j in to.facts.zones:
        covered.append(p.column(1.0, integer=True))
        near = [(to.open[i], -1.0) for i in to.facts.sites if travel[i, j] <= options["radius"]]
        p.row([*near, (covered[j], float(number))], most=0.0)
    for label in set(labels.tolist()):
        mine = np.flatnonzero(labels == label)
        total = float(weight[mine].sum())
        if total > 0:
            share = [(covered[j], weight[j] / total) for j in mine]
            p.row(share, least=options["share"] - 1e-9)


@rule
def grid(to: Statement, options: Options) -> None:
    f, p = to.facts, to.program
    labels = labels_of(f, "sites", options["by"])
    power = [options.get("power", {}).get(kind, f.power[kind]) for kind in f.kinds]
    for group in set(labels.tolist()):
        limit, offer = options["limit"], options.get("upgrades")
        limit = limit.get(group, np.inf) if isinstance(limit, Mapping) else limit
        if offer and "kw" not in offer:
            offer = offer.get(group)
        drawn = [
            (to.chargers[i][r], power[r])
            for i in np.flatnonzero(labels == group)
            for r in range(len(f.kinds))
        ]
        if offer and np.isfinite(limit):
            steps = p.column(float(offer.get("most", 1)), integer=True)
            weight = f.section.get("infrastructure_weight", 1.0)
            to.built[steps] = weight * offer["cost"] / f.money
            drawn.append((steps, -offer["kw"]))
        p.row(drawn, most=limit)


@rule
def fair_service(to: Statement, options: Options) -> None:
    f = to.facts
    labels = labels_of(f, "zones", options["by"])
    price = np.where(np.isfinite(f.penalty), f.penalty, 0.0)
    for s, unserved in enumerate(to.unserved):
        worst = to.program.column(1.0)
        to.service[s][worst] = float(options.get("weight", 1.0) * (f.demand[s] * price).sum())
        demand = f.demand[s].sum(axis=1, keepdims=True) if f.shared else f.demand[s]
        for label in set(labels.tolist()):
            total = float(f.demand[s][labels == label].sum())
            if total > 0:
                left = [(c, demand[j, g] / total) for (j, g), c in unserved.items()
                        if labels[j] == label]  # fmt: skip
                to.program.row([*left, (worst, -1.0)], most=0.0)


@rule
def group_service(to: Statement, options: Options) -> None:
    f = to.facts
    labels = labels_of(f, "zones", options["by"])
    for s, unserved in enumerate(to.unserved):
        for label in set(labels.tolist()):
            demand = f.demand[s].sum(axis=1, keepdims=True) if f.shared else f.demand[s]
            left = [(c, demand[j, g]) for (j, g), c in unserved.items() if labels[j] == label]
            total = float(f.demand[s][labels == label].sum())
            to.program.row(left, most=(1 - options["share"]) * total)


@rule
def usage(to: Statement, options: Options) -> None:
    f, floor = to.facts, options.get("floor", 0.0)
    for s, assign in enumerate(to.assign):
        for i in f.sites:
            share = floor.get(f.region.sites.ids[i], 0.0) if isinstance(floor, Mapping) else floor
            for k in f.types if share > 0 else ():
                group = 0 if f.shared else k
                load = [
                    (c, f.demand[s, j, k])
                    for (at, j, g), c in assign.items()
                    if (at, g) == (i, group)
                ]
                least = [(c, -share * each) for c, each in capacity(to, i, k)]
                to.program.row([*load, *least], least=0.0)
