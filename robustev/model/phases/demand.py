"""Scenarios of several phases in one set: its zones are pairs of phase and zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.core.errors import ConfigError
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.model.phases.config import Phases


def zone_names(phases: Phases, zones: Sequence[str]) -> tuple[str, ...]:
    """Return the names of pairs of phase and zone, phase by phase.

    >>> steps = [{"name": "now", "growth": 1}, {"name": "then", "growth": 2}]
    >>> zone_names(Phases(steps=steps), ["a", "b"])
    ('now:a', 'now:b', 'then:a', 'then:b')
    """
    return tuple(f"{name}:{zone}" for name in phases.names for zone in zones)


def joined(phases: Phases, demand: Sequence[FloatArray], like: ScenarioSet) -> ScenarioSet:
    """Return scenarios with the demand of each phase, each of shape (scenarios, zones, types)."""
    whole = np.concatenate(list(demand), axis=1)
    whole.flags.writeable = False
    return replace(like, demand=whole, zones=zone_names(phases, like.zones))


def by_phase(phases: Phases, scenarios: ScenarioSet, region: Region) -> ScenarioSet:
    """Return scenarios of all phases; those of one phase grow by the factors that are given.

    Raises
    ------
    ConfigError
        If scenarios of one phase have no factors to grow by, or growth names an unknown type.
    """
    if scenarios.zones == zone_names(phases, region.zones.ids):
        return scenarios
    if scenarios.zones != region.zones.ids:
        raise ConfigError(
            f"the scenarios are neither for the region's zones nor for those of the phases "
            f"{', '.join(phases.names)}"
        )
    if phases.years is not None and len(phases.steps) > 1:
        raise ConfigError(
            "model.phases: these scenarios hold the demand of one year alone; give each phase a "
            "'growth' factor, or scenarios by year"
        )
    for step in phases.steps:
        unknown = set(step.growth) - set(region.types) if isinstance(step.growth, dict) else set()
        if unknown:
            raise ConfigError(
                f"model.phases: growth of {step.name} names {', '.join(sorted(unknown))}; the "
                f"region's demand types are {', '.join(region.types)}"
            )
    every = range(len(phases.steps))
    factors = [np.array(phases.factors(t, region.types)) for t in every]
    return joined(phases, [scenarios.demand * factor for factor in factors], scenarios)
