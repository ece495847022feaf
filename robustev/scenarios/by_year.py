"""Scenarios that run through several years: one future, seen in each of them.

Each year's demand is drawn from the source's own distribution for that year. Between years the
numbers behind a scenario walk: a standard normal number of ``h`` years ahead is

    z_h = sqrt(g / h) z_g + sqrt(1 - g / h) e,

with the number ``z_g`` of the year before, ``g`` years ahead, and a new one ``e``: two years
are correlated as those of a random walk, ``sqrt(g / h)``, and what was seen of the first tells
something of the second. Numbers that the distribution calls lasting stay as they are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtr, ndtri

from robustev.core.arrays import FloatArray
from robustev.core.errors import ConfigError
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.scenarios.config import ScenarioConfig
from robustev.scenarios.generator import chosen_source, drawn_from
from robustev.scenarios.sampling import EDGE, RandomNumbers, draw, key_of
from robustev.scenarios.sources import DemandDistribution, Source


@dataclass(frozen=True, eq=False)
class Walk(RandomNumbers):
    """The numbers of one year: those of the year before, and new ones.

    Parameters
    ----------
    before, new
        What they are made of.
    memory
        Share ``g / h`` of the variance that comes from the year before.
    """

    before: RandomNumbers | None = None
    new: RandomNumbers | None = None
    memory: float = 1.0
    lasting: tuple[str, ...] = ()

    @classmethod
    def from_here(
        cls, before: RandomNumbers, new: RandomNumbers, memory: float, lasting: tuple[str, ...]
    ) -> Walk:
        """Return the numbers of the year after ``before``."""
        leading = new.leading.copy()
        for c, name in enumerate(new.names):
            if name not in before.names:
                continue
            earlier = before.uniform(name)
            both = math.sqrt(memory) * ndtri(earlier)
            both += math.sqrt(1.0 - memory) * ndtri(new.leading[:, c])
            leading[:, c] = earlier if name in lasting else ndtr(both)
        leading = np.clip(leading, EDGE, 1.0 - EDGE)
        return cls(
            new.seed, new.index, new.names, leading, new.antithetic, before, new, memory, lasting
        )

    def normals(self, purpose: str, count: int) -> FloatArray:
        """Return standard normal numbers, shape (scenarios, count)."""
        assert self.before is not None
        assert self.new is not None
        both = math.sqrt(self.memory) * self.before.normals(purpose, count)
        both += math.sqrt(1.0 - self.memory) * self.new.normals(purpose, count)
        return both

    def some(self, start: int, count: int) -> RandomNumbers:
        """Return ``count`` scenarios from position ``start`` on, filled up with medians."""
        assert self.before is not None
        assert self.new is not None
        before, new = self.before.some(start, count), self.new.some(start, count)
        return Walk.from_here(before, new, self.memory, self.lasting)


def generate_by_year(
    region: Region,
    config: ScenarioConfig,
    years: Sequence[int],
    *,
    num_scenarios: int,
    seed: int,
    given: ScenarioSet | None = None,
) -> list[ScenarioSet]:
    """Return the scenarios of each year; the same place is the same future in all of them.

    The first year's are those that are drawn where it alone is planned for.

    Raises
    ------
    InputError
        If the source speaks of one year alone, or its scenarios differ from year to year.
    """
    if any(part.drivers for part in config.stress):
        raise ConfigError("scenarios.stress by drivers is for one year; use 'scale' with phases")
    if config.reduction is not None and config.reduction.distance == "cost":
        raise ConfigError("scenarios.reduction by cost is for one year; use 'demand' with phases")
    source = chosen_source(region, config)
    sources = [source.at_year(year, region) for year in years]
    fixed = [part.fixed(region, given) for part in sources]
    held = [part for part in fixed if part is not None]
    if len(held) == len(years):
        return _matching(held, years)
    return _drawn(sources, region, config, years, num_scenarios, seed)


def _matching(held: list[ScenarioSet], years: Sequence[int]) -> list[ScenarioSet]:
    first = held[0]
    for year, part in zip(years, held, strict=True):
        if part.names != first.names or not np.array_equal(part.probability, first.probability):
            raise ConfigError(
                f"the scenarios of {year} are not those of {years[0]}: every scenario needs the "
                "demand of every phase, with one probability"
            )
    return held


def _drawn(
    sources: Sequence[Source],
    region: Region,
    config: ScenarioConfig,
    years: Sequence[int],
    count: int,
    seed: int,
) -> list[ScenarioSet]:
    """Draw each year from its own distribution, by numbers that walk."""
    found: list[ScenarioSet] = []
    before: RandomNumbers | None = None
    known, ahead, used = sources[0].known_until(region), 0, 0
    for year, source in zip(years, sources, strict=True):
        distribution: DemandDistribution = source.distribution(region)
        # Two years may not share dimensions of a Sobol sequence: they would tell of each other.
        names = ("",) * used + tuple(distribution.leading)
        used = len(names)
        own = seed if before is None else key_of(f"{seed} in {year}")
        numbers = draw(config.sampling, count, names, own)
        horizon = year - known
        if before is not None:
            memory = ahead / horizon
            numbers = Walk.from_here(before, numbers, memory, distribution.lasting)
        drawn = drawn_from(distribution, region, numbers, count)
        drivers = {f"{name}_{year}": values for name, values in drawn.drivers.items()}
        found.append(replace(drawn, drivers=drivers))
        before, ahead = numbers, horizon
    return found
