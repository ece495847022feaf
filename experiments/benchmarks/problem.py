"""What is measured besides on cases that have a yardstick: they are too large for peers."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from robustev.data.plan import Plan
from robustev.methods.estimate import forecast
from robustev.methods.result import SolveResult
from robustev.model.instance import Instance


def store_problem(instance: Instance, plan: Plan, file: Path) -> None:
    """Write the second stage of a plan of one demand type as ``yardstick`` reads it."""
    capacity, arcs = instance.capacity(plan)[:, 0], instance.arcs
    opened = np.flatnonzero(plan.open & (capacity > 0))
    number = np.full(instance.num_sites, -1)
    number[opened] = np.arange(len(opened))
    kept = number[arcs.site] >= 0
    np.savez(
        file, zone=arcs.zone[kept], site=number[arcs.site[kept]], cost=arcs.cost[kept],
        ceiling=instance.unserved_price[0], demand=instance.demand[:, :, 0],
        capacity=capacity[opened],
    )  # fmt: skip


def told_of(instance: Instance, result: SolveResult, gap: float) -> dict[str, float | None]:
    """Return what no plan can avoid, the plan's own cost, and what was forecast for the method.

    ``unavoidable`` is the expected cost of every zone at its nearest site, ``infrastructure`` what
    the plan costs in every scenario.
    """
    arcs, ceiling = instance.arcs, float(instance.unserved_price[0])
    nearest = np.minimum(arcs.zone_minimum(arcs.cost), ceiling)
    mean = instance.probability @ instance.demand[:, :, 0]
    expected = forecast(instance, gap)
    assert result.plan is not None
    return {
        "unavoidable": float(mean @ nearest),
        "infrastructure": instance.infrastructure_cost(result.plan),
        "forecast_seconds": expected.seconds.get(result.method),
        "forecast_gb": expected.gigabytes.get(result.method),
    }
