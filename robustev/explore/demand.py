"""Demand of other futures: more vehicles everywhere, and more or less of each zone's own growth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.data.scenarios import ScenarioSet

STILL = 0.05
"""Change of total demand, over today's, up to which scenarios forecast no growth: it is noise."""


def forecasts_growth(scenarios: ScenarioSet, today: FloatArray) -> bool:
    """Return whether mean demand differs from today's, shape (zones, types), in all."""
    mean, before = float(scenarios.mean().demand.sum()), float(today.sum())
    return before > 0 and abs(mean - before) > STILL * before


def changed(
    scenarios: ScenarioSet, today: FloatArray, adoption: float, growth: float
) -> ScenarioSet:
    """Return scenarios with more vehicles and with another share of the growth that is forecast.

    ``adoption`` multiplies all demand. ``growth`` is the share of the forecast change that comes
    about, zone by zone and type by type: mean demand becomes ``today + growth (mean - today)``,
    never below 0, and every scenario keeps its ratio to the mean. Zones that are forecast to grow
    fast react most. 0 leaves today's demand, 1 the scenarios as they are.
    """
    if growth == 1.0:
        return scenarios if adoption == 1.0 else scenarios.scaled(adoption)
    mean = scenarios.mean().demand[0]
    wanted = np.maximum(today + growth * (mean - today), 0.0)
    factor = np.divide(wanted, mean, out=np.ones_like(mean), where=mean > 0)
    demand = (scenarios.demand * (adoption * factor)).astype(scenarios.demand.dtype)
    return replace(scenarios, demand=demand)
