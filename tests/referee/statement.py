"""The whole two-stage model stated once more, as one mixed-integer program in plain arrays.

It reads the region, the scenarios and the section ``model`` of an experiment as a mapping, and
shares no code with the package beyond those containers. Each rule is one function in
:mod:`tests.referee.rules`, each risk measure one in :mod:`tests.referee.measures`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from tests.referee import queues
from tests.referee.program import Program


@dataclass
class Facts:
    """The numbers of one problem, scaled to ordinary sizes of money and demand.

    Shapes: ``demand`` (scenarios, zones, types), ``travel`` (sites, zones) with infinity where
    there is no arc, ``fixed`` (sites, types), ``unit`` (kinds, types), ``penalty`` (types,).
    """

    region: Region
    section: Mapping[str, Any]
    demand: np.ndarray
    probability: np.ndarray
    travel: np.ndarray
    fixed: np.ndarray
    unit: np.ndarray
    penalty: np.ndarray
    opening: np.ndarray
    charger: np.ndarray
    slots: np.ndarray
    existing: np.ndarray
    kinds: tuple[str, ...]
    power: dict[str, float | None]
    money: float
    units: float
    table: np.ndarray | None = None
    """Capacity of 0, 1, ... chargers, (most + 1, kinds, types); None for ``unit`` each."""

    @property
    def sites(self) -> range:
        return range(self.region.num_sites)

    @property
    def zones(self) -> range:
        return range(self.region.num_zones)

    @property
    def types(self) -> range:
        return range(len(self.region.types))

    @property
    def shared(self) -> bool:
        return self.section.get("split", "by_type") == "shared"

    @property
    def there_open(self) -> np.ndarray:
        """Stations that stand already, shape (sites,)."""
        if not self.section.get("keep_existing", True):
            return np.zeros(len(self.sites), dtype=bool)
        return self.region.sites.existing_open | self.existing.any(axis=1)

    @property
    def there(self) -> np.ndarray:
        """Chargers that stand already, shape (sites, kinds)."""
        return self.existing * self.section.get("keep_existing", True)

    @property
    def kept_open(self) -> np.ndarray:
        """Stations that must stay, shape (sites,)."""
        return self.there_open & (self.section.get("removal") is None)

    @property
    def kept(self) -> np.ndarray:
        """Chargers that must stay, shape (sites, kinds)."""
        return self.there * (self.section.get("removal") is None)


@dataclass
class Statement:
    """The program under construction, with what rules may refer to."""

    facts: Facts
    program: Program = field(default_factory=Program)
    open: list[int] = field(default_factory=list)
    chargers: list[list[int]] = field(default_factory=list)
    exactly: list[list[list[int]]] = field(default_factory=list)
    """Where there is a table: for each site and kind, whether there are exactly 1, 2, ... of it."""
    built: dict[int, float] = field(default_factory=dict)
    """Columns that cost, with the weighted cost of one."""
    spent: list[list[tuple[int, float]]] = field(default_factory=list)
    """For each site, columns that count in its spending beside stations and chargers."""
    assign: list[dict[tuple[int, int, int], int]] = field(default_factory=list)
    unserved: list[dict[tuple[int, int], int]] = field(default_factory=list)
    service: list[dict[int, float]] = field(default_factory=list)
    """For each scenario, the second-stage cost of its columns."""


def facts_of(region: Region, scenarios: ScenarioSet, section: Mapping[str, Any]) -> Facts:
    """Return the numbers of a problem; money and demand are brought to about 100."""
    demand = np.array(scenarios.demand, dtype=float)
    probability = np.array(scenarios.probability, dtype=float)
    if section.get("objective", {}).get("measure") == "nominal":
        demand = np.tensordot(probability, demand, axes=1)[None]
        probability = np.ones(1)
    kinds = tuple(kind.name for kind in region.kinds)
    unit = [[kind.capacity.get(k, 0.0) for k in region.types] for kind in region.kinds]
    price = np.array([kind.cost for kind in region.kinds])
    own, slots, existing = region.sites.fixed_capacity, region.sites.slots, region.sites.existing
    power = {kind.name: kind.power_kw for kind in region.kinds}
    if section.get("designs"):
        price = np.zeros(len(kinds))
    levels = section.get("levels")
    if levels:
        kinds, power = ("level",), {"level": None}
        size = levels.get("unit", "mean_demand")
        mean = region.demand.mean(axis=0)
        unit = [list(mean) if size == "mean_demand" else [size] * len(mean)]
        price = np.array([levels.get("cost", 1.0)])
        own, slots = np.zeros_like(own), np.full(len(slots), levels["maximum"])
        existing = np.zeros((len(slots), 1), dtype=int)
    usable = section.get("utilisation", 1.0)
    if not section.get("capacitated", True):
        own = np.full_like(own, np.inf)
    travel = np.full((region.num_sites, region.num_zones), np.inf)
    travel[region.arcs.site, region.arcs.zone] = region.arcs.cost
    most = float(demand.sum(axis=(1, 2)).max())
    units = most / 100 or 1.0
    served = units if most else 0.0  # a scale of prices that nobody pays would hide the others
    penalty = _penalties(region, section)
    built = section.get("infrastructure_weight", 1.0)
    sizes = [
        built * _largest(region.sites.opening_cost),
        built * _largest(price),
        section.get("travel_weight", 1.0) * _largest(travel) * served,
        _largest(penalty) * served,
    ]
    money = max(sizes) / 10 or 1.0
    unit = np.reshape(unit, (len(kinds), len(region.types)))
    table = _table(section, kinds, unit, region.types, int(max(slots)))
    return Facts(
        region=region,
        section=section,
        demand=demand / units,
        probability=probability,
        travel=_within_reach(travel, section) * (units / money),
        fixed=usable * own / units,
        unit=usable * unit / units,
        penalty=penalty * units / money,
        opening=region.sites.opening_cost / money,
        charger=price / money,
        slots=slots,
        existing=existing,
        kinds=kinds,
        power=power,
        money=money,
        units=units,
        table=None if table is None else table / units,
    )


def _table(
    section: Mapping[str, Any],
    kinds: Sequence[str],
    unit: np.ndarray,
    types: Sequence[str],
    most: int,
) -> np.ndarray | None:
    """Return what 0, 1, ... ``most`` chargers of a kind serve of each type, if rules limit that."""
    table, asked, usable = None, section.get("waiting"), section.get("utilisation", 1.0)
    if asked:
        table = queues.usable(asked, kinds, unit, types, usable, most)
    cap = (section.get("usage") or {}).get("cap")
    if cap is not None:
        shares = [cap.get(kind, 1.0) if isinstance(cap, Mapping) else cap for kind in kinds]
        number = np.arange(most + 1)[:, None, None]
        capped = number * np.minimum(usable, np.array(shares)[:, None]) * unit
        table = np.minimum(capped, np.inf if table is None else table)
    return table


def _largest(costs: np.ndarray) -> float:
    """Return the largest finite cost, 0 where there is none."""
    return float(costs[np.isfinite(costs)].max(initial=0.0))


def _penalties(region: Region, section: Mapping[str, Any]) -> np.ndarray:
    given = section.get("unserved_penalty")
    if not isinstance(given, Mapping):
        return np.full(len(region.types), np.inf if given is None else float(given))
    return np.array([given.get(k, np.inf) for k in region.types])


def _within_reach(travel: np.ndarray, section: Mapping[str, Any]) -> np.ndarray:
    """Return weighted travel, infinite beyond the reach; ties with the last of the nearest stay."""
    reach = section.get("reach") or {}
    found = np.array(travel)
    if reach.get("max_travel") is not None:
        found[found > reach["max_travel"]] = np.inf
    if reach.get("nearest") is not None:
        count = min(reach["nearest"], len(found))
        found[found > np.sort(found, axis=0)[count - 1]] = np.inf
    weight = section.get("travel_weight", 1.0)
    return np.where(np.isfinite(found), weight * np.where(np.isfinite(found), found, 0.0), np.inf)


def add_decisions(to: Statement) -> None:
    """Add openings and chargers with their weighted costs, and the slots that hold chargers."""
    f, p = to.facts, to.program
    weight = f.section.get("infrastructure_weight", 1.0)
    for i in f.sites:
        to.spent.append([])
        to.open.append(p.column(1.0, lower=float(f.kept_open[i]), integer=True))
        to.built[to.open[i]] = weight * f.opening[i]
        to.chargers.append(
            [
                p.column(float(f.slots[i]), lower=float(f.kept[i, r]), integer=True)
                for r in range(len(f.kinds))
            ]
        )
        to.built |= {c: weight * f.charger[r] for r, c in enumerate(to.chargers[i])}
        if f.table is not None:
            to.exactly.append([_exactly(p, c, len(f.table) - 1) for c in to.chargers[i]])
        if f.kinds:
            p.row([*((c, 1.0) for c in to.chargers[i]), (to.open[i], -float(f.slots[i]))], most=0.0)
    if f.section.get("removal") is not None:
        add_removal(to)
    if f.section.get("designs"):
        add_designs(to)


def add_removal(to: Statement) -> None:
    """Let what stands go: a column for each charger and station that does."""
    f, p, asked = to.facts, to.program, to.facts.section["removal"]
    weight = f.section.get("infrastructure_weight", 1.0)

    def of(option: str, kind: str) -> float:
        given = asked.get(option, 0.0)
        return (given.get(kind, 0.0) if isinstance(given, Mapping) else given) / f.money

    for i in f.sites:
        if f.there_open[i]:
            closed = p.column(float(asked.get("closes", True)), integer=True)
            p.row({closed: 1.0, to.open[i]: 1.0}, least=1.0)
            fee = asked.get("station", 0.0) / f.money
            to.built[closed] = weight * (f.opening[i] + fee)
            to.spent[i].append((closed, fee))
        for r, kind in enumerate(f.kinds):
            if f.there[i, r]:
                gone = p.column(float(f.there[i, r]), integer=True)
                p.row({gone: 1.0, to.chargers[i][r]: 1.0}, least=float(f.there[i, r]))
                each = f.charger[r] + of("charger", kind) - of("salvage", kind)
                to.built[gone] = weight * each
                to.spent[i].append((gone, each))


def add_designs(to: Statement) -> None:
    """Give every open site one of its designs: a column for each."""
    f, p, asked = to.facts, to.program, to.facts.section["designs"]
    weight = f.section.get("infrastructure_weight", 1.0)
    for i in f.sites:
        site = f.region.sites.ids[i]
        table = asked.get("sites", {}).get(site, asked.get("every", {}))
        offers = [
            (design["cost"] / f.money, [design.get("chargers", {}).get(k, 0) for k in f.kinds])
            for design in table.values()
        ]
        if f.there_open[i]:
            offers.append((0.0, f.there[i].tolist()))
        chosen = []
        for cost, counts in offers:
            if sum(counts) <= f.slots[i]:
                chosen.append((p.column(1.0, integer=True), counts))
                to.built[chosen[-1][0]] = weight * cost
                to.spent[i].append((chosen[-1][0], cost))
        p.row([*((c, 1.0) for c, _ in chosen), (to.open[i], -1.0)], least=0.0, most=0.0)
        for r, column in enumerate(to.chargers[i]):
            held = [(c, float(counts[r])) for c, counts in chosen]
            p.row([*held, (column, -1.0)], least=0.0, most=0.0)


def _exactly(p: Program, chargers: int, most: int) -> list[int]:
    """Return columns that say whether there are exactly 1, 2, ... chargers."""
    columns = [p.column(1.0, integer=True) for _ in range(most)]
    p.row([(c, 1.0) for c in columns], most=1.0)
    p.row([*((c, n + 1.0) for n, c in enumerate(columns)), (chargers, -1.0)], least=0.0, most=0.0)
    return columns


def sunk(facts: Facts) -> float:
    """Return the weighted cost of what stands already, where that does not count."""
    if facts.section.get("existing_cost", "sunk") == "counted":
        return 0.0
    there = facts.opening[facts.there_open].sum() + (facts.there @ facts.charger).sum()
    return float(facts.section.get("infrastructure_weight", 1.0) * there)


def capacity(to: Statement, i: int, k: int) -> list[tuple[int, float]]:
    """Return the columns that give a site capacity for a type, with how much."""
    f = to.facts
    room = [(c, f.unit[r, k]) for r, c in enumerate(to.chargers[i])]
    if f.table is not None:
        room = [(c, f.table[n + 1, r, k]) for r, columns in enumerate(to.exactly[i])
                for n, c in enumerate(columns)]  # fmt: skip
    return [*room, (to.open[i], f.fixed[i, k])]


def add_scenario(to: Statement, s: int) -> None:
    """Add the second stage of one scenario: who is served where, and who is not."""
    f, p = to.facts, to.program
    groups = [list(f.types)] if f.shared else [[k] for k in f.types]
    assign: dict[tuple[int, int, int], int] = {}
    unserved: dict[tuple[int, int], int] = {}
    cost: dict[int, float] = {}
    for g, types in enumerate(groups):
        for j in f.zones:
            wanted = float(f.demand[s, j, types].sum())
            if wanted <= 0:
                continue
            must = any(np.isinf(f.penalty[k]) and f.demand[s, j, k] > 0 for k in types)
            price = 0.0 if must else sum(f.penalty[k] * f.demand[s, j, k] for k in types
                                         if f.demand[s, j, k] > 0)  # fmt: skip
            unserved[j, g] = p.column(0.0 if must else 1.0)
            cost[unserved[j, g]] = price
            for i in f.sites:
                if np.isfinite(f.travel[i, j]):
                    assign[i, j, g] = p.column(1.0)
                    cost[assign[i, j, g]] = f.travel[i, j] * wanted
                    p.row({assign[i, j, g]: 1.0, to.open[i]: -1.0}, most=0.0)
            ways = [(c, 1.0) for (_, zone, h), c in assign.items() if (zone, h) == (j, g)]
            p.row([*ways, (unserved[j, g], 1.0)], least=1.0, most=1.0)
        for i in f.sites:
            for k in types:
                if np.isinf(f.fixed[i, k]):
                    continue
                load = [
                    (c, f.demand[s, j, k]) for (at, j, h), c in assign.items() if (at, h) == (i, g)
                ]
                room = [(c, -each) for c, each in capacity(to, i, k)]
                p.row([*load, *room], most=0.0)
    to.assign.append(assign)
    to.unserved.append(unserved)
    to.service.append(cost)
