"""Evaluations as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from robustev.core.arrays import FloatArray
from robustev.data.region import Region
from robustev.evaluate.evaluation import Evaluation

IN_SAMPLE, OUT_OF_SAMPLE = "in_sample", "out_of_sample"
"""Trials of the evaluation: the scenarios that plans were made from, and fresh ones."""


def evaluation_frame(
    evaluations: Sequence[Evaluation],
    types: Sequence[str],
    *,
    trial: str = OUT_OF_SAMPLE,
    regret: Mapping[str, FloatArray] | None = None,
) -> pd.DataFrame:
    """Return one row per plan and scenario: cost and its parts, demand, unserved units, regret.

    ``trial`` names the scenario set. ``regret`` maps plans to shape (scenarios,), missing (nan)
    where it is not known. With several types there is a column of unserved units for each.
    """
    tables = []
    for one in evaluations:
        columns: dict[str, object] = {
            "trial": trial,
            "plan": one.plan.name,
            "scenario": list(one.scenarios),
            "probability": one.probability,
            "cost": one.cost,
            "infrastructure": one.infrastructure,
            "travel": one.travel,
            "unserved_cost": one.penalty,
            "demand": one.demand.sum(axis=1),
            "unserved": one.unserved.sum(axis=1),
            "distance": one.distance,
        }
        if len(types) > 1:
            columns |= {f"unserved_{k}": one.unserved[:, n] for n, k in enumerate(types)}
        unknown = np.full(len(one.scenarios), np.nan)
        columns["regret"] = (regret or {}).get(one.plan.name, unknown)
        tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True)


def site_frame(evaluation: Evaluation, region: Region) -> pd.DataFrame:
    """Return one row per open site and type: capacity, expected and peak load, utilisation.

    The site's name stands beside its id where the region has names.
    """
    names, rows = region.sites.names, []
    for i in np.flatnonzero(evaluation.plan.open):
        for k, name in enumerate(region.types):
            capacity, load = evaluation.capacity[i, k], evaluation.load[i, k]
            limited = np.isfinite(capacity) and capacity > 0
            rows.append(
                {
                    "plan": evaluation.plan.name,
                    "site": region.sites.ids[i],
                    **({} if names is None else {"name": names[i]}),
                    "type": name,
                    "capacity": capacity,
                    "load": load,
                    "peak_load": evaluation.peak_load[i, k],
                    "utilisation": load / capacity if limited else np.nan,
                }
            )
    return pd.DataFrame(rows)


def zone_frame(evaluation: Evaluation, region: Region) -> pd.DataFrame:
    """Return one row per zone: expected demand and unserved units, mean travel of the served."""
    served = region.arcs.zone_sum(evaluation.flow)
    total = region.arcs.zone_sum(evaluation.flow * region.arcs.cost)
    columns: dict[str, object] = {
        "plan": evaluation.plan.name,
        "zone": list(region.zones.ids),
        "demand": served + evaluation.unserved_at.sum(axis=1),
        "unserved": evaluation.unserved_at.sum(axis=1),
        "mean_travel": np.divide(total, served, out=np.full_like(total, np.nan), where=served > 0),
    }
    if len(region.types) > 1:
        for k, name in enumerate(region.types):
            columns[f"unserved_{name}"] = evaluation.unserved_at[:, k]
    return pd.DataFrame(columns)


def flow_frame(evaluation: Evaluation, region: Region) -> pd.DataFrame:
    """Return one row per zone and site that serves it: expected units, and their share of both."""
    used = region.arcs.by_site[evaluation.flow[region.arcs.by_site] > 0]
    site, zone, amount = region.arcs.site[used], region.arcs.zone[used], evaluation.flow[used]
    demand = region.arcs.zone_sum(evaluation.flow) + evaluation.unserved_at.sum(axis=1)
    return pd.DataFrame(
        {
            "plan": evaluation.plan.name,
            "zone": [region.zones.ids[j] for j in zone],
            "site": [region.sites.ids[i] for i in site],
            "amount": amount,
            "share_of_zone": amount / demand[zone],
            "travel": region.arcs.cost[used],
        }
    )
