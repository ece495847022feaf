"""One plan as people and other tools read it: a document, a table, a map."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from robustev.assess.input import JudgedPlan
from robustev.core.arrays import FloatArray
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.evaluate.building import CLOSED, building, changes
from robustev.methods.result import SolveResult, relative_gap
from robustev.model.instance import usable_capacity
from robustev.model.options import ModelOptions
from robustev.results.outside import outside_parts
from robustev.results.schema import GROUP, PlanDocument


def plan_document(
    name: str,
    result: SolveResult,
    region: Region,
    model: ModelOptions,
) -> PlanDocument:
    """Return the content of ``plans/<plan>.json``; what is not known is None.

    ``region`` is the planning region of ``model``.
    """
    plan = result.plan
    return PlanDocument(
        plan=name,
        method=result.method,
        objective=finite(result.objective),
        lower_bound=finite(result.lower_bound),
        gap=finite(result.gap),
        status=result.status,
        seconds=round(result.seconds, 3),
        open_sites=None if plan is None else open_sites(plan, region),
        chargers=None if plan is None else charger_counts(plan, region),
        message=result.message,
        outside=outside_parts(model),
        **_building(plan, region, model),
    )


def candidate_document(candidate: JudgedPlan, region: Region, model: ModelOptions) -> PlanDocument:
    """Return the content of ``plans/<plan>.json`` for a plan that the comparison brought in.

    ``region`` is the planning region of ``model``.
    """
    return PlanDocument(
        plan=candidate.name,
        method="given" if candidate.model is None else "comparison",
        objective=finite(candidate.objective),
        lower_bound=finite(candidate.lower_bound),
        gap=finite(relative_gap(candidate.objective, candidate.lower_bound)),
        open_sites=open_sites(candidate.plan, region),
        chargers=charger_counts(candidate.plan, region),
        violations=candidate.violations,
        **_building(candidate.plan, region, model),
    )


def _building(plan: Plan | None, region: Region, model: ModelOptions) -> dict[str, Any]:
    """Return what a document tells of what is built."""
    if plan is None:
        return {}
    built = building(plan, region, model)
    return {
        "kinds": tuple(kind.name for kind in region.kinds),
        "spend": finite(float(built.cost.sum())),
        "further_cost": finite(built.further_cost),
        "closed_sites": closed_sites(plan, region),
        "removed": removed_chargers(plan, region),
    }


def closed_sites(plan: Plan, region: Region) -> tuple[str, ...]:
    """Return the ids of the sites where a station stands that the plan does not have."""
    happens = zip(region.sites.ids, changes(plan, region), strict=True)
    return tuple(site for site, change in happens if change == CLOSED)


def removed_chargers(plan: Plan, region: Region) -> dict[str, int]:
    """Return how many chargers go, by kind; kinds of which all stay are left out."""
    gone = np.maximum(region.sites.existing - plan.chargers, 0).sum(axis=0)
    return {kind.name: int(n) for kind, n in zip(region.kinds, gone, strict=True) if n}


def finite(value: float | None) -> float | None:
    """Return the number, None for one that JSON cannot hold."""
    return None if value is None or not math.isfinite(value) else float(value)


def open_sites(plan: Plan, region: Region) -> tuple[str, ...]:
    """Return the ids of the sites where a station stands."""
    return tuple(region.sites.ids[i] for i in np.flatnonzero(plan.open))


def charger_counts(plan: Plan, region: Region) -> dict[str, dict[str, int]]:
    """Return the chargers of every open site, by kind; kinds without chargers are left out."""
    counts: dict[str, dict[str, int]] = {}
    for i in np.flatnonzero(plan.open):
        row = zip(region.kinds, plan.chargers[i], strict=True)
        counts[region.sites.ids[i]] = {kind.name: int(count) for kind, count in row if count}
    return counts


def plan_table(
    plan: Plan, region: Region, model: ModelOptions, load: FloatArray | None = None
) -> pd.DataFrame:
    """Return one row per open site: what stands there, what is built, what it costs, its load.

    Columns: id, name, x, y; chargers by kind, those that stand included; ``change`` (see
    :func:`robustev.evaluate.building.changes`); ``existing_<kind>``, ``new_<kind>`` (negative where
    chargers go), ``cost`` of what is built; ``group_<attribute>`` for the region's own groups;
    capacity, load, utilisation. ``region`` is the planning region of ``model``.

    ``load`` is the expected load, shape (sites, types); without it those columns are absent. With
    several types there is one column of each for every type, such as ``capacity_slow``. An
    uncapacitated station has infinite capacity and no utilisation.
    """
    table = plan.to_frame(region)
    index = np.flatnonzero(plan.open)
    built = building(plan, region, model)
    table["change"] = [built.change[i] for i in index]
    for r, charger in enumerate(region.kinds):
        table[f"existing_{charger.name}"] = region.sites.existing[index, r]
        table[f"new_{charger.name}"] = built.added[index, r]
    table["cost"] = built.cost[index]
    for group, labels in region.sites.groups.items():
        table[f"{GROUP}{group}"] = [labels[i] for i in index]
    capacity = usable_capacity(plan, region, model)[index]
    for k, kind in enumerate(region.types):
        suffix = f"_{kind}" if len(region.types) > 1 else ""
        table[f"capacity{suffix}"] = capacity[:, k]
        if load is not None:
            table[f"load{suffix}"] = load[index, k]
            table[f"utilisation{suffix}"] = _share(load[index, k], capacity[:, k])
    return table


def _share(load: FloatArray, capacity: FloatArray) -> FloatArray:
    known = np.isfinite(capacity) & (capacity > 0)
    return np.divide(load, capacity, out=np.full_like(load, np.nan), where=known)


def plan_features(table: pd.DataFrame) -> dict[str, Any]:
    """Return the table as GeoJSON points; ``x`` and ``y`` are longitude and latitude."""
    records = table.to_dict("records")
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [row["x"], row["y"]]},
                "properties": {k: v for k, v in row.items() if k not in ("x", "y")},
            }
            for row in records
        ],
    }
