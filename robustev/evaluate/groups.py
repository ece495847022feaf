"""Service by population group: who is served, and how far they go for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robustev.data.region import Region
from robustev.evaluate.evaluation import Evaluation
from robustev.evaluate.travel import mean_travel, travel_quantiles


@dataclass(frozen=True)
class Service:
    """How one group is served; None where it has no demand.

    ``demand_share`` is its share of all demand, ``served_share`` the served share of its own.
    """

    group: str
    demand_share: float | None
    served_share: float | None
    mean_travel: float | None
    p90_travel: float | None


def service_by_group(evaluation: Evaluation, region: Region) -> dict[str, tuple[Service, ...]]:
    """Return the service of every group, by attribute of the region's zones."""
    return {
        attribute: tuple(_service(evaluation, region, labels, name) for name in _sorted(labels))
        for attribute, labels in region.zones.groups.items()
    }


def _sorted(labels: tuple[str, ...]) -> list[str]:
    """Return the groups' names, each once."""
    return sorted(set(labels))


def _service(evaluation: Evaluation, region: Region, labels: tuple[str, ...], name: str) -> Service:
    """Return how the zones of one group are served."""
    inside = np.array([label == name for label in labels])
    arcs = inside[region.arcs.zone]
    flow, travel = evaluation.flow[arcs], region.arcs.cost[arcs]
    served = float(flow.sum())
    demand = served + float(evaluation.unserved_at[inside].sum())
    everything = float(evaluation.flow.sum() + evaluation.unserved_at.sum())
    return Service(
        group=name,
        demand_share=demand / everything if everything > 0 else None,
        served_share=served / demand if demand > 0 else None,
        mean_travel=mean_travel(flow, travel),
        p90_travel=travel_quantiles(flow, travel, [0.9])[0],
    )
