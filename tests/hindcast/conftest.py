"""A small panel of two regions: three censuses, estimates between, a split, blanks, odd columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from robustev.hindcast.config import HindcastConfig

YEARS = (1990, 1999, 2000, 2005, 2010)


def panel_frame(regions: int = 2, zones: int = 10, seed: int = 0) -> pd.DataFrame:
    """Return a panel whose last zone of each region was founded by its neighbour in 1999."""
    rng = np.random.default_rng(seed)
    rows = []
    for r in range(regions):
        start = rng.uniform(5e3, 5e4, zones)
        rate = 0.01 + 0.01 * rng.standard_normal(zones)
        later = 0.5 * (rate - 0.01) + 0.01 + 0.008 * rng.standard_normal(zones)
        people = {year: start * np.exp((year - 1990) * rate) for year in (1990, 1999, 2000)}
        for year in (2005, 2010):
            people[year] = people[2000] * np.exp((year - 2000) * later)
        for j in range(zones):
            row: dict[str, Any] = {"code": f"{r}{j:02d}", "state": f"S{r}", "area": 1.5,
                                   "latitude": -5.0 - r - 0.2 * (j // 4),
                                   "longitude": -40.0 - 0.2 * (j % 4)}  # fmt: skip
            row |= {str(year): round(float(people[year][j])) for year in YEARS}
            rows.append(row)
        rows[-2]["1990"] = rows[-2]["1990"] + rows[-1]["1990"]
        rows[-1]["1990"] = ""
    return pd.DataFrame(rows)


def settings(table: Path, **changes: Any) -> HindcastConfig:
    """Return a test that takes seconds."""
    content: dict[str, Any] = {
        "name": "small",
        "panel": {"table": str(table), "id": "code", "region": "state",
                  "censuses": [1990, 2000, 2010, 2020]},
        "vintages": [{"decision": 2000, "judged": 2010}],
        "planning": {"sites": 4, "modules": 40},
        "scenarios": 6,
        "forecast": {"members": 64},
        "margins": [0.0, 0.2],
        "equal_spend": ["expected"],
    }  # fmt: skip
    return HindcastConfig.model_validate(content | changes)


@pytest.fixture
def panel(tmp_path: Path) -> Path:
    path = tmp_path / "panel.csv"
    panel_frame().to_csv(path, index=False)
    return path
