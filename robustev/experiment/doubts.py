"""What in sound data is probably not meant: each doubt in a sentence, with the key to look at.

A doubt is told, never refused: small grids are measured in units that look like degrees, and a
price may be low on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from robustev.config.experiment import Experiment
from robustev.core.arrays import FloatArray
from robustev.core.formatting import count, listed, percent, rounded
from robustev.data.geometry import zone_points
from robustev.data.region import Region
from robustev.model.instance import Instance

FAR = 1.0
"""Sites are far away if the median zone is further from its nearest site, in straight line, than
this share of the zones' extent."""
LONG_KM = 300.0
"""Nobody charges so far from home: more km to the nearest site are metres or miles."""
MANY = 5.0
"""Scenarios are told of where they hold so many times today's demand, or as small a share."""
SHOWN = 3
LATITUDE, LONGITUDE = re.compile(r"lat", re.IGNORECASE), re.compile(r"lon|lng", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Evidence:
    """What doubts are raised from: an experiment with its region and the instance of one plan."""

    experiment: Experiment
    region: Region
    instance: Instance

    @property
    def nearest(self) -> FloatArray:
        """Travel from each zone to its nearest site, shape (zones,); infinite without one."""
        return self.region.arcs.zone_minimum(self.region.arcs.cost)


def doubts(evidence: Evidence) -> list[str]:
    """Return every doubt in a sentence or two."""
    return [sentence for doubt in DOUBTS for sentence in doubt(evidence)]


def _looks_like_degrees(one: Evidence) -> Iterator[str]:
    region = one.region
    if region.geographic or region.zones.x is None or region.zones.y is None:
        return
    columns = getattr(one.experiment.region, "zone_columns", None)
    named = columns is not None and bool(
        LONGITUDE.search(columns.x + columns.y) and LATITUDE.search(columns.x + columns.y)
    )
    small = np.abs(region.zones.x).max() <= 180 and np.abs(region.zones.y).max() <= 90
    broken = (np.mod(region.zones.x, 1) != 0).mean() > 0.5 and (
        np.mod(region.zones.y, 1) != 0
    ).mean() > 0.5
    narrow = max(np.ptp(region.zones.x), np.ptp(region.zones.y)) < 20
    if small and (named or (broken and narrow and region.num_zones >= 10)):
        yield (
            "Coordinates look like degrees, but travel is measured in them as if they were a "
            "plane: set region.travel to {kind: great_circle}, which gives km."
        )


def _swapped(one: Evidence) -> Iterator[str]:
    for section in ("zone_columns", "site_columns"):
        columns = getattr(one.experiment.region, section, None)
        if columns is None:
            continue
        x, y = columns.x, columns.y
        if LATITUDE.search(x) and LONGITUDE.search(y) and not LONGITUDE.search(x):
            yield (
                f"region.{section} takes x from {x!r} and y from {y!r}; longitude is x and "
                "latitude is y: swap them."
            )


def _far_away(one: Evidence) -> Iterator[str]:
    region = one.region
    located = [v for owner in (region.zones, region.sites) for v in (owner.x, owner.y)]
    if any(values is None for values in located) or region.num_zones < 2:
        return
    points = zone_points(region)
    extent = float(np.hypot.reduce(np.ptp(points, axis=0)))
    low = np.array([values.min() for values in located[:2] if values is not None])
    high = np.array([values.max() for values in located[:2] if values is not None])
    sites = np.column_stack([values for values in located[2:] if values is not None])
    gap = np.maximum(np.maximum(low - sites, sites - high), 0.0)
    span = float(np.hypot(*(high - low))) or 1.0
    outside = np.hypot(*gap.T) > FAR * span
    if extent > 0 and outside.any():
        ids = [region.sites.ids[i] for i in np.flatnonzero(outside)]
        some = listed(ids[:SHOWN]) + (" and others" if len(ids) > SHOWN else "")
        yield (
            f"{count(len(ids), 'site')} of {region.num_sites} ({some}) stand further from all "
            "zones than these extend: look at the coordinates, or at 'crs' beside the files."
        )


def _cut_off(one: Evidence) -> Iterator[str]:
    region = one.region
    cut = region.arcs.cut_off
    if len(cut):
        share = region.demand[cut].sum() / max(region.demand.sum(), 1e-300)
        ids = listed([region.zones.ids[j] for j in cut[:SHOWN]])
        yield (
            f"{count(len(cut), 'zone')} with {percent(float(share))} of today's demand reach no "
            f"site ({ids}{' and others' if len(cut) > SHOWN else ''}): their demand can only stay "
            "unserved. Widen model.reach, or look at the travel data."
        )


def _too_long(one: Evidence) -> Iterator[str]:
    distance = one.nearest[np.isfinite(one.nearest)]
    unit = one.experiment.units.travel.lower()
    if not len(distance):
        return
    middle = float(np.median(distance))
    if middle > LONG_KM and (unit == "km" or unit.startswith("kilomet") or one.region.geographic):
        yield (
            f"Half of the zones are more than {rounded(middle)} km from their nearest site: are "
            "these metres? Then set region.travel.factor to 0.001."
        )


def _does_not_fit(one: Evidence) -> Iterator[str]:
    for k, (name, share) in enumerate(zip(one.region.types, fits(one.instance), strict=True)):
        if share < 0.5 and one.region.demand[:, k].sum() > 0:
            yield (
                f"All sites full of chargers serve {percent(share)} of today's demand of type "
                f"{name!r}: do demand and region.chargers.capacity count the same unit and period?"
            )


def _no_demand(one: Evidence) -> Iterator[str]:
    for k, name in enumerate(one.region.types):
        if not one.region.demand[:, k].any():
            yield f"There is no demand of type {name!r}: look at its column of the zones."
    today = float(one.region.demand.sum())
    mean = float(one.instance.probability @ one.instance.scenarios.totals().sum(axis=1))
    if today > 0 and not today / MANY <= mean <= MANY * today:
        yield (
            f"The scenarios hold {rounded(mean / today)} times today's demand on average: look at "
            "the section 'scenarios'."
        )


def _one_charger_serves_all(one: Evidence) -> Iterator[str]:
    total = one.region.demand.sum(axis=0)
    for kind in one.region.kinds:
        most = [kind.capacity.get(name, 0.0) for name in one.region.types]
        if any(c >= t > 0 for c, t in zip(most, total, strict=True)) and one.region.num_zones >= 10:
            yield (
                f"One charger of kind {kind.name!r} serves all demand of the region: do demand and "
                "its capacity count the same unit and period?"
            )


def _never_worth_building(one: Evidence) -> Iterator[str]:
    """The most that a full charger saves, at the zones where it saves most, against its cost."""
    instance = one.instance
    if not np.isfinite(instance.unserved_price).all() or not instance.num_kinds:
        return
    least = float(instance.arcs.cost.min(initial=np.inf))
    saved = np.maximum(instance.unserved_price - least, 0.0)
    gain = instance.charger_capacity @ saved
    if (gain <= instance.charger_cost).all() and not instance.fixed_capacity.any():
        r = int(np.argmax(gain - instance.charger_cost))
        yield (
            f"No charger is ever worth its cost: a full {one.region.kinds[r].name!r} saves "
            f"{rounded(float(gain[r]))} at most and costs "
            f"{rounded(float(instance.charger_cost[r]))}. Raise model.unserved_penalty, or bring "
            "costs and demand to the same period."
        )
        return
    nearest = instance.arcs.zone_minimum(instance.arcs.cost)
    for k, name in enumerate(one.region.types):
        demand = one.region.demand[:, k]
        dear = nearest >= instance.unserved_price[k]
        share = float(demand[dear].sum() / max(demand.sum(), 1e-300))
        if share > 0.2:
            yield (
                f"For {percent(share)} of the demand of type {name!r} the way to the nearest site "
                "costs more than leaving it unserved: look at model.unserved_penalty, "
                "model.travel_weight and the unit of travel."
            )


def _budget_buys_nothing(one: Evidence) -> Iterator[str]:
    budget = getattr(one.instance.model, "budget", None)
    region = one.region
    if budget is None or not region.kinds:
        return
    closed = ~region.sites.existing_open & (region.sites.slots > 0)
    opening = np.where(region.sites.existing_open, 0.0, region.sites.opening_cost)
    room = region.sites.slots > region.sites.existing.sum(axis=1)
    usable = (closed | region.sites.existing_open) & room
    if not usable.any():
        return
    least = float(opening[usable].min() + region.charger_cost.min())
    if budget.limit < least:
        yield (
            f"The budget of {rounded(budget.limit)} buys no charger: the cheapest costs "
            f"{rounded(least)} with its station. Look at model.budget.limit and its unit."
        )


def _same_place(one: Evidence) -> Iterator[str]:
    sites = one.region.sites
    if sites.x is None or sites.y is None or len(sites) < 2:
        return
    _, first, number = np.unique(
        np.column_stack([sites.x, sites.y]), axis=0, return_inverse=True, return_counts=True
    )
    shared = np.flatnonzero(number[first.ravel()] > 1)
    if len(shared):
        ids = [sites.ids[i] for i in shared]
        some = listed(ids[:SHOWN]) + (" and others" if len(ids) > SHOWN else "")
        yield f"{count(len(ids), 'site')} share their coordinates with another ({some})."


def _population(one: Evidence) -> Iterator[str]:
    people = one.region.zones.population
    if people is not None and not people.any():
        yield "No zone has any population: look at its column of the zones."


DOUBTS = (
    _looks_like_degrees,
    _swapped,
    _far_away,
    _cut_off,
    _too_long,
    _no_demand,
    _does_not_fit,
    _one_charger_serves_all,
    _never_worth_building,
    _budget_buys_nothing,
    _same_place,
    _population,
)
"""Every doubt, in the order in which they are told."""


def fits(instance: Instance) -> list[float]:
    """Return by type the share of today's demand that all sites together can serve, at most 1."""
    most, demand = instance.max_capacity().sum(axis=0), instance.region.demand.sum(axis=0)
    return [min(1.0, float(m / d)) if d > 0 else 1.0 for m, d in zip(most, demand, strict=True)]
