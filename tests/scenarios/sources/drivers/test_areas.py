"""Places in words: which zones they mean, and what they say where a region lacks them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from robustev.core.errors import ConfigError
from robustev.data.region import Region
from robustev.scenarios.sources.drivers.areas import Area, residents
from tests.scenarios.conftest import grid_region


def share(region: Region, **words: Any) -> float:
    """Share of the residents who live in the place."""
    weight = residents(region)
    return float(weight[Area(**words).mask(region)].sum() / weight.sum())


def test_nothing_said_is_the_whole_region(region: Region) -> None:
    assert Area().mask(region).all()
    assert Area().describe() == "the whole region"


def test_rings_are_quarters_of_the_population_from_the_centre_outward(region: Region) -> None:
    rings = ["core", "inner", "outer", "edge"]
    masks = [Area.model_validate({"ring": ring}).mask(region) for ring in rings]
    assert (np.sum(masks, axis=0) == 1).all()
    assert region.zones.x is not None
    assert region.zones.y is not None
    far = np.hypot(region.zones.x - 3, region.zones.y - 3)
    assert far[masks[0]].max() <= far[masks[3]].min()
    for ring in rings:
        assert share(region, ring=ring) == pytest.approx(0.25, abs=0.1)


@pytest.mark.parametrize(
    ("one", "other"), [("north", "south"), ("east", "west")], ids=["y axis", "x axis"]
)
def test_opposite_sides_share_the_region(region: Region, one: str, other: str) -> None:
    first = Area.model_validate({"side": one}).mask(region)
    second = Area.model_validate({"side": other}).mask(region)
    assert share(region, side=one) == pytest.approx(0.5, abs=0.1)
    assert (first ^ second).mean() > 0.75


def test_the_north_is_where_y_is_large(region: Region) -> None:
    assert region.zones.y is not None
    assert region.zones.y[Area(side="north").mask(region)].min() >= 2.5


def test_dense_zones_are_in_the_crowded_middle(region: Region) -> None:
    dense = Area(density="dense").mask(region)
    sparse = Area(density="sparse").mask(region)
    weight = residents(region)
    assert weight[dense].min() > weight[sparse].max()


def test_several_conditions_must_all_hold(region: Region) -> None:
    both = Area(group={"district": "east"}, zones=["z0", "z5"]).mask(region)
    assert np.flatnonzero(both).tolist() == [5]


def test_demand_stands_in_for_residents() -> None:
    region = grid_region(population=False)
    np.testing.assert_allclose(residents(region), region.demand.sum(axis=1))


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ({"group": {"distrct": "west"}}, "is 'district' meant"),
        ({"group": {"district": "wset"}}, "is 'west' meant"),
        ({"zones": ["z0", "z99"]}, "not in region 'grid': 'z99'"),
        ({"group": {"district": "west"}, "zones": ["z5"]}, "no zone of region"),
    ],
)
def test_places_that_the_region_lacks_are_named(
    region: Region, words: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ConfigError, match=reason):
        Area(**words).mask(region)


@pytest.mark.parametrize("words", [{"ring": "core"}, {"side": "east"}, {"density": "dense"}])
def test_a_region_without_coordinates_has_no_directions(words: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="no zone coordinates"):
        Area(**words).mask(grid_region(coordinates=False))
