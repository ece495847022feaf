"""Scenarios to judge by: fresh draws, misspecified forecasts, years that really happened."""

from __future__ import annotations

import hashlib

import numpy as np

from robustev.assess.config import CompareConfig
from robustev.core.errors import ConfigError
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.scenarios.config import ScenarioConfig
from robustev.scenarios.generator import generate

OUT_OF_SAMPLE, MISSPECIFIED, REDRAW, REPLICATION = 1, 2, 3, 5
"""What a seed is for: each purpose has its own stream, apart from the one plans are made with."""


def seed_for(seed: int, purpose: int, which: int | str = 0) -> int:
    """Return the seed of one purpose, and of one of its uses by number or name.

    >>> seed_for(7, OUT_OF_SAMPLE) != seed_for(7, MISSPECIFIED) != seed_for(8, MISSPECIFIED)
    True
    """
    use = [which] if isinstance(which, int) else _words(which)
    state = np.random.SeedSequence([seed, purpose, *use]).generate_state(2, np.uint32)
    return (int(state[0]) << 31) ^ int(state[1])


def random_numbers(seed: int, *purpose: str) -> np.random.Generator:
    """Return the random numbers for one purpose, named in words from the general to the special.

    They depend on nothing else, so that no estimate moves when another one is added.

    >>> first, other, again = (random_numbers(7, "mean", of).random() for of in ("a", "b", "a"))
    >>> first == again, first == other
    (True, False)
    """
    return np.random.default_rng([seed, *_words(*purpose)])


def _words(*purpose: str) -> list[int]:
    """Return the purpose as whole numbers, others for every other purpose."""
    digest = hashlib.sha256("\0".join(purpose).encode()).digest()
    return [int(word) for word in np.frombuffer(digest[:16], dtype="<u4")]


def independent(config: ScenarioConfig) -> ScenarioConfig:
    """Return the definition with plain independent draws, all of them kept.

    Spread-out draws (Sobol, Latin hypercube) estimate better, but no interval can be had from one
    set of them; a reduced set is no sample at all.
    """
    return config.model_copy(update={"sampling": "monte_carlo", "reduction": None})


def judging_definition(config: CompareConfig, own: ScenarioConfig | None) -> ScenarioConfig:
    """Return the definition that fresh scenarios are drawn from.

    Raises
    ------
    ConfigError
        If there is none that can be drawn from anew.
    """
    if config.source is not None:
        return config.source
    if own is None or (own.source is not None and not own.source.redrawable):
        raise ConfigError(
            "the experiment's scenarios come with its data and cannot be redrawn, and plans are "
            "not judged on scenarios that they were made from; name others under compare.source"
        )
    return own


def out_of_sample_scenarios(
    region: Region, config: ScenarioConfig, number: int, seed: int, *,
    purpose: int = OUT_OF_SAMPLE, which: int | str = 0,
) -> ScenarioSet:  # fmt: skip
    """Return independent draws that no plan has seen; fixed scenarios are taken as they are."""
    return generate(
        region, independent(config), num_scenarios=number, seed=seed_for(seed, purpose, which)
    )


def stress_names(config: ScenarioConfig) -> frozenset[str]:
    """Return the names of the scenarios that were put in by hand."""
    return frozenset(part.name for part in config.stress)


def observed_years(
    region: Region, config: ScenarioConfig | None, asked: tuple[int, ...] | None
) -> tuple[int, ...]:
    """Return the years to judge on: those asked for, else those after the source's last year.

    Raises
    ------
    ConfigError
        If a year is not in the history, or was used to make the scenarios.
    """
    years = () if region.history is None else region.history.years
    source = None if config is None else config.source
    if asked is None:
        return () if source is None else source.held_back(years)
    for year in asked:
        if year not in years:
            raise ConfigError(
                f"compare.observed_years: the history has no year {year}; it has "
                f"{', '.join(map(str, years)) or 'no years'}"
            )
        if source is not None and source.uses_year(year):
            raise ConfigError(
                f"compare.observed_years: {year} was used to make the scenarios; end them before "
                "it with scenarios.source.last_year"
            )
    return tuple(asked)


def observed_scenarios(region: Region, years: tuple[int, ...]) -> ScenarioSet:
    """Return the real demand of some years, one scenario each, named by the year."""
    assert region.history is not None
    place = [region.history.years.index(year) for year in years]
    names = [str(year) for year in years]
    demand = region.history.demand[place]
    return ScenarioSet.equiprobable(demand, region.zones.ids, region.types, names=names)
