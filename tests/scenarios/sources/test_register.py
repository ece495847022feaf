"""Every registered source has what a source needs, and draws as a source must."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from pydantic import ValidationError

from robustev.core.errors import ConfigError
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.scenarios import ScenarioConfig, parse_config
from robustev.scenarios.generator import generate
from robustev.scenarios.sampling import RandomNumbers
from robustev.scenarios.sources import (
    REGISTER,
    DemandDistribution,
    Sample,
    Source,
    default_source,
)
from tests import pages
from tests.scenarios.conftest import aged_population, grid_region, grown_history

DOCS = pages.PROJECT / "docs" / "sources"
DRAWN = [kind for kind, source in REGISTER.items() if source.redrawable]


@pytest.fixture(scope="module")
def panel_region() -> Region:
    region = grid_region(types=("slow", "fast"), history=grown_history(types=2))
    return replace(region, past_population=aged_population(region.num_zones))


@pytest.fixture(scope="module")
def given(panel_region: Region) -> ScenarioSet:
    return generate(panel_region, config("zones"), num_scenarios=3, seed=9)


def config(kind: str, folder: Path | None = None) -> ScenarioConfig:
    """Return a definition with the source as its example shows it, its file in ``folder``."""
    example = {"kind": kind, **REGISTER[kind].example}
    return parse_config({"source": example, "sampling": "monte_carlo"}).relative_to(folder or "")


def drawn(
    kind: str, region: Region, given: ScenarioSet, folder: Path, count: int = 6
) -> ScenarioSet:
    """Return the source's scenarios; where it reads a table, that holds those given."""
    frame = given.to_frame().assign(year=2040)
    frame.astype({"scenario": str, "zone": str, "type": str}).to_parquet(folder / "paths.parquet")
    return generate(region, config(kind, folder), num_scenarios=count, seed=4, given=given)


@pytest.mark.parametrize("kind", REGISTER)
def test_it_has_a_page_with_an_experiment_that_names_it(kind: str) -> None:
    assert f"kind: {kind}" in (DOCS / f"{kind}.md").read_text(encoding="utf-8")
    assert f"({kind}.md)" in (DOCS / "index.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", REGISTER)
def test_every_field_says_what_it_means(kind: str) -> None:
    fields = REGISTER[kind].model_fields
    assert all(field.description for name, field in fields.items() if name != "kind")
    assert REGISTER[kind].__doc__ not in (None, Source.__doc__)


@pytest.mark.parametrize("kind", REGISTER)
def test_it_reads_back_from_what_it_writes(kind: str) -> None:
    stated = config(kind)
    again = ScenarioConfig.model_validate_json(stated.model_dump_json())
    assert again == stated
    assert type(again.source) is REGISTER[kind]


@pytest.mark.parametrize("kind", REGISTER)
def test_it_either_draws_or_holds_its_scenarios(
    kind: str, panel_region: Region, given: ScenarioSet, tmp_path: Path
) -> None:
    made = drawn(kind, panel_region, given, tmp_path)
    assert made.zones == panel_region.zones.ids
    assert made.types == panel_region.types
    source = config(kind, tmp_path).source
    assert source is not None
    if source.redrawable:
        assert len(made) == 6
        assert source.fixed(panel_region, given) is None
    else:
        with pytest.raises(ConfigError, match="taken as they are"):
            source.distribution(panel_region)


@pytest.mark.parametrize("kind", REGISTER)
def test_the_same_seed_gives_the_same_scenarios_and_more_have_fewer_first(
    kind: str, panel_region: Region, given: ScenarioSet, tmp_path: Path
) -> None:
    one = drawn(kind, panel_region, given, tmp_path)
    again = drawn(kind, panel_region, given, tmp_path)
    more = drawn(kind, panel_region, given, tmp_path, count=70)
    np.testing.assert_array_equal(one.demand, again.demand)
    np.testing.assert_array_equal(one.demand, more.demand[: len(one)])
    for name, values in one.drivers.items():
        np.testing.assert_array_equal(values, more.drivers[name][: len(one)])


@pytest.mark.parametrize("kind", DRAWN)
def test_numbers_have_names_of_their_own(kind: str, panel_region: Region) -> None:
    source = config(kind).source
    assert source is not None
    names = [name for name in source.distribution(panel_region).leading if name]
    assert names
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("sampling", ["monte_carlo", "sobol", "latin_hypercube", "antithetic"])
@pytest.mark.parametrize(
    ("source", "mean"),
    [
        ({"kind": "drivers", "ev_adoption": [1.0, 2.0], "local_noise": {"spread": 0.4}}, 1.5),
        ({"kind": "drivers", "population_growth": [0.0, 0.2], "local_noise": {"spread": 0.3}}, 1.1),
        ({"kind": "zones", "spread": 0.4}, 1.0),
    ],
)
def test_the_mean_is_that_of_the_figures(
    region: Region, source: dict[str, object], mean: float, sampling: str
) -> None:
    """Within five standard errors of the mean in every zone, taking draws as independent."""
    stated = parse_config({"source": source, "sampling": sampling})
    demand = generate(region, stated, num_scenarios=1024, seed=7).demand / region.demand
    error = demand.std(axis=0, ddof=1) / np.sqrt(len(demand))
    assert (np.abs(demand.mean(axis=0) - mean) < 5.0 * error).all()


def test_one_more_driver_changes_no_draw_of_another(region: Region) -> None:
    base = {"kind": "drivers", "ev_adoption": [1.0, 2.0], "ageing": [{"share": [0.0, 0.3]}]}
    moves = [
        {"name": name, "source": {"ring": "core"}, "to": {"ring": "edge"}, "share": [0.0, 0.2]}
        for name in ("first", "second")
    ]
    for sampling in ("monte_carlo", "sobol", "latin_hypercube", "antithetic"):
        sets = [
            generate(
                region,
                parse_config({"source": base | {"migration": moves[:n]}, "sampling": sampling}),
                num_scenarios=16,
                seed=2,
            )
            for n in (0, 1, 2)
        ]
        for few, more in itertools.pairwise(sets):
            for name, values in few.drivers.items():
                np.testing.assert_allclose(more.drivers[name], values, rtol=1e-12)
        assert not np.allclose(sets[2].drivers["first"], sets[2].drivers["second"])


def test_local_patterns_stay_when_a_driver_joins(region: Region) -> None:
    noise = {"kind": "drivers", "local_noise": {"spread": 0.5}}
    one = generate(region, parse_config({"source": noise}), num_scenarios=8, seed=2)
    two = generate(
        region,
        parse_config({"source": noise | {"income": [{"growth": [0.0, 0.2], "elasticity": 0.0}]}}),
        num_scenarios=8,
        seed=2,
    )
    np.testing.assert_allclose(two.demand, one.demand, rtol=1e-12)


def test_a_stress_scenario_changes_no_draw(region: Region) -> None:
    plain = generate(region, parse_config({}), num_scenarios=8, seed=2)
    stress = [{"name": "hit", "weight": 0.1, "scale": 2.0}]
    more = generate(region, parse_config({"stress": stress}), num_scenarios=8, seed=2)
    np.testing.assert_array_equal(more.demand[:8], plain.demand)


def test_the_first_source_that_suits_is_the_default(panel_region: Region, region: Region) -> None:
    assert default_source(panel_region).kind == "history"
    assert default_source(region).kind == "drivers"


class Boom(DemandDistribution):
    """Demand times one factor between 1 and 2."""

    def __init__(self, region: Region) -> None:
        self.region = region

    @property
    def leading(self) -> tuple[str, ...]:
        return ("boom",)

    def sample(self, numbers: RandomNumbers) -> Sample:
        boom = 1.0 + numbers.uniform("boom")
        return Sample(boom[:, None, None] * self.region.demand, {"boom": boom})


class BoomSource(Source):
    """A source from outside the package."""

    kind: Literal["boom"] = "boom"

    def distribution(self, region: Region) -> DemandDistribution:
        return Boom(region)


def test_a_source_from_outside_draws_like_any_other(region: Region) -> None:
    stated = ScenarioConfig(source=BoomSource())
    made = generate(region, stated, num_scenarios=64, seed=1)
    assert np.ptp(np.sort(made.drivers["boom"]) - np.arange(64) / 64) < 1 / 64
    assert stated.model_dump(mode="json")["source"] == {"kind": "boom"}
    with pytest.raises(ConfigError, match="expected tags"):
        parse_config({"source": {"kind": "boom"}})
    REGISTER.add(BoomSource)
    try:
        named = parse_config({"source": {"kind": "boom"}})
        again = generate(region, named, num_scenarios=64, seed=1)
    finally:
        REGISTER.remove("boom")
    np.testing.assert_array_equal(again.demand, made.demand)


def test_drivers_of_a_source_without_any_cannot_be_fixed(region: Region) -> None:
    stress = parse_config(
        {"stress": [{"name": "hit", "weight": 0.1, "drivers": {"boom": 2.0}}]}
    ).stress
    stated = ScenarioConfig(source=BoomSource(), stress=stress)
    with pytest.raises(ConfigError, match="stress 'hit' fixes drivers, which its source does not"):
        generate(region, stated, num_scenarios=4, seed=1)


def test_keys_of_another_source_are_refused() -> None:
    with pytest.raises(ConfigError, match="unknown key"):
        parse_config({"source": {"kind": "zones", "horizon": 2}})
    with pytest.raises(ValidationError):
        ScenarioConfig.model_validate({"source": {"kind": "reference", "spread": 0.2}})
