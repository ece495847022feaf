"""Scenarios made elsewhere: read, checked, and used as they are."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from robustev.core.errors import FaultCollector
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.scenarios.tables import (
    MAX_NAMED,
    numbers,
    positions,
    read_table,
    require_columns,
    type_positions,
)


def read_trajectories(table: str | Path, year: int | None, region: Region) -> ScenarioSet:
    """Return the scenarios of one year, the last if None, in a file of trajectories.

    Raises
    ------
    InputError
        With every fault: unknown zones, negative or missing demand, trajectories that do not all
        cover the same zones, types and years, probabilities that do not sum to one.
    """
    return scenarios_from_frame(read_table(table), region, year, str(table))


def scenarios_from_frame(
    frame: pd.DataFrame, region: Region, year: int | None = None, file: str | None = None
) -> ScenarioSet:
    """Return scenarios from a long table; see `TrajectorySource` for its columns and errors."""
    faults = FaultCollector(file or "trajectories")
    require_columns(frame, ["scenario", "zone", "demand"], faults)
    faults.raise_if_any()
    _refuse_unequal(frame, faults)
    faults.raise_if_any()
    frame = _in_year(frame, year, faults)
    names = list(dict.fromkeys(frame["scenario"].astype(str)))
    scenario = frame["scenario"].astype(str).map({n: i for i, n in enumerate(names)}).to_numpy()
    zone = positions(frame, "zone", region.zones.ids, faults)
    kind = type_positions(frame, region.types, faults)
    values = numbers(frame, "demand", faults)
    faults.raise_if_any()
    demand = np.full((len(names), region.num_zones, len(region.types)), np.nan)
    demand[scenario, zone, kind] = values
    _refuse_gaps(demand, len(frame), names, region, faults)
    probability = _probability(frame, names, faults)
    faults.raise_if_any()
    return ScenarioSet(demand, probability, tuple(names), region.zones.ids, region.types)


def _refuse_unequal(frame: pd.DataFrame, faults: FaultCollector) -> None:
    """Refuse trajectories of unequal length: each scenario must have the same years and rows."""
    if "year" in frame.columns:
        spans = {
            str(name): tuple(sorted(set(part)))
            for name, part in frame.groupby("scenario", sort=False)["year"]
        }
        common = Counter(spans.values()).most_common(1)[0][0]
        unequal = {name: years for name, years in spans.items() if years != common}
        for name, years in list(unequal.items())[:MAX_NAMED]:
            faults.add(
                f"trajectory {name!r} has another length than the others",
                found=f"years {years[0]} to {years[-1]} ({len(years)})",
                expected=f"years {common[0]} to {common[-1]} ({len(common)})",
            )
        return
    rows = frame.groupby("scenario", sort=False).size()
    usual = rows.mode().iloc[0]
    for label, count in rows[rows != usual].head(MAX_NAMED).items():
        faults.add(
            f"trajectory {label!r} has another length than the others",
            found=f"{count} rows", expected=f"{usual} rows",
        )  # fmt: skip


def _in_year(frame: pd.DataFrame, year: int | None, faults: FaultCollector) -> pd.DataFrame:
    if "year" not in frame.columns:
        if year is not None:
            faults.add("missing column", column="year", expected=f"rows of year {year}")
        faults.raise_if_any()
        return frame
    chosen = int(frame["year"].max()) if year is None else year
    kept = frame[frame["year"] == chosen]
    if kept.empty:
        span = f"{frame['year'].min()} to {frame['year'].max()}"
        faults.add("the trajectories do not reach the year", found=chosen, expected=span)
        faults.raise_if_any()
    return kept


def _refuse_gaps(
    demand: np.ndarray, rows: int, names: list[str], region: Region, faults: FaultCollector
) -> None:
    missing = np.argwhere(np.isnan(demand))
    for s, j, k in missing[:MAX_NAMED]:
        faults.add(
            f"trajectory {names[s]!r}: zone {region.zones.ids[j]!r}, type "
            f"{region.types[k]!r} is missing"
        )
    if len(missing) > MAX_NAMED:
        faults.add(f"{len(missing) - MAX_NAMED} further values are missing")
    repeated = rows - (demand.size - len(missing))
    if repeated > 0:
        faults.add(f"{repeated} rows repeat a scenario, zone and type")


def _probability(frame: pd.DataFrame, names: list[str], faults: FaultCollector) -> np.ndarray:
    if "probability" not in frame.columns:
        return np.full(len(names), 1.0 / len(names))
    by_name = frame.groupby(frame["scenario"].astype(str), sort=False)["probability"]
    for name, count in by_name.nunique().items():
        if count != 1:
            faults.add(f"trajectory {name!r} has {count} different probabilities")
    values = by_name.first().loc[names].to_numpy(dtype=np.float64)
    total = float(values.sum())
    if not abs(total - 1.0) <= 1e-6:
        faults.add("probabilities do not sum to one", found=total, expected="1")
        return values
    return values / total
