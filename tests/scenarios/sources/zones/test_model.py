"""Figures per zone: marginals are met, the copula ties zones, tables are checked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from robustev.core.errors import InputError
from robustev.scenarios import parse_config
from robustev.scenarios.generator import generate, generate_with_report
from robustev.scenarios.sources.zones.model import (
    Marginals,
    marginals_from_table,
    read_correlation,
)
from tests.scenarios.conftest import grid_region

REGION = grid_region(side=2, types=("demand",))
QUANTILES = pd.DataFrame(
    {"zone": REGION.zones.ids, "q10": [1, 2, 3, 4], "q50": [2, 3, 5, 6], "q90": [4, 4, 9, 8]},
).astype({"zone": str})


def test_gamma_marginals_have_the_quantiles_of_the_distribution() -> None:
    marginal = Marginals.gamma(np.array([[10.0]]), np.array([[4.0]]))
    normal = np.array([[-2.0], [-0.5], [0.3], [2.2]])
    expected = stats.gamma(6.25, scale=1.6).ppf(stats.norm.cdf(normal))
    np.testing.assert_allclose(marginal.demand(normal)[:, :, 0], expected, rtol=1e-3)


def test_certain_zones_stay_at_their_mean() -> None:
    marginal = Marginals.gamma(np.array([[5.0], [0.0]]), np.array([[0.0], [1.0]]))
    made = marginal.demand(np.array([[-3.0, 3.0]]))
    np.testing.assert_allclose(made[0, :, 0], [5.0, 0.0])


def test_given_quantiles_are_met_and_tails_go_on() -> None:
    marginals = marginals_from_table(QUANTILES, REGION, "table")
    at = stats.norm.ppf([0.1, 0.5, 0.9, 0.99])
    made = marginals.demand(np.repeat(at[:, None], 4, axis=1))[:, 0, 0]
    np.testing.assert_allclose(made[:3], [1, 2, 4])
    assert made[3] > 4
    assert (marginals.demand(np.full((1, 4), -9.0)) == 0).all()


def test_mean_and_spread_of_the_scenarios_are_those_of_the_table(tmp_path: Path) -> None:
    table = pd.DataFrame({"zone": REGION.zones.ids, "mean": [10.0, 20, 30, 40], "spread": 5.0})
    table.to_csv(tmp_path / "zones.csv", index=False)
    source = {"kind": "zones", "table": str(tmp_path / "zones.csv")}
    made = generate(REGION, parse_config({"source": source}), num_scenarios=4096, seed=1)
    np.testing.assert_allclose(made.demand.mean(axis=0)[:, 0], table["mean"], rtol=0.02)
    np.testing.assert_allclose(made.demand.std(axis=0)[:, 0], 5.0, rtol=0.06)


def spread_of_total(**spatial: Any) -> float:
    region = grid_region()
    config = parse_config({"source": {"kind": "zones", "spatial": spatial}})
    made = generate(region, config, num_scenarios=512, seed=1)
    return float(made.demand.sum(axis=(1, 2)).std() / made.demand.sum(axis=(1, 2)).mean())


def test_what_zones_share_does_not_average_out() -> None:
    independent = spread_of_total(nugget=1.0, common=0.0)
    local = spread_of_total(nugget=0.1, common=0.0, range_share=0.3)
    common = spread_of_total(nugget=0.0, common=1.0)
    assert independent < 0.1 < local < common
    assert common == pytest.approx(0.3, rel=0.05)


def test_a_given_correlation_is_used(tmp_path: Path) -> None:
    ids = list(REGION.zones.ids)
    matrix = np.eye(4)
    matrix[0, 3] = matrix[3, 0] = -0.8
    pd.DataFrame(matrix, index=ids, columns=ids).to_csv(tmp_path / "c.csv")
    source = {"kind": "zones", "correlation": str(tmp_path / "c.csv")}
    made = generate(REGION, parse_config({"source": source}), num_scenarios=2048, seed=1)
    found = np.corrcoef(np.log(made.demand[:, :, 0]).T)
    assert found[0, 3] == pytest.approx(-0.8, abs=0.06)
    assert found[0, 1] == pytest.approx(0.0, abs=0.06)


def edited(column: str, row: int, value: object) -> pd.DataFrame:
    table = QUANTILES.astype({column: object})
    table.loc[row, column] = value
    return table


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (edited("q50", 1, 9), r"row 3: quantiles cross; found \[2.0, 9.0, 4.0\]"),
        (edited("q10", 0, -1), "row 2, column 'q10'"),
        (edited("zone", 2, "z7"), "row 4, column 'zone': unknown zone"),
        (edited("zone", 2, "z0"), "zone 'z0', type 'demand' is given more than once"),
        (QUANTILES.iloc[:3], "zone 'z3', type 'demand' is missing"),
        (QUANTILES[["zone"]], "column 'mean'"),
        (QUANTILES.rename(columns={"q10": "q0"}), "both excluded"),
        (QUANTILES.rename(columns={"q90": "q150"}), "both excluded"),
    ],
)
def test_faulty_tables_are_refused(table: pd.DataFrame, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        marginals_from_table(table, REGION, "table.csv")


def test_every_fault_of_a_table_is_reported() -> None:
    table = edited("q10", 0, -1).astype({"zone": object})
    table.loc[2, "zone"] = "z7"
    with pytest.raises(InputError) as caught:
        marginals_from_table(table, REGION, "table.csv")
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (",z0,z1\nz0,1,0\nz1,0,1\n", "2 zones have no row"),
        (",z0,z1,z2,z3\nz0,1,0,0,0\nz0,1,0,0,0\n", "more than one row; found 'z0'|z0"),
        (
            ",z0,z1,z2,z3\nz0,1,?,0,0\nz1,0,1,0,0\nz2,0,0,1,0\nz3,0,0,0,1\n",
            "number between -1 and 1",
        ),
        (
            ",z0,z1,z2,z3\nz0,1,.9,0,0\nz1,.9,1,.9,0\nz2,0,.9,1,0\nz3,0,0,0,1\n",
            "not positive semidefinite",
        ),
        ("", "cannot be read"),
    ],
)
def test_what_is_no_correlation_of_the_zones_is_refused(
    tmp_path: Path, text: str, reason: str
) -> None:
    (tmp_path / "c.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=reason):
        read_correlation(tmp_path / "c.csv", REGION)


def test_a_repaired_correlation_is_noted_beside_the_scenarios(tmp_path: Path) -> None:
    ids = list(REGION.zones.ids)
    matrix = np.eye(4)
    matrix[:3, :3] = [[1.0, 0.9, 0.55], [0.9, 1.0, 0.9], [0.55, 0.9, 1.0]]
    pd.DataFrame(matrix, index=ids, columns=ids).to_csv(tmp_path / "c.csv")
    config = parse_config({"source": {"kind": "zones", "correlation": str(tmp_path / "c.csv")}})
    made = generate_with_report(REGION, config, num_scenarios=2, seed=1)
    assert "replaced by the nearest correlation matrix" in made.notes[0]


def test_a_missing_correlation_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.csv: cannot be read"):
        read_correlation(tmp_path / "gone.csv", REGION)


def test_ids_that_look_like_numbers_are_matched_as_text(tmp_path: Path) -> None:
    region = replace(REGION, zones=replace(REGION.zones, ids=("01", "02", "03", "04")))
    header = ",01,02,03,04\n"
    rows = "".join(f"0{i + 1}," + ",".join("10"[i != j] for j in range(4)) + "\n" for i in range(4))
    (tmp_path / "c.csv").write_text(header + rows, encoding="utf-8")
    np.testing.assert_array_equal(read_correlation(tmp_path / "c.csv", region).matrix, np.eye(4))
