"""The Shell.ai network: known totals, and the faults its files may have."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from robustev.core.errors import InputError
from robustev.readers.shell_ev import read_shell_ev

HISTORY = "demand_point_index,x_coordinate,y_coordinate,2017,2018\n0,0.5,0.5,1,2\n1,1.5,0.5,3,4\n"
LOTS = (
    "supply_point_index,x_coordinate,y_coordinate,total_parking_slots,"
    "existing_num_SCS,existing_num_FCS\n0,0.5,0.5,5,2,1\n"
)
FORECAST = "demand_point_index,2019,2020\n1,6,8\n0,5,7\n"


def write(folder: Path, history: str = HISTORY, lots: str = LOTS) -> tuple[Path, Path]:
    (folder / "h.csv").write_text(history)
    (folder / "l.csv").write_text(lots)
    return folder / "h.csv", folder / "l.csv"


def test_real_network(shared_data: Path) -> None:
    """4096 zones, 100 lots, and the totals of 2018."""
    folder = shared_data / "shell_ev"
    region = read_shell_ev(
        folder / "Demand_History.csv", folder / "existing_EV_infrastructure_2018.csv"
    )
    assert region.arcs.matrix().shape == (100, 4096)
    assert region.demand.sum() == pytest.approx(361_529.64, abs=0.01)
    assert (region.sites.existing @ region.charger_capacity).sum() == 361_600
    assert region.charger_cost.tolist() == [600, 900]
    assert region.history is not None
    assert region.history.years == tuple(range(2010, 2019))
    np.testing.assert_array_equal(region.history.demand[-1], region.demand)


def test_travel_is_euclidean(tmp_path: Path) -> None:
    """The second zone is one unit away from the lot."""
    region = read_shell_ev(*write(tmp_path))
    np.testing.assert_allclose(region.arcs.matrix(), [[0, 1]])


YEARS = [(None, [7, 8]), (2019, [5, 6]), (2018, [2, 4]), (2017, [1, 3])]


@pytest.mark.parametrize(("year", "expected"), YEARS)
def test_year_of_the_demand(year: int | None, expected: list[float], tmp_path: Path) -> None:
    """The forecast is matched by zone and comes first; earlier years come from the history."""
    (tmp_path / "f.csv").write_text(FORECAST)
    region = read_shell_ev(*write(tmp_path), forecast=tmp_path / "f.csv", year=year)
    assert region.demand[:, 0].tolist() == expected
    assert region.history is not None
    assert region.history.years == (2017, 2018)


FAULTS = [
    (HISTORY.replace("2\n", "-2\n"), LOTS, "row 2, column '2018': negative", "negative demand"),
    (HISTORY.replace("1,1.5", "0,1.5"), LOTS, "row 3.*repeated id", "a zone twice"),
    (HISTORY.replace("y_coord", "y_cord"), LOTS, "'y_coordinate': missing", "no y"),
    (HISTORY.replace("2017,2018", "old,new"), LOTS, "no demand columns", "no years"),
    (HISTORY, LOTS.replace("5,2,1", "2,2,1"), "l.csv, row 2.*more existing", "too many chargers"),
    (HISTORY, LOTS.replace("5,2,1", "5,2.5,1"), "whole number", "half a charger"),
]  # fmt: skip


@pytest.mark.parametrize(("history", "lots", "message"), [row[:3] for row in FAULTS],
                         ids=[row[3] for row in FAULTS])  # fmt: skip
def test_faults(history: str, lots: str, message: str, tmp_path: Path) -> None:
    """Each fault names its file, row and column."""
    with pytest.raises(InputError, match=message):
        read_shell_ev(*write(tmp_path, history, lots))


def test_faults_of_both_files_come_together(tmp_path: Path) -> None:
    """A bad history does not hide a missing file of lots, nor an unknown year."""
    history, _ = write(tmp_path, HISTORY.replace("0.5,1,2", "0.5,x,2"))
    with pytest.raises(InputError) as caught:
        read_shell_ev(history, tmp_path / "gone.csv", year=1999)
    assert [fault.column for fault in caught.value.faults] == [None, "2017", "year"]


def test_forecast_must_know_every_zone(tmp_path: Path) -> None:
    """A zone that the forecast leaves out is a fault."""
    (tmp_path / "f.csv").write_text(FORECAST.replace("0,5,7\n", ""))
    with pytest.raises(InputError, match="no forecast for a zone; found '0'"):
        read_shell_ev(*write(tmp_path), forecast=tmp_path / "f.csv")
