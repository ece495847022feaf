"""Scenario generation: a distribution of demand, random numbers, and memory asked for first."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.core.errors import ConfigError
from robustev.core.formatting import count as number
from robustev.data.reduction import MAX_SCENARIOS, ReducedScenarios, reduce_scenarios
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.scenarios.config import ScenarioConfig
from robustev.scenarios.sampling import RandomNumbers, draw
from robustev.scenarios.sources import DemandDistribution, Sample, Source, default_source
from robustev.scenarios.stress import add_stress

logger = logging.getLogger(__name__)

BLOCK, BLOCK_VALUES = 64, 1 << 20  # scenarios, and about how many numbers, made at a time
SINGLE_BEYOND = 1e9  # bytes in double precision from which on scenarios are kept in single

CostSpace = Callable[[ScenarioSet], FloatArray]
"""Distances of scenarios by what they cost, shape (scenarios, scenarios)."""


@dataclass(frozen=True, eq=False)
class Generated:
    """Scenarios, and how they came about.

    Parameters
    ----------
    scenarios
        What plans are made from: reduced where that was asked for, with stress scenarios.
    full
        All scenarios that were drawn or read.
    reduction
        What the reduction kept and lost, or None.
    notes
        Repairs and choices made on the way, in words.
    """

    scenarios: ScenarioSet
    full: ScenarioSet
    reduction: ReducedScenarios | None
    notes: tuple[str, ...] = ()


def chosen_source(region: Region, config: ScenarioConfig) -> Source:
    """Return the source in ``config``, or the one that suits the region where none is given.

    A region with at least five years of history is forecast from it, one year ahead; any other
    gets the drivers of moderate, uncertain growth.
    """
    return config.source if config.source is not None else default_source(region)


def demand_bytes(region: Region, num_scenarios: int) -> int:
    """Return the size of the demand array of so many scenarios, in bytes.

    Beyond 1 GB demand is kept in single precision, in half of that.
    """
    return (
        num_scenarios
        * region.num_zones
        * len(region.types)
        * _precision(region, num_scenarios).itemsize
    )


def _precision(region: Region, num_scenarios: int) -> np.dtype[Any]:
    double = 8 * num_scenarios * region.num_zones * len(region.types)
    return np.dtype(np.float32 if double > SINGLE_BEYOND else np.float64)


def generate(
    region: Region,
    config: ScenarioConfig,
    *,
    num_scenarios: int,
    seed: int,
    cost_space: CostSpace | None = None,
    given: ScenarioSet | None = None,
) -> ScenarioSet:
    """Return demand scenarios for the region: ``num_scenarios`` drawn, then reduced if asked for.

    The same seed gives the same scenarios; with all methods but ``latin_hypercube``, scenario k
    does not depend on how many are drawn. Sources that hold fixed scenarios return them as they
    are, whatever the number and seed; ``given`` are those that came with the region's data. Stress
    scenarios come on top. A reduction by cost needs ``cost_space``.

    Raises
    ------
    InputError
        If the region lacks what the definition refers to, data cannot be used, or the set would
        not fit in memory.
    """
    return generate_with_report(
        region, config, num_scenarios=num_scenarios, seed=seed, cost_space=cost_space, given=given
    ).scenarios


def generate_with_report(
    region: Region,
    config: ScenarioConfig,
    *,
    num_scenarios: int,
    seed: int,
    cost_space: CostSpace | None = None,
    given: ScenarioSet | None = None,
) -> Generated:
    """Return what `generate` returns, with the full set, the reduction's error and notes."""
    source = chosen_source(region, config)
    full, distribution = source.fixed(region, given), None
    if full is None:
        _refuse_if_too_large(region, config, num_scenarios)
        distribution = source.distribution(region)
        numbers = draw(config.sampling, num_scenarios, distribution.leading, seed)
        full = drawn_from(distribution, region, numbers, num_scenarios)
    reduced = _reduced(full, config, cost_space)
    scenarios = full if reduced is None else reduced.scenarios
    scenarios = add_stress(scenarios, config.stress, distribution, full.mean())
    return Generated(scenarios, full, reduced, distribution.notes if distribution else ())


def completed(full: ScenarioSet, config: ScenarioConfig) -> ScenarioSet:
    """Return drawn scenarios reduced by their demand, and with scaled stress scenarios on top."""
    reduced = _reduced(full, config, None)
    scenarios = full if reduced is None else reduced.scenarios
    return add_stress(scenarios, config.stress, None, full.mean())


def _reduced(
    full: ScenarioSet, config: ScenarioConfig, cost_space: CostSpace | None
) -> ReducedScenarios | None:
    wanted = config.reduction
    if wanted is None or wanted.to >= len(full):
        return None
    distance = None
    if wanted.distance == "cost":
        if cost_space is None:
            raise ConfigError(
                "reduction.distance is 'cost': what scenarios cost is known to experiments, which "
                "have a model; use 'demand' here"
            )
        distance = cost_space(full)
    reduced = reduce_scenarios(full, wanted.to, wanted.method, distance=distance)
    logger.info(
        "%d scenarios stand for %d: relative error %.3g",
        len(reduced.kept), len(full), reduced.relative_error,
    )  # fmt: skip
    return reduced


def samples(
    region: Region, config: ScenarioConfig, *, num_scenarios: int, seed: int
) -> Iterator[Sample]:
    """Yield the drawn scenarios of `generate` in order, some at a time, in little memory."""
    distribution = chosen_source(region, config).distribution(region)
    numbers = draw(config.sampling, num_scenarios, distribution.leading, seed)
    yield from _pieces(distribution, region, numbers, num_scenarios)


def _pieces(
    distribution: DemandDistribution, region: Region, numbers: RandomNumbers, count: int
) -> Iterator[Sample]:
    """Yield scenarios in blocks whose size depends on the region alone."""
    size = min(BLOCK, max(8, BLOCK_VALUES // (region.num_zones * len(region.types))))
    for start in range(0, count, size):
        block = distribution.sample(numbers.some(start, size))
        keep = min(size, count - start)
        yield Sample(block.demand[:keep], {k: v[:keep] for k, v in block.drivers.items()})


def drawn_from(
    distribution: DemandDistribution, region: Region, numbers: RandomNumbers, count: int
) -> ScenarioSet:
    """Return ``count`` scenarios of a distribution by their random numbers, equally likely."""
    shape = (count, region.num_zones, len(region.types))
    demand: FloatArray = np.empty(shape, _precision(region, count))
    drivers: dict[str, FloatArray] = {}
    row = 0
    for sample in _pieces(distribution, region, numbers, count):
        rows = slice(row, row + len(sample.demand))
        demand[rows] = sample.demand
        for name, values in sample.drivers.items():
            drivers.setdefault(name, np.empty(count))[rows] = values
        row = rows.stop
    demand.flags.writeable = False
    return ScenarioSet.equiprobable(demand, region.zones.ids, region.types, drivers=drivers)


def _refuse_if_too_large(region: Region, config: ScenarioConfig, num_scenarios: int) -> None:
    if config.reduction is not None and num_scenarios > MAX_SCENARIOS:
        raise ConfigError(
            f"at most {MAX_SCENARIOS:,} scenarios can be reduced, not {num_scenarios:,}: "
            "the distances between all of them must fit in memory"
        )
    gigabytes = demand_bytes(region, num_scenarios) / 1e9
    if gigabytes > config.max_gigabytes:
        raise ConfigError(
            f"{num_scenarios:,} scenarios of {number(region.num_zones, 'zone')} and "
            f"{number(len(region.types), 'type')} need {gigabytes:.3g} GB, above max_gigabytes = "
            f"{config.max_gigabytes:g}; ask for fewer, raise the limit, or write them to a file "
            "with stream_scenarios"
        )
