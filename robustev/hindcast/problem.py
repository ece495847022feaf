"""The siting problem of a region at a decision, the same rule for all regions."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from robustev.core.arrays import FloatArray, IntArray, frozen
from robustev.data.reach import Reach
from robustev.data.region import ChargerKind, Region, Sites, Zones
from robustev.data.scenarios import ScenarioSet
from robustev.data.travel import great_circle_arcs
from robustev.hindcast.config import PlanningConfig
from robustev.hindcast.known import Known
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from robustev.model.risk import RiskMeasure

TYPES = ("ev",)


@dataclass(frozen=True, eq=False)
class Problem:
    """Where chargers may stand, and what they cost; judged on ``region``, planned on ``coarse``.

    Parameters
    ----------
    region
        Every zone.
    coarse
        The region that plans are made for: the same, or with neighbours merged.
    cluster
        Shape (zones,): the zone of ``coarse`` that each zone is in.
    per_person
        Demand of one person.
    """

    region: Region
    coarse: Region
    cluster: IntArray
    per_person: float
    config: PlanningConfig

    def model(self, objective: RiskMeasure, budget: float | None = None) -> Model:
        """Return the model with a risk measure; ``budget`` is relative to today's demand."""
        share = self.config.budget if budget is None else budget
        return Model(
            objective=objective,
            unserved_penalty=self.config.unserved_penalty,
            infrastructure_weight=self.config.charger_cost,
            budget={"limit": share * float(self.region.demand.sum())},
            reach={"nearest": self.config.nearest},
        )

    def planned(self, people: FloatArray) -> ScenarioSet:
        """Return scenarios to plan with, from people, shape (scenarios, zones)."""
        demand = np.zeros((len(people), self.coarse.num_zones))
        np.add.at(demand.T, self.cluster, self.per_person * people.T)
        return _scenarios(demand, self.coarse)

    def judged(self, people: FloatArray) -> Instance:
        """Return the instance of every zone, with the people of one year, shape (zones,)."""
        from robustev.model.risk import Expected  # noqa: PLC0415

        scenarios = _scenarios(self.per_person * people[None], self.region)
        return build_instance(self.region, scenarios, self.model(Expected()))


def _scenarios(demand: FloatArray, region: Region) -> ScenarioSet:
    return ScenarioSet.equiprobable(demand[:, :, None], region.zones.ids, region.types)


def make_problem(known: Known, config: PlanningConfig) -> Problem:
    """Return the siting problem by the rule of the configuration.

    Sites are the zones with most people, in the order of the panel among equals. A charger costs
    as much money as the demand it serves, so that money counts units of capacity.
    """
    people = known.growth.base
    each = config.ownership * config.need
    total = each * float(people.sum())
    largest = np.argsort(-people, kind="stable")[: config.sites]
    sites = np.sort(largest)
    unit = total / config.modules
    past = known.region
    count = len(sites)
    near = Reach(nearest=config.nearest)
    region = Region(
        name=past.name,
        zones=Zones(past.ids, past.longitude, past.latitude, people, names=past.names),
        sites=Sites(
            ids=tuple(past.ids[i] for i in sites),
            slots=np.full(count, config.modules * 4),
            existing=np.zeros((count, 1), dtype=np.int64),
            existing_open=np.zeros(count, dtype=bool),
            opening_cost=np.zeros(count),
            fixed_capacity=np.zeros((count, 1)),
            x=past.longitude[sites], y=past.latitude[sites],
            names=tuple(past.names[i] for i in sites),
        ),
        kinds=(ChargerKind("charger", {"ev": unit}, cost=unit),),
        types=TYPES,
        demand=each * people[:, None],
        arcs=great_circle_arcs(past.longitude[sites], past.latitude[sites], past.longitude,
                               past.latitude, detour=config.detour, reach=near),
        geographic=True,
        reach=near,
        past_population=known.history,
    )  # fmt: skip
    cluster = _clusters(region, known, config.clusters)
    return Problem(region, _merged(region, cluster, config), cluster, each, config)


def _clusters(region: Region, known: Known, count: int | None) -> IntArray:
    """Return which of ``count`` clusters each zone is in: that of the nearest of so many largest.

    Largest zones are the seeds, so the clusters are towns with their surroundings.
    """
    zones = region.num_zones
    if count is None or count >= zones:
        return np.arange(zones)
    seeds = np.sort(np.argsort(-region.demand[:, 0], kind="stable")[:count])
    points = known.points
    apart = np.linalg.norm(points[:, None, :] - points[None, seeds, :], axis=2)
    return np.asarray(apart.argmin(axis=1))


def _merged(region: Region, cluster: IntArray, config: PlanningConfig) -> Region:
    """Return the region with the zones of a cluster as one, at their centre of population."""
    count = int(cluster.max()) + 1
    if count == region.num_zones:
        return region
    assert region.zones.x is not None
    assert region.zones.y is not None
    assert region.sites.x is not None
    assert region.sites.y is not None
    weight = region.demand[:, 0]
    total = np.bincount(cluster, weight, count).astype(np.float64)
    x = np.bincount(cluster, weight * region.zones.x, count) / total
    y = np.bincount(cluster, weight * region.zones.y, count) / total
    near = Reach(nearest=config.nearest)
    return replace(
        region,
        zones=Zones(tuple(f"cluster {c}" for c in range(count)), x, y, total),
        demand=frozen(total[:, None]),
        arcs=great_circle_arcs(region.sites.x, region.sites.y, x, y, detour=config.detour,
                               reach=near),
        past_population=None,
    )  # fmt: skip
