"""Scenario generation: a forecast distribution, random numbers, and memory asked for first."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import numpy as np

from robustev.arrays import FloatArray
from robustev.errors import ConfigError
from robustev.forecast.config import ScenarioConfig
from robustev.forecast.distribution import ForecastDistribution, Sample
from robustev.forecast.draws import Draws, draw
from robustev.forecast.drivers import DriverForecast
from robustev.region import Region
from robustev.scenario import ScenarioSet

logger = logging.getLogger(__name__)

CHUNK_BYTES = 32e6  # demand made at a time; temporaries are a few times this


def forecast_distribution(region: Region, config: ScenarioConfig) -> ForecastDistribution:
    """Return the forecast distribution that ``config`` describes, tied to the region.

    Raises
    ------
    ConfigError
        If the region lacks what the definition refers to.
    """
    return DriverForecast.prepare(config.source, region)


def demand_bytes(region: Region, num_scenarios: int) -> int:
    """Return the size of the demand array of so many scenarios, in bytes."""
    return 8 * num_scenarios * region.num_zones * len(region.types)


def generate(
    region: Region, config: ScenarioConfig, *, num_scenarios: int, seed: int
) -> ScenarioSet:
    """Return ``num_scenarios`` demand scenarios for the region.

    The same seed gives the same scenarios; with all methods but ``latin_hypercube``, scenario k
    does not depend on how many are asked for.

    Raises
    ------
    ConfigError
        If the region lacks what the definition refers to, or the set would not fit in memory.
    """
    _refuse_if_too_large(region, config, num_scenarios)
    demand = np.empty((num_scenarios, region.num_zones, len(region.types)))
    drivers: dict[str, FloatArray] = {}
    row = 0
    for sample in samples(region, config, num_scenarios=num_scenarios, seed=seed):
        size = len(sample.demand)
        demand[row : row + size] = sample.demand
        for name, values in sample.drivers.items():
            drivers.setdefault(name, np.empty(num_scenarios))[row : row + size] = values
        row += size
    demand.flags.writeable = False
    return ScenarioSet.equiprobable(demand, region.zones.ids, region.types, drivers=drivers)


def samples(
    region: Region, config: ScenarioConfig, *, num_scenarios: int, seed: int
) -> Iterator[Sample]:
    """Yield the scenarios of `generate` in order, some at a time, in little memory."""
    distribution = forecast_distribution(region, config)
    draws = draw(config.sampling, num_scenarios, distribution.dimensions, seed)
    size = max(1, int(CHUNK_BYTES / demand_bytes(region, 1)))
    for start in range(0, num_scenarios, size):
        part = slice(start, start + size)
        yield distribution.sample(
            Draws(seed, draws.index[part], draws.leading[part], draws.antithetic)
        )


def _refuse_if_too_large(region: Region, config: ScenarioConfig, num_scenarios: int) -> None:
    gigabytes = demand_bytes(region, num_scenarios) / 1e9
    if gigabytes > config.max_gigabytes:
        raise ConfigError(
            f"{num_scenarios:,} scenarios of {region.num_zones:,} zones and {len(region.types)} "
            f"types need {gigabytes:.2f} GB, above max_gigabytes = {config.max_gigabytes:g}; "
            "ask for fewer, raise the limit, or stream them to a file"
        )
