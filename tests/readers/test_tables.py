"""Regions from pairs of tables: the mapping of columns, and every fault in its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from robustev.core.errors import InputError
from robustev.data.region import Region
from robustev.readers.tables import TablesRegion

ZONES = "id,x,y,demand,population\na,0,0,5,100\nb,3,4,7,200\n"
SITES = "id,x,y,slots,existing_fast,opening_cost\ns,0,0,4,1,50\nt,3,0,2,0,60\n"
CHARGERS = [{"name": "fast", "capacity": 10, "cost": 3, "power_kw": 150}]


def read(
    folder: Path,
    zones: str | bytes = ZONES,
    sites: str | bytes = SITES,
    files: dict[str, str] | None = None,
    **options: Any,
) -> Region:
    for name, text in {"zones.csv": zones, "sites.csv": sites, **(files or {})}.items():
        data = text if isinstance(text, bytes) else text.encode()
        (folder / name).write_bytes(data)
    section = {"format": "tables", "zones": "zones.csv", "sites": "sites.csv",
               "chargers": CHARGERS, **options}  # fmt: skip
    return TablesRegion.model_validate(section).read(folder)


def test_default_columns(tmp_path: Path) -> None:
    """Tables with the default names need no mapping."""
    region = read(tmp_path)
    assert region.zones.population is not None
    assert region.zones.population.tolist() == [100, 200]
    assert region.sites.slots.tolist() == [4, 2]
    assert region.sites.existing.tolist() == [[1], [0]]
    assert region.sites.existing_open.tolist() == [True, False]
    assert region.sites.opening_cost.tolist() == [50, 60]
    assert region.sites.fixed_capacity.tolist() == [[0], [0]]
    np.testing.assert_allclose(region.arcs.matrix(), [[0, 5], [3, 4]])
    assert (region.kinds[0].capacity, region.kinds[0].power_kw) == ({"ev": 10}, 150)


def test_names_are_optional_and_an_empty_one_is_the_id(tmp_path: Path) -> None:
    """A column of names is for people; nothing refers to it."""
    assert read(tmp_path).sites.names is None
    named = SITES.replace("id,", "id,label,").replace("\ns,", "\ns,Quay,").replace("\nt,", "\nt,,")
    region = read(tmp_path, sites=named, site_columns={"name": "label"})
    assert region.sites.names == ("Quay", "t")
    assert region.sites.ids == ("s", "t")


def test_mapped_columns_types_and_groups(tmp_path: Path) -> None:
    """Every column may have any name; a list names columns like types."""
    region = read(
        tmp_path,
        "nr;lon;lat;slow;fast;gemeente\n1;4.9;52.4;1;2;A\n2;4.5;51.9;3;4;R\n",
        "nr;lon;lat;plaatsen;snel;open\n9;4.9;52.4;3;0;1\n",
        separator=";",
        zone_columns={"id": "nr", "x": "lon", "y": "lat", "demand": ["slow", "fast"],
                      "groups": {"municipality": "gemeente"}},
        site_columns={"id": "nr", "x": "lon", "y": "lat", "slots": "plaatsen",
                      "existing": {"dc": "snel"}, "existing_open": "open"},
        chargers=[{"name": "dc", "capacity": {"fast": 20}}],
        travel={"kind": "great_circle", "detour": 1.0},
    )  # fmt: skip
    assert region.types == ("slow", "fast")
    assert region.demand.tolist() == [[1, 2], [3, 4]]
    assert region.zones.groups == {"municipality": ("A", "R")}
    assert region.sites.existing_open.tolist() == [True]
    assert region.charger_capacity.tolist() == [[0, 20]]
    assert region.geographic
    assert region.arcs.matrix()[0, 1] == pytest.approx(62, abs=1)


HISTORY = "year,zone,demand\n2021,a,1\n2021,b,2\n2020,b,4\n2020,a,3\n"


def changed(table: str, old: str, new: str) -> str:
    assert old in table
    return table.replace(old, new)


MATRIX = {"kind": "matrix", "file": "m.csv"}
WHERE = [
    ({"zones": changed(ZONES, "a,0", ",0")}, ("zones.csv", 2, "id"), "missing id"),
    ({"zones": changed(ZONES, "b,3", "a,3")}, ("zones.csv", 3, "id"), "repeated id"),
    ({"zones": changed(ZONES, "5,100", "-5,100")}, ("zones.csv", 2, "demand"), "negative number"),
    ({"zones": changed(ZONES, "7,200", "NaN,200")}, ("zones.csv", 3, "demand"), "not a number"),
    ({"zones": changed(ZONES, "7,200", ",200")}, ("zones.csv", 3, "demand"), "missing number"),
    ({"zones": changed(ZONES, "7,200", "7,many")}, ("zones.csv", 3, "population"), "not a number"),
    ({"zones": changed(ZONES, "b,3", "b,east")}, ("zones.csv", 3, "x"), "not a number"),
    ({"zones": changed(ZONES, "demand", "demnd")}, ("zones.csv", 1, "demand"), "'demnd' meant"),
    ({"zones": changed(ZONES, "popul", "pupol")}, ("zones.csv", 1, "pupolation"), "unknown column"),
    ({"zones": changed(ZONES, "id,", "zone,")}, ("zones.csv", 1, "id"), "missing column"),
    ({"zones": "id,x,y,demand\n"}, ("zones.csv", None, None), "no rows"),
    ({"zones": ""}, ("zones.csv", None, None), "the file is empty"),
    ({"zones": b"\x81\x00" + ZONES.encode()}, ("zones.csv", 1, None), "encoding of the file"),
    (
        {"zones": changed(ZONES, "b,3,4", "b,3,94"), "travel": {"kind": "great_circle"}},
        ("zones.csv", 3, "y"), "out of range",
    ),
    ({"sites": changed(SITES, "4,1,50", "4,9,50")}, ("sites.csv", 2, "slots"), "more existing"),
    ({"sites": changed(SITES, "4,1,50", "4.5,1,50")}, ("sites.csv", 2, "slots"), "unusable number"),
    ({"sites": changed(SITES, "slots", "slotts")}, ("sites.csv", 1, "slots"), "'slotts' meant"),
    ({"sites": changed(SITES, "t,3", "s,3")}, ("sites.csv", 3, "id"), "repeated id"),
    (
        {"sites": changed(SITES, "existing_fast", "existing_fst")},
        ("sites.csv", 1, "existing_fst"), "'existing_fast' meant",
    ),
    ({"site_columns": {"node": "knot"}}, ("sites.csv", 1, "knot"), "missing column"),
    ({"zone_columns": {"groups": ["area"]}}, ("zones.csv", 1, "area"), "missing column"),
    (
        {"site_columns": {"existing": {"fst": "existing_fast"}}},
        (None, None, "site_columns.existing"), "'fast' meant",
    ),
    ({"chargers": CHARGERS * 2}, (None, None, "chargers"), "repeated charger kind"),
    (
        {"chargers": [{"name": "fast", "capacity": {"evs": 1}}]},
        (None, None, "chargers"), "'ev' meant",
    ),
    ({"zone_columns": {"demand": None}}, ("zones.csv", None, None), "there is no demand"),
    ({"travel": MATRIX}, ("m.csv", None, None), "does not exist"),
    (
        {"history": {"file": "h.csv"}, "files": {"h.csv": HISTORY + "2020,a,3\n"}},
        ("h.csv", 6, None), "repeated year",
    ),
    (
        {"history": {"file": "h.csv"}, "files": {"h.csv": HISTORY.replace("2020,a,3\n", "")}},
        ("h.csv", None, None), "no demand of type 'ev' for zone 'a' in 2020",
    ),
    (
        {"history": {"file": "h.csv"}, "files": {"h.csv": HISTORY + "2021,q,3\n"}},
        ("h.csv", 6, "zone"), "unknown name",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("options", "where", "message"), WHERE, ids=[row[2] for row in WHERE])
def test_every_fault_in_its_place(
    options: dict[str, Any], where: tuple[str | None, int | None, str | None], message: str,
    tmp_path: Path,
) -> None:  # fmt: skip
    """Each fault names its file, row and column."""
    with pytest.raises(InputError) as caught:
        read(tmp_path, **options)
    matching = [fault for fault in caught.value.faults if message in fault.message]
    assert matching, caught.value
    file = Path(matching[0].file).name if matching[0].file else None
    assert (file, matching[0].row, matching[0].column) == where


def test_all_faults_come_together(tmp_path: Path) -> None:
    """Faults in zones, sites, travel, history and chargers are told in one go."""
    with pytest.raises(InputError) as caught:
        read(
            tmp_path,
            "id,x,y,demand\na,0,0,-1\na,1,1,x\n",
            "id,x,y,slots,existing_fast\ns,0,?,1,2\n",
            travel={"kind": "matrix", "file": "m.csv"},
            history={"file": "h.csv"},
            chargers=[*CHARGERS, {"name": "fast", "capacity": {"bus": 1}}],
            files={"m.csv": "site,zone,travel\nz,a,1\n", "h.csv": "year,zone\n2020,a\n"},
        )
    files = {Path(fault.file).name if fault.file else None for fault in caught.value.faults}
    assert files == {"zones.csv", "sites.csv", "m.csv", "h.csv", None}
    assert len(caught.value.faults) >= 9


def test_number_for_several_types_is_refused(tmp_path: Path) -> None:
    """One capacity says nothing when there are two types."""
    with pytest.raises(InputError, match="one capacity for several types"):
        read(tmp_path, "id,x,y,p,q\na,0,0,1,1\n", zone_columns={"demand": ["p", "q"]})


def test_a_zone_without_any_travel_is_told_and_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whether its demand may stay unserved is for the model to say."""
    region = read(tmp_path, travel=MATRIX, files={"m.csv": "site,zone,travel\ns,a,1\n"})
    assert region.arcs.zone.tolist() == [0]
    assert "1 zone without any site within reach (all sites): b" in caplog.text
