"""What ``robustev check`` finds out: the data in figures, doubts, and a forecast for every plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robustev.config.experiment import Experiment
from robustev.config.region import make_region
from robustev.data.region import Region
from robustev.experiment.doubts import Evidence, doubts, fits
from robustev.experiment.methods import chosen_method, plan_instance
from robustev.experiment.prepare import make_scenarios
from robustev.methods.estimate import EffortEstimate, forecast
from robustev.methods.infeasibility import explain
from robustev.results.manifest import memory_gb


@dataclass(frozen=True)
class RegionFigures:
    """The region in figures.

    Parameters
    ----------
    coordinates
        ``degrees``, ``plane`` or ``none``.
    box
        West, south, east and north of all places; None without coordinates.
    cut_off
        Zones that reach no site.
    nearest_median, nearest_most
        Travel from a zone to its nearest site; None where no zone reaches one.
    fits
        By type, the share of today's demand that all sites full of chargers serve.
    """

    name: str
    zones: int
    sites: int
    kinds: tuple[str, ...]
    types: tuple[str, ...]
    demand: float
    coordinates: str
    box: tuple[float, float, float, float] | None
    cut_off: int
    nearest_median: float | None
    nearest_most: float | None
    fits: tuple[float, ...]


@dataclass(frozen=True)
class PlanForecast:
    """What one plan should take; sizes by method are None where a method knows of no forecast."""

    plan: str
    method: str
    ranks: int
    reason: str
    size: EffortEstimate
    why_no_plan: str | None
    memory_there: float | None

    @property
    def memory(self) -> float:
        """Gigabytes that all ranks need together; 0 where there is no forecast."""
        return self.ranks * self.size.gigabytes.get(self.method, 0.0)


@dataclass(frozen=True)
class Survey:
    """All that is found out about an experiment without solving it."""

    experiment: str
    region: RegionFigures
    scenarios: int
    demand_least: float
    demand_mean: float
    demand_most: float
    doubts: tuple[str, ...]
    plans: tuple[PlanForecast, ...]


def survey(experiment: Experiment) -> Survey:
    """Return what the data of an experiment are, what is doubtful, and what plans should take.

    Raises
    ------
    InputError
        With every fault in the data.
    """
    region = make_region(experiment)
    scenarios = make_scenarios(experiment, region)
    plans, doubtful = [], dict[str, None]()
    shares: list[float] = []
    for name, spec in experiment.plans.items():
        instance = plan_instance(region, scenarios, spec)
        choice, size = chosen_method(instance, spec.solve), forecast(instance, spec.solve.gap)
        method = choice.method
        plans.append(
            PlanForecast(
                name, method.name, method.num_ranks(spec.solve.ranks), choice.reason, size,
                explain(instance) or None, memory_gb(),
            )
        )  # fmt: skip
        first = instance.blocks[0]
        doubtful |= dict.fromkeys(doubts(Evidence(experiment, region, first)))
        shares = shares or fits(first)
    totals = scenarios.totals().sum(axis=1)
    return Survey(
        experiment.name, _figures(region, shares), len(scenarios), float(totals.min()),
        float(scenarios.probability @ totals), float(totals.max()), tuple(doubtful), tuple(plans),
    )  # fmt: skip


def _figures(region: Region, shares: list[float]) -> RegionFigures:
    nearest = region.arcs.zone_minimum(region.arcs.cost)
    reached = nearest[np.isfinite(nearest)]
    x = [v for v in (region.zones.x, region.sites.x) if v is not None]
    y = [v for v in (region.zones.y, region.sites.y) if v is not None]
    box = None
    if x and y:
        every = np.concatenate(x), np.concatenate(y)
        box = tuple(float(edge(axis)) for edge in (np.min, np.max) for axis in every)
    plane = "degrees" if region.geographic else "plane"
    return RegionFigures(
        region.name, region.num_zones, region.num_sites, tuple(kind.name for kind in region.kinds),
        region.types, float(region.demand.sum()), plane if box else "none", box,  # type: ignore[arg-type]
        len(region.arcs.cut_off), float(np.median(reached)) if len(reached) else None,
        float(reached.max()) if len(reached) else None, tuple(shares),
    )  # fmt: skip
