"""Small regions for the scenario tests."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from robustev.data.arcs import Arcs
from robustev.data.population import AgeGroup, PopulationHistory
from robustev.data.region import ChargerKind, History, Region, Sites, Zones

MakeRegion = Callable[..., Region]


def grid_region(
    side: int = 6,
    types: tuple[str, ...] = ("slow", "fast"),
    *,
    coordinates: bool = True,
    population: bool = True,
    history: History | None = None,
) -> Region:
    """A square grid of zones, crowded in the middle, with a west and an east district."""
    x, y = (axis.ravel() + 0.5 for axis in np.meshgrid(np.arange(side), np.arange(side)))
    people = 1000.0 / (1.0 + np.hypot(x - side / 2, y - side / 2))
    district = tuple("west" if value < side / 2 else "east" for value in x)
    sites_x, sites_y = np.array([1.0, side - 1.0]), np.array([1.0, side - 1.0])
    zones = Zones(
        ids=tuple(f"z{number}" for number in range(side * side)),
        x=x if coordinates else None,
        y=y if coordinates else None,
        population=people if population else None,
        groups={"district": district},
    )
    sites = Sites(
        ids=("a", "b"),
        slots=np.array([10, 10]),
        existing=np.zeros((2, 1), dtype=np.int64),
        existing_open=np.zeros(2, dtype=np.bool_),
        opening_cost=np.ones(2),
        fixed_capacity=np.zeros((2, len(types))),
        x=sites_x,
        y=sites_y,
    )
    share = np.linspace(1.0, 0.5, len(types))
    return Region(
        name="grid",
        zones=zones,
        sites=sites,
        kinds=(ChargerKind("pole", dict.fromkeys(types, 10.0)),),
        types=types,
        demand=people[:, None] * share / 100.0,
        arcs=Arcs.of_matrix(np.hypot(sites_x[:, None] - x, sites_y[:, None] - y)),
        history=history,
    )


def grown_history(
    side: int = 6, years: int = 7, *, types: int = 1, noise: float = 0.1, seed: int = 0
) -> History:
    """Demand on the grid that grows by a tenth of its start every year, with noisy shares."""
    rng = np.random.default_rng(seed)
    level = rng.lognormal(2.0, 0.5, side * side)
    drift = np.cumsum(noise * rng.standard_normal((years, side * side)), axis=0)
    total = 1.0 + 0.1 * np.arange(years)
    demand = total[:, None] * level * np.exp(drift)
    return History(
        tuple(range(2010, 2010 + years)),
        np.repeat(demand[:, :, None], types, axis=2) * np.linspace(1.0, 0.5, types),
    )


@pytest.fixture
def region() -> Region:
    return grid_region()


@pytest.fixture
def make_region() -> MakeRegion:
    return grid_region


def aged_population(zones: int = 36, *, seed: int = 3) -> PopulationHistory:
    """Censuses of 2000 and 2010 by age of ten years, and estimates of 2009 and 2012."""
    rng = np.random.default_rng(seed)
    start = rng.uniform(50.0, 500.0, (zones, 6)) * [1.2, 1.1, 1.0, 0.9, 0.7, 0.5]
    growth = np.exp(0.1 + 0.1 * rng.standard_normal((zones, 1)))
    miss = np.exp(0.03 * rng.standard_normal((zones, 1)))
    people = np.array([start, start * growth * miss, start * growth, start * growth * 1.02])
    groups = (*(AgeGroup(low, low + 10) for low in range(0, 50, 10)), AgeGroup(50))
    census = np.array([True, False, True, False])
    estimated = np.tile(~census[:, None], (1, zones))
    return PopulationHistory((2000, 2009, 2010, 2012), people, census, estimated, groups)
