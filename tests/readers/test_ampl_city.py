"""Mumbai, and what may be wrong with AMPL data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from robustev.core.errors import InputError
from robustev.readers.ampl_city import read_ampl_city

CITY = """data;
param budget := 3;  # passed over
# two hotspots
param demand :=
  1 1.5
  2 2.5
;
param distance : 1 2 :=
  1 10 20
  2 30 40
  3 50 60
;
"""
STATIONS = "id,latitude,longitude\n1,19,72\n2,19,73\n3,19,74\n"
HOTSPOTS = "id,latitude,longitude\n2,18,71\n1,18,70\n"


def write(folder: Path, text: str = CITY) -> Path:
    (folder / "city.dat").write_text(text)
    (folder / "stations.csv").write_text(STATIONS)
    (folder / "hotspots.csv").write_text(HOTSPOTS)
    return folder / "city.dat"


def test_mumbai(shared_data: Path) -> None:
    """20 stations x 29 hotspots; the known best 12 stations have the known cost."""
    folder = shared_data / "iitb_mumbai"
    region = read_ampl_city(
        folder / "city.dat", stations=folder / "stations.csv", hotspots=folder / "hotspots.csv"
    )
    assert region.arcs.matrix().shape == (20, 29)
    assert region.geographic
    assert np.isinf(region.sites.fixed_capacity).all()
    best = [
        region.sites.ids.index(i)
        for i in ("1", "3", "5", "6", *map(str, range(10, 16)), "19", "20")
    ]
    cost = region.demand[:, 0] @ region.arcs.matrix()[best].min(axis=0)
    assert cost == pytest.approx(92.958562, abs=1e-6)


def test_rows_are_stations(tmp_path: Path) -> None:
    """Distances have a row for each station; coordinates are matched by id."""
    path = write(tmp_path)
    region = read_ampl_city(
        path, stations=tmp_path / "stations.csv", hotspots=tmp_path / "hotspots.csv"
    )
    np.testing.assert_array_equal(region.arcs.matrix(), [[10, 20], [30, 40], [50, 60]])
    assert region.zones.x is not None
    assert region.zones.x.tolist() == [70, 71]
    assert region.types == ("ev",)


def test_demand_by_type(tmp_path: Path) -> None:
    """Named columns of demand are types."""
    text = CITY.replace("demand :=", "demand : car bus :=").replace("1 1.5", "1 1 2")
    region = read_ampl_city(write(tmp_path, text.replace("2 2.5", "2 3 4")))
    assert region.types == ("car", "bus")
    np.testing.assert_array_equal(region.demand, [[1, 2], [3, 4]])
    assert not region.geographic


FAULTS = [
    (CITY.replace("param demand", "param demands"), "'demand'.*'demands' meant", "misspelt"),
    (CITY.replace("30 40", "30"), "row 10: row '2' of param.*found '1 numbers'", "a gap"),
    (CITY.replace("30 40", "30 x"), "row 10, column '2': unusable number; found 'x'", "a word"),
    (CITY.replace("2.5", "-2.5"), "row 6, column 'ev'.*found '-2.5'", "negative demand"),
    (CITY.replace("3 50", "2 50"), "row 11: repeated id; found '2'", "a station twice"),
    (CITY.replace("  2 2.5\n", ""), "hotspot '2' is missing from param 'demand'", "no demand"),
    (CITY.rstrip().rstrip(";"), "param 'distance' does not end", "no semicolon"),
    (CITY.replace("demand :=", "demand"), "param 'demand' has no values", "no values"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), [row[:2] for row in FAULTS],
                         ids=[row[2] for row in FAULTS])  # fmt: skip
def test_faults(text: str, message: str, tmp_path: Path) -> None:
    """Each fault names its line in the data file."""
    with pytest.raises(InputError, match=message):
        read_ampl_city(write(tmp_path, text))


def test_coordinates_must_be_complete(tmp_path: Path) -> None:
    """One file of coordinates is not enough, nor one that leaves out an id."""
    path = write(tmp_path)
    with pytest.raises(InputError, match="coordinates need both files"):
        read_ampl_city(path, stations=tmp_path / "stations.csv")
    (tmp_path / "hotspots.csv").write_text(HOTSPOTS.replace("1,18,70", "7,18,70"))
    with pytest.raises(InputError, match=r"hotspots.csv, column 'id': no coordinates.*found '1'"):
        read_ampl_city(path, stations=tmp_path / "stations.csv", hotspots=tmp_path / "hotspots.csv")
