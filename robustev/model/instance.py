"""The numbers of the two-stage model, assembled once from a region, scenarios and model options.

Everything below this layer (formulation, recourse, solve, evaluate) reads the same arrays, in the
README's symbols: ``t_ij`` travel, ``D_jks`` demand, ``C_ik`` capacity, ``q_k`` price of
unserved demand.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, singledispatch
from typing import Any

import numpy as np

from robustev.core.arrays import BoolArray, FloatArray, IntArray
from robustev.core.errors import ConfigError, Fault, FaultCollector, nearest_name
from robustev.data.arcs import Arcs
from robustev.data.plan import Plan
from robustev.data.reach import Reach
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.model.charger_table import best_mix, from_table, table_of
from robustev.model.options import ModelOptions, Part, Standing
from robustev.model.risk import RiskMeasure


@dataclass(frozen=True, eq=False)
class Stage:
    """One phase of a scenario: an instance of one region, and where its sites begin in the whole.

    ``scenario`` is the scenario's place there.
    """

    instance: Instance
    scenario: int
    first_site: int = 0


@dataclass(frozen=True, eq=False)
class Instance:
    """One two-stage problem: who may be served from where, at what cost, and what may be built.

    Build it with :func:`build_instance`. All costs carry the weights of the objective.

    Parameters
    ----------
    region
        The planning region: the given one, with levels in place of chargers where asked for.
    arcs
        Who may be served from where, at which weighted travel cost of one demand unit.
    unserved_price
        Shape (types,): cost of one unserved unit (``q_k``); infinite where that is forbidden.
    opening_cost, charger_cost
        Shapes (sites,) and (kinds,): weighted costs of one station and one charger.
    fixed_cost
        Weighted cost that no decision changes (it undoes the cost of sunk assets).
    fixed_capacity, charger_capacity
        Shapes (sites, types) and (kinds, types): usable capacity of an open site before any
        charger, and of one charger.
    min_open, min_chargers, max_chargers
        Shapes (sites,), (sites, kinds), (sites, kinds): bounds of the first stage.
    charger_table
        Shape (most + 1, kinds, types): usable capacity of 0, 1, ... chargers of a kind at one site,
        where a rule says that it is not ``charger_capacity`` for each; else None.
    made
        What was derived from this instance or from one that differs in its scenarios alone, each
        by the name of the module that keeps it, beside what it was derived from.
    """

    region: Region
    scenarios: ScenarioSet
    model: ModelOptions
    arcs: Arcs
    unserved_price: FloatArray
    opening_cost: FloatArray
    charger_cost: FloatArray
    fixed_cost: float
    fixed_capacity: FloatArray
    charger_capacity: FloatArray
    min_open: BoolArray
    min_chargers: IntArray
    max_chargers: IntArray
    charger_table: FloatArray | None = None
    made: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def num_sites(self) -> int:
        """Number of candidate sites."""
        return self.arcs.num_sites

    @property
    def num_zones(self) -> int:
        """Number of demand zones."""
        return self.arcs.num_zones

    @property
    def num_types(self) -> int:
        """Number of demand types."""
        return len(self.region.types)

    @property
    def num_kinds(self) -> int:
        """Number of charger kinds."""
        return len(self.charger_cost)

    @cached_property
    def demand(self) -> FloatArray:
        """Demand ``D_jks``, shape (scenarios, zones, types), in double precision."""
        return self.scenarios.demand.astype(np.float64, copy=False)

    @property
    def probability(self) -> FloatArray:
        """Scenario probabilities, shape (scenarios,)."""
        return self.scenarios.probability

    @cached_property
    def goal(self) -> RiskMeasure:
        """The risk measure, with what it needs to know of these scenarios."""
        return self.model.objective.on(self)

    @property
    def blocks(self) -> tuple[Instance, ...]:
        """The instances of one region each that this one consists of: itself, or one by phase."""
        return (self,)

    def first_decision(self, plan: Plan) -> Plan:
        """Return what is built at once: the whole plan, or that of the first phase."""
        return plan

    def stages(self, scenario: int) -> tuple[Stage, ...]:
        """Return the phases that a scenario runs through: one, unless there are several."""
        return (Stage(self, scenario),)

    @cached_property
    def _parts(self) -> tuple[Part, ...]:
        return self.model.parts

    @cached_property
    def has_plain_second_stage(self) -> bool:
        """Whether no rule states terms or rows of the second stage."""
        return not any(part.in_second_stage for part in self._parts)

    @cached_property
    def serves_any_plan(self) -> bool:
        """Whether every plan serves every scenario at a price (relatively complete recourse)."""
        return self.has_plain_second_stage and bool(np.isfinite(self.unserved_price).all())

    @cached_property
    def standing(self) -> Standing:
        """What stands already and is not paid for again, whether it must stay or may go."""
        return self.model.standing(self.region)

    def infrastructure_cost(self, plan: Plan) -> float:
        """Return the weighted cost of what ``plan`` builds: stations, chargers, what rules add."""
        chargers = float((plan.chargers @ self.charger_cost).sum())
        further = sum(part.cost_of(plan, self.region, self.standing) for part in self._parts)
        return (
            float(self.opening_cost[plan.open].sum())
            + chargers
            + self.fixed_cost
            + self.model.infrastructure_weight * further
        )

    def capacity(self, plan: Plan) -> FloatArray:
        """Return the usable capacity ``C_ik`` of ``plan``, shape (sites, types)."""
        fixed = np.where(plan.open[:, None], self.fixed_capacity, 0.0)
        return np.asarray(fixed + self.capacity_of(plan.chargers))

    def capacity_of(self, chargers: IntArray) -> FloatArray:
        """Return the usable capacity of chargers (sites, kinds), shape (sites, types)."""
        if self.charger_table is None:
            return np.asarray(chargers @ self.charger_capacity)
        return from_table(self.charger_table, chargers)

    def fewest(self, load: FloatArray, kind: int, of_type: int) -> FloatArray:
        """Return the fewest chargers of a kind with capacity for each load, of the same shape.

        Loads beyond a table of capacities get as many as it goes.
        """
        if self.charger_table is None:
            return np.asarray(np.ceil(load / self.charger_capacity[kind, of_type]))
        table = self.charger_table[:, kind, of_type]
        return np.minimum(np.searchsorted(table, load), len(table) - 1).astype(float)

    @property
    def slots(self) -> IntArray:
        """Chargers that fit at each site, shape (sites,)."""
        return self.region.sites.slots

    def max_capacity(self) -> FloatArray:
        """Return the most capacity each site can have for each type, shape (sites, types)."""
        if self.charger_table is not None:
            return self.fixed_capacity + best_mix(self.charger_table, self.min_chargers, self.slots)
        best = np.zeros((self.num_sites, self.num_types))
        for k in range(self.num_types):
            best[:, k] = _best_fill(self, self.charger_capacity[:, k])
        return best + self.fixed_capacity

    def travel_cost(self, site: IntArray, zone: IntArray, amount: FloatArray) -> float:
        """Return the weighted cost of travel of some deliveries, each of shape (deliveries,)."""
        return float(self.arcs.cost[self.arcs.index(zone, site)] @ amount)

    def unserved_cost(self, unserved: FloatArray) -> float:
        """Return the price of unserved units, shape (zones, types), where their type has one."""
        priced = np.isfinite(self.unserved_price)
        return float(unserved.sum(axis=0)[priced] @ self.unserved_price[priced])

    def in_units(self, money: float, demand: float) -> Instance:
        """Return the instance with money and demand in other units, one of which is so many."""
        price = money / demand
        scenarios, model = self.scenarios, self.model
        weight = money * model.infrastructure_weight  # of what rules add to the costs below
        return replace(
            self,
            model=model.model_copy(update={"infrastructure_weight": weight}),
            made={},
            scenarios=replace(scenarios, demand=demand * scenarios.demand),
            arcs=self.arcs.with_cost(price * self.arcs.cost),
            unserved_price=price * self.unserved_price,
            opening_cost=money * self.opening_cost,
            charger_cost=money * self.charger_cost,
            fixed_cost=money * self.fixed_cost,
            fixed_capacity=demand * self.fixed_capacity,
            charger_capacity=demand * self.charger_capacity,
            charger_table=None if self.charger_table is None else demand * self.charger_table,
        )

    def with_scenarios(self, scenarios: ScenarioSet) -> Instance:
        """Return the same problem on other scenarios."""
        return replace(self, scenarios=scenarios)

    def on_means(self) -> Instance:
        """Return the same problem on mean demand: of all scenarios, or of each answer to them."""
        return self.with_scenarios(self.scenarios.mean())

    def subset(self, index: IntArray | Sequence[int]) -> Instance:
        """Return the problem on some of its scenarios."""
        return self.with_scenarios(self.scenarios.subset(index))


def _best_fill(instance: Instance, capacity: FloatArray) -> FloatArray:
    """Return the largest charger capacity of each site: existing ones, then the best kind."""
    base = instance.min_chargers @ capacity
    free = instance.region.sites.slots - instance.min_chargers.sum(axis=1)
    return np.asarray(base + free * capacity.max(initial=0.0))


def build_instance(region: Region, scenarios: ScenarioSet, model: ModelOptions) -> Instance:
    """Assemble the arrays of the two-stage model, or of each phase where there are several.

    Raises
    ------
    ConfigError
        If the scenarios are for other zones or types, or the model asks for what the region
        does not have.
    """
    faults = FaultCollector()
    for part in model.parts:
        part.conflicts(model, faults)
    faults.raise_if_any(ConfigError)
    return assembled(model.phases, region, scenarios, model)


@singledispatch
def assembled(
    phases: object, region: Region, scenarios: ScenarioSet, model: ModelOptions
) -> Instance:
    """Return the instance of one phase; that of several is made in :mod:`robustev.model.phases`."""
    _check_match(region, scenarios)
    region = with_levels(region, model)
    scenarios = model.objective.sees(scenarios)
    there = model.standing(region)
    kept = Standing.nothing(region) if any(part.lets_go for part in model.parts) else there
    min_open, min_chargers = kept.open, kept.chargers
    opening_cost = model.infrastructure_weight * region.sites.opening_cost
    charger_cost = model.infrastructure_weight * region.charger_cost
    sunk = 0.0
    if not any(part.counts_standing() for part in model.parts):
        sunk = float(opening_cost[there.open].sum() + (there.chargers @ charger_cost).sum())
    fixed_capacity = np.asarray(model.utilisation * region.sites.fixed_capacity)
    if not model.capacitated:
        fixed_capacity = np.full_like(fixed_capacity, np.inf)
    charger_capacity = model.utilisation * region.charger_capacity
    return Instance(
        region=region,
        scenarios=scenarios,
        model=model,
        arcs=_model_arcs(region, model),
        unserved_price=_unserved_prices(region, model),
        opening_cost=opening_cost,
        charger_cost=charger_cost,
        fixed_cost=-sunk,
        fixed_capacity=fixed_capacity,
        charger_capacity=charger_capacity,
        charger_table=table_of(region, model, charger_capacity),
        min_open=min_open,
        min_chargers=min_chargers,
        max_chargers=np.repeat(region.sites.slots[:, None], len(region.kinds), axis=1),
    )


def usable_capacity(plan: Plan, region: Region, model: ModelOptions) -> FloatArray:
    """Return the capacity of a plan's stations, shape (sites, types); infinite without limits.

    ``region`` is the planning region of ``model``.
    """
    if not model.capacitated:
        return np.full((region.num_sites, len(region.types)), np.inf)
    each = model.utilisation * region.charger_capacity
    table = table_of(region, model, each)
    if table is None:
        return plan.capacity(region, model.utilisation)
    fixed = np.where(plan.open[:, None], model.utilisation * region.sites.fixed_capacity, 0.0)
    return np.asarray(fixed + from_table(table, plan.chargers))


def with_levels(region: Region, model: ModelOptions) -> Region:
    """Return the region in which plans are made, once every part of the model has checked it.

    Raises
    ------
    ConfigError
        If the model names what the region does not have.
    """
    for part in model.parts:
        region = part.in_region(region)
    faults = FaultCollector()
    for part in model.parts:
        part.check(region, faults)
    faults.raise_if_any(ConfigError)
    return region


def reach_of(model: ModelOptions) -> Reach:
    """Return which arcs of a region a model wants."""
    wanted = [part.reach() for part in model.parts]
    counts = [one.nearest for one in wanted if one.nearest is not None]
    return Reach(min((one.most for one in wanted), default=math.inf), min(counts, default=None))


def _model_arcs(region: Region, model: ModelOptions) -> Arcs:
    """Return the region's arcs within the model's reach, at weighted costs."""
    wanted = reach_of(model)
    if not region.reach.among(region.num_sites).holds(wanted.among(region.num_sites)):
        raise ConfigError(
            [
                Fault(
                    "model.reach goes further than the region was read",
                    found=str(wanted),
                    expected=f"at most {region.reach}, or a region that is read with more arcs",
                )
            ]
        )
    arcs = wanted.of(region.arcs)
    return arcs.with_cost(model.travel_weight * arcs.cost)


def _unserved_prices(region: Region, model: ModelOptions) -> FloatArray:
    given = model.unserved_penalty
    if not isinstance(given, dict):
        return np.full(len(region.types), np.inf if given is None else float(given))
    unknown = [k for k in given if k not in region.types]
    if unknown:
        raise ConfigError(
            Fault(
                f"unserved_penalty names an unknown demand type"
                f" (is {nearest_name(k, region.types) or region.types[0]!r} meant?)",
                found=k,
                expected=f"one of {', '.join(region.types)}",
            )
            for k in unknown
        )
    return np.array([given.get(k, np.inf) for k in region.types])


def _check_match(region: Region, scenarios: ScenarioSet) -> None:
    for label, found, expected in (
        ("zones", scenarios.zones, region.zones.ids),
        ("types", scenarios.types, region.types),
    ):
        if tuple(found) != tuple(expected):
            odd = [name for name in found if name not in set(expected)][:5]
            raise ConfigError(
                [
                    Fault(
                        f"the scenarios' {label} are not the region's",
                        found=odd or f"{len(found)} {label} in another order",
                        expected=f"{len(expected)} {label}: {', '.join(expected[:5])}, ...",
                    )
                ]
            )
