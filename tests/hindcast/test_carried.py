"""Errors of the last census, carried over from regions with two censuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from robustev.core.errors import InputError
from robustev.hindcast.carried import correlation_through, errors_of_last_census
from robustev.hindcast.panel import read_panel
from robustev.hindcast.run import load_hindcast
from tests.hindcast.conftest import settings

FILES = Path(__file__).resolve().parents[2] / "experiments" / "hindcast"


def growing_panel(path: Path, regions: int = 6, zones: int = 150, spread: float = 0.12) -> Path:
    """Write a panel in which zones grow apart as told, regions by 0.1 or -0.1 in log."""
    rng = np.random.default_rng(7)
    start = rng.uniform(1e4, 1e5, regions * zones)
    common = np.repeat(0.1 * (-1.0) ** np.arange(regions), zones)
    growth = common + spread * rng.standard_normal(regions * zones)
    pd.DataFrame({
        "code": [f"z{j}" for j in range(regions * zones)],
        "state": np.repeat([f"S{r}" for r in range(regions)], zones),
        "longitude": rng.uniform(0, 3, regions * zones),
        "latitude": rng.uniform(0, 3, regions * zones),
        "1990": start.round(), "2000": (start * np.exp(growth)).round(),
    }).to_csv(path, index=False)  # fmt: skip
    return path


def test_size_and_tails_are_those_of_the_growth_that_the_last_value_missed(tmp_path: Path) -> None:
    config = settings(growing_panel(tmp_path / "panel.csv"))
    found = errors_of_last_census(read_panel(config.panel), 2000, config)
    assert found.spread == pytest.approx(0.12, rel=0.1)
    assert found.total_spread == pytest.approx(0.1, rel=0.15)
    assert found.years == 10.0
    assert found.tail >= 10.0
    assert (1.0 - found.nugget) * np.exp(-25.0 / found.range) < 0.1


@pytest.mark.parametrize(("near", "far"), [(0.5, 0.2), (0.9, 0.01), (0.3, 0.0), (0.0, 0.0)])
def test_the_curve_goes_through_the_correlation_at_the_near_distance(
    near: float, far: float
) -> None:
    length, nugget = correlation_through(near, far)
    assert 0.0 <= nugget <= 1.0
    assert (1.0 - nugget) * np.exp(-25.0 / length) == pytest.approx(near, abs=1e-8)


def test_nothing_after_the_year_is_known(tmp_path: Path) -> None:
    path = growing_panel(tmp_path / "panel.csv")
    config = settings(path)
    before = errors_of_last_census(read_panel(config.panel), 2000, config)
    frame = pd.read_csv(path)
    frame["2010"] = frame["2000"] * 9
    frame.to_csv(path, index=False)
    assert errors_of_last_census(read_panel(config.panel), 2000, config) == before


def test_one_census_tells_no_errors(tmp_path: Path) -> None:
    config = settings(growing_panel(tmp_path / "panel.csv"))
    with pytest.raises(InputError, match="no region has two censuses up to 1995"):
        errors_of_last_census(read_panel(config.panel), 1995, config)


@pytest.mark.parametrize("name", ["morocco", "france"])
def test_the_foreign_check_carries_the_errors_of_the_tuning_data(name: str) -> None:
    brazil = load_hindcast(FILES / "brazil.yaml")
    if not Path(brazil.panel.table).exists():
        pytest.skip(f"{brazil.panel.table} is not here")
    carried = load_hindcast(FILES / f"{name}.yaml").forecast.errors_of
    assert carried is not None
    found = errors_of_last_census(read_panel(brazil.panel), 2000, brazil)
    for key, value in found.model_dump().items():
        assert getattr(carried, key) == pytest.approx(value, rel=2e-3), key
