"""Scenario generation: a forecast distribution, random numbers, and memory asked for first."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.core.errors import ConfigError
from robustev.core.formatting import count as number
from robustev.data.geometry import zone_points
from robustev.data.reduction import MAX_SCENARIOS, ReducedScenarios, reduce_scenarios
from robustev.data.region import History, Region
from robustev.data.scenarios import ScenarioSet
from robustev.scenarios.config import ScenarioConfig
from robustev.scenarios.distribution import ForecastDistribution, Sample
from robustev.scenarios.sampling import Draws, draw
from robustev.scenarios.sampling_config import SamplingMethod
from robustev.scenarios.source_config import HistorySource, TrajectorySource, ZoneSource
from robustev.scenarios.sources.drivers.config import DriverSource
from robustev.scenarios.sources.drivers.distribution import DriverForecast
from robustev.scenarios.sources.history.model import HistoryForecast
from robustev.scenarios.sources.history.panel import COMFORTABLE_YEARS, make_panel
from robustev.scenarios.sources.trajectories import read_trajectories
from robustev.scenarios.sources.zone_figures import ZoneForecast
from robustev.scenarios.stress import add_stress

logger = logging.getLogger(__name__)

BLOCK = 64  # scenarios made at a time

CostSpace = Callable[[ScenarioSet], FloatArray]
"""Distances of scenarios by what they cost, shape (scenarios, scenarios)."""
Source = DriverSource | HistorySource | ZoneSource | TrajectorySource


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
    if config.source is not None:
        return config.source
    if region.history is not None and len(region.history.years) >= COMFORTABLE_YEARS:
        return HistorySource()
    return DriverSource(
        population_growth=[0.0, 0.03, 0.08],
        ev_adoption=[1.0, 1.5, 2.5],
    )


def forecast_distribution(region: Region, config: ScenarioConfig) -> ForecastDistribution:
    """Return the forecast distribution that ``config`` describes, tied to the region.

    Raises
    ------
    InputError
        If the region lacks what the definition refers to, or its history cannot be used.
    """
    source = chosen_source(region, config)
    if isinstance(source, DriverSource):
        return DriverForecast.prepare(source, region)
    if isinstance(source, ZoneSource):
        return ZoneForecast.prepare(source, region)
    if isinstance(source, HistorySource):
        panel = make_panel(_history(source, region), region.zones.ids)
        return HistoryForecast.fit(panel, zone_points(region), source.horizon, source.residuals)
    raise ConfigError("trajectories are read, not drawn: they are no distribution")


def demand_bytes(region: Region, num_scenarios: int) -> int:
    """Return the size of the demand array of so many scenarios, in bytes."""
    return 8 * num_scenarios * region.num_zones * len(region.types)


def generate(
    region: Region,
    config: ScenarioConfig,
    *,
    num_scenarios: int,
    seed: int,
    cost_space: CostSpace | None = None,
) -> ScenarioSet:
    """Return demand scenarios for the region: ``num_scenarios`` drawn, then reduced if asked for.

    The same seed gives the same scenarios; with all methods but ``latin_hypercube``, scenario k
    does not depend on how many are drawn. Trajectories are returned as they are, whatever the
    number and seed. Stress scenarios come on top. A reduction by cost needs ``cost_space``.

    Raises
    ------
    InputError
        If the region lacks what the definition refers to, data cannot be used, or the set would
        not fit in memory.
    """
    return generate_with_report(
        region, config, num_scenarios=num_scenarios, seed=seed, cost_space=cost_space
    ).scenarios


def generate_with_report(
    region: Region,
    config: ScenarioConfig,
    *,
    num_scenarios: int,
    seed: int,
    cost_space: CostSpace | None = None,
) -> Generated:
    """Return what `generate` returns, with the full set, the reduction's error and notes."""
    source = chosen_source(region, config)
    if isinstance(source, TrajectorySource):
        full, distribution = read_trajectories(source, region), None
    else:
        _refuse_if_too_large(region, config, num_scenarios)
        distribution = forecast_distribution(region, config)
        full = _draw_all(distribution, region, config.sampling, num_scenarios, seed)
    reduced = _reduced(full, config, cost_space)
    scenarios = full if reduced is None else reduced.scenarios
    scenarios = add_stress(scenarios, config.stress, distribution, full.mean())
    return Generated(scenarios, full, reduced, distribution.notes if distribution else ())


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
    distribution = forecast_distribution(region, config)
    yield from _pieces(distribution, region, config.sampling, num_scenarios, seed)


def _pieces(
    distribution: ForecastDistribution,
    region: Region,
    method: SamplingMethod,
    count: int,
    seed: int,
) -> Iterator[Sample]:
    """Yield scenarios in blocks of fixed size.

    The last block is filled up and cut: matrix products round differently for different shapes,
    and scenario k must not depend, even in its last bit, on how many scenarios are drawn.
    """
    draws = draw(method, count, distribution.dimensions, seed)
    for start in range(0, count, BLOCK):
        block = distribution.sample(_block(draws, start))
        keep = min(BLOCK, count - start)
        yield Sample(block.demand[:keep], {k: v[:keep] for k, v in block.drivers.items()})


def _block(draws: Draws, start: int) -> Draws:
    index = np.arange(start, start + BLOCK, dtype=np.int64)
    leading = draws.leading[start : start + BLOCK]
    missing = BLOCK - len(leading)
    filled = np.vstack([leading, np.full((missing, leading.shape[1]), 0.5)])
    return Draws(draws.seed, index, filled, draws.antithetic)


def _draw_all(
    distribution: ForecastDistribution,
    region: Region,
    method: SamplingMethod,
    count: int,
    seed: int,
) -> ScenarioSet:
    demand = np.empty((count, region.num_zones, len(region.types)))
    drivers: dict[str, FloatArray] = {}
    row = 0
    for sample in _pieces(distribution, region, method, count, seed):
        rows = slice(row, row + len(sample.demand))
        demand[rows] = sample.demand
        for name, values in sample.drivers.items():
            drivers.setdefault(name, np.empty(count))[rows] = values
        row = rows.stop
    demand.flags.writeable = False
    return ScenarioSet.equiprobable(demand, region.zones.ids, region.types, drivers=drivers)


def _history(source: HistorySource, region: Region) -> History:
    if region.history is None:
        raise ConfigError(
            f"region {region.name!r} has no history to fit; give drivers, or mean and spread"
        )
    history = region.history
    first = source.first_year if source.first_year is not None else min(history.years)
    last = source.last_year if source.last_year is not None else max(history.years)
    keep = [t for t, year in enumerate(history.years) if first <= year <= last]
    if not keep:
        raise ConfigError(
            f"no year of the history lies between {first} and {last}; "
            f"it has {min(history.years)} to {max(history.years)}"
        )
    return History(tuple(history.years[t] for t in keep), history.demand[keep])


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
