"""Past population from a long table: by age, zones that were founded later, faults in words."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from robustev.core.errors import InputError
from robustev.data.population import AgeGroup
from robustev.data.region import Region
from robustev.readers.load import load_region
from robustev.readers.tables import TablesRegion

ROWS = [(y, z, 100 * (y - 1999) + 10 * a + j, a, "" if a else 14)
        for y in (2000, 2001) for j, z in enumerate("ab") for a in (0, 15)]  # fmt: skip


def region(folder: Path, rows: list[tuple[object, ...]]) -> Region:
    pd.DataFrame({"id": ["a", "b"], "x": [0, 1], "y": [0, 0], "demand": [1, 2]}).to_csv(
        folder / "zones.csv", index=False
    )
    pd.DataFrame({"id": ["s"], "x": [0], "y": [0]}).to_csv(folder / "sites.csv", index=False)
    columns = ["year", "zone", "people", "age", "age_to"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "past.csv", index=False)
    settings = TablesRegion.model_validate({
        "format": "tables", "zones": "zones.csv", "sites": "sites.csv",
        "population_history": {"file": "past.csv", "censuses": [2000]},
    })  # fmt: skip
    return load_region(settings, folder)


def test_people_stand_by_year_zone_and_age(tmp_path: Path) -> None:
    past = region(tmp_path, ROWS).past_population
    assert past is not None
    assert past.groups == (AgeGroup(0, 15), AgeGroup(15))
    assert past.people[1, 1].tolist() == [201.0, 351.0]
    assert past.census.tolist() == [True, False]


def test_a_zone_without_rows_in_a_year_has_no_figure(tmp_path: Path) -> None:
    past = region(tmp_path, [row for row in ROWS if row[:2] != (2000, "b")]).past_population
    assert past is not None
    assert past.totals[0].tolist()[0] == 350.0
    assert past.totals[0].tolist()[1] != past.totals[0].tolist()[1]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([*ROWS, ROWS[0]], "row 10: repeated year, zone and group"),
        (ROWS[1:], "some age groups of zone 'a' are missing in 2000"),
        ([(y, z, -1, a, e) for y, z, _, a, e in ROWS], "column 'people'"),
        ([(2001, *row[1:]) for row in ROWS if row[0] == 2001], "census year without rows"),
    ],
)
def test_faults_are_told(tmp_path: Path, rows: list[tuple[object, ...]], message: str) -> None:
    with pytest.raises(InputError, match=message):
        region(tmp_path, rows)
