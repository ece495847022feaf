"""The definitions that ship in scenarios/: each works on any region, and means what it says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from robustev.core.errors import ConfigError
from robustev.scenarios import read_config
from robustev.scenarios.generator import generate
from robustev.scenarios.sources.drivers.areas import Area
from tests.conftest import PROJECT
from tests.scenarios.conftest import grid_region

LIBRARY = sorted((PROJECT / "scenarios").glob("*.yaml"))


def mean_ratio(name: str) -> np.ndarray:  # type: ignore[type-arg]
    """Mean demand relative to the reference by zone, shape (zones,)."""
    region = grid_region()
    config = read_config(PROJECT / "scenarios" / f"{name}.yaml").model_copy(update={"stress": ()})
    scenarios = generate(region, config, num_scenarios=512, seed=1)
    return scenarios.demand.sum(axis=2).mean(axis=0) / region.demand.sum(axis=1)


def test_the_library_is_complete() -> None:
    assert [path.stem for path in LIBRARY] == [
        "ageing_suburbs", "densification", "fast_adoption", "new_town",
        "steady_growth", "uncertain_everything", "urban_flight",
    ]  # fmt: skip


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_a_definition_runs_with_and_without_population(path: Path) -> None:
    config = read_config(path)
    assert config.name == path.stem
    assert config.description
    for region in (grid_region(), grid_region(population=False, types=("demand",))):
        scenarios = generate(region, config, num_scenarios=8, seed=0)
        assert len(scenarios) == 8 + len(config.stress)


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_the_readme_explains_the_definition(path: Path) -> None:
    assert f"`{path.name}`" in (PROJECT / "scenarios" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "gains", "loses"),
    [
        ("urban_flight", {"ring": ["outer", "edge"]}, {"ring": ["core", "inner"]}),
        ("densification", {"density": "dense"}, {"density": "sparse"}),
        ("ageing_suburbs", {"ring": ["core", "inner"]}, {"ring": ["outer", "edge"]}),
        ("new_town", {"side": "east", "ring": "edge"}, {"side": "west"}),
    ],
)
def test_the_place_that_a_future_is_about_gains(
    name: str, gains: dict[str, object], loses: dict[str, object]
) -> None:
    region, ratio = grid_region(), mean_ratio(name)
    winners = Area.model_validate(gains).mask(region)
    losers = Area.model_validate(loses).mask(region)
    assert ratio[winners].mean() > 1.03 * ratio[losers].mean()


def test_fast_adoption_is_larger_and_less_certain_than_steady_growth() -> None:
    assert mean_ratio("fast_adoption").mean() > 1.5 * mean_ratio("steady_growth").mean()


def test_without_coordinates_rings_are_refused_in_words() -> None:
    config = read_config(PROJECT / "scenarios" / "urban_flight.yaml")
    with pytest.raises(ConfigError, match="no zone coordinates, and a ring needs them"):
        generate(grid_region(coordinates=False), config, num_scenarios=4, seed=0)
