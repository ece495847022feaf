"""Trajectories made elsewhere: used as they are, or refused with every fault."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from robustev.core.errors import InputError
from robustev.data.region import Region
from robustev.scenarios import parse_config
from robustev.scenarios.generator import generate
from robustev.scenarios.sources.trajectories.table import scenarios_from_frame
from tests.scenarios.conftest import grid_region

REGION = grid_region(side=2, types=("demand",))


def long_table(scenarios: int = 3, years: tuple[int, ...] = (2030,)) -> pd.DataFrame:
    rows = [
        (f"path{s}", year, zone, 10.0 * s + number + year - 2030)
        for s in range(scenarios)
        for year in years
        for number, zone in enumerate(REGION.zones.ids)
    ]
    return pd.DataFrame(rows, columns=["scenario", "year", "zone", "demand"])


def test_trajectories_are_used_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "paths.csv"
    long_table().drop(columns="year").to_csv(file, index=False)
    config = parse_config({"source": {"kind": "trajectories", "table": str(file)}})
    made = generate(REGION, config, num_scenarios=99, seed=1)
    assert made.names == ("path0", "path1", "path2")
    np.testing.assert_allclose(made.demand[2, :, 0], [20, 21, 22, 23])


def test_the_order_of_rows_does_not_matter() -> None:
    shuffled = long_table().sample(frac=1.0, random_state=1)
    made = scenarios_from_frame(shuffled, REGION)
    expected = scenarios_from_frame(long_table(), REGION)
    order = [made.names.index(name) for name in expected.names]
    np.testing.assert_array_equal(made.demand[order], expected.demand)


@pytest.mark.parametrize(("year", "first"), [(None, 2.0), (2031, 1.0)])
def test_a_year_is_taken_from_the_paths(year: int | None, first: float) -> None:
    table = long_table(years=(2030, 2031, 2032))
    assert scenarios_from_frame(table, REGION, year).demand[0, 0, 0] == first


def test_given_probabilities_are_kept() -> None:
    table = long_table()
    table["probability"] = table["scenario"].map({"path0": 0.5, "path1": 0.3, "path2": 0.2})
    np.testing.assert_allclose(scenarios_from_frame(table, REGION).probability, [0.5, 0.3, 0.2])


def test_types_are_placed_by_name() -> None:
    region = grid_region(side=2)
    table = pd.concat([long_table().assign(type=k) for k in ("fast", "slow")])
    table.loc[table["type"] == "fast", "demand"] = 7.0
    made = scenarios_from_frame(table.reset_index(drop=True), region)
    assert (made.demand[:, :, 1] == 7.0).all()


def edited(column: str, row: int, value: object) -> pd.DataFrame:
    table = long_table().astype({column: object})
    table.loc[row, column] = value
    return table


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (long_table().drop(index=11), "11 rows|has another length|is missing"),
        (long_table(years=(2030, 2031)).drop(index=range(20, 24)), "'path2' has another length"),
        (long_table().drop(columns="year").drop(index=11), "found '3 rows'; expected 4 rows"),
        (edited("zone", 5, "z9"), "row 7, column 'zone': unknown zone; found 'z9'"),
        (edited("demand", 5, -1.0), "row 7, column 'demand'.*found -1.0"),
        (edited("demand", 5, "many"), "row 7, column 'demand'.*found 'many'"),
        (edited("zone", 5, "z0"), "'path1': zone 'z1'.* is missing"),
        (long_table().rename(columns={"demand": "demnad"}), "is 'demnad' meant"),
        (long_table().assign(probability=0.5), "sum to one; found 1.5"),
        (
            long_table().assign(probability=np.r_[0.1, np.full(11, 1 / 3)]),
            "'path0' has 2 different probabilities",
        ),
    ],
)
def test_faulty_trajectories_are_refused(table: pd.DataFrame, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        scenarios_from_frame(table, REGION)


@pytest.mark.parametrize(
    ("table", "year", "reason"),
    [
        (long_table(), 2040, "do not reach the year; found 2040; expected 2030 to 2030"),
        (long_table().drop(columns="year"), 2040, "column 'year'"),
    ],
)
def test_a_year_that_is_not_there_is_refused(table: pd.DataFrame, year: int, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        scenarios_from_frame(table, REGION, year)


def test_a_region_with_types_wants_a_type_column(region: Region) -> None:
    table = pd.DataFrame({"scenario": ["a"], "zone": ["z0"], "demand": [1.0]})
    with pytest.raises(InputError, match="column 'type'"):
        scenarios_from_frame(table, region)


@pytest.mark.parametrize(
    ("text", "reason"), [("scenario,zone,demand\n", "no rows"), ("", "the file is empty")]
)
def test_an_empty_file_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "paths.csv"
    file.write_text(text, encoding="utf-8")
    config = parse_config({"source": {"kind": "trajectories", "table": str(file)}})
    with pytest.raises(InputError, match=reason):
        generate(REGION, config, num_scenarios=1, seed=0)
