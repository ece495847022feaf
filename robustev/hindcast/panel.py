"""The panel: zones of many regions with their population by year, read from one table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from robustev.core.arrays import FloatArray, IntArray
from robustev.core.cells import read_cells
from robustev.core.errors import FaultCollector, repeated_ids
from robustev.data.population import PopulationHistory
from robustev.hindcast.config import PanelConfig

BLANK = {"", "na", "nan", "null", "none", "-", "..", "..."}
"""Cells that hold no figure: a zone that is not there in that year."""
MAX_FAULTS = 20


@dataclass(frozen=True, eq=False)
class PanelRegion:
    """The zones of one region.

    Parameters
    ----------
    longitude, latitude
        Shape (zones,), in degrees.
    """

    name: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    longitude: FloatArray
    latitude: FloatArray
    history: PopulationHistory

    def of_zones(self, index: IntArray) -> PanelRegion:
        """Return the same region with some of its zones."""
        return PanelRegion(
            self.name, tuple(self.ids[j] for j in index), tuple(self.names[j] for j in index),
            self.longitude[index], self.latitude[index], self.history.of_zones(index),
        )  # fmt: skip

    def until(self, year: int) -> PanelRegion:
        """Return what was known in ``year``; nothing of later years is left in it."""
        return PanelRegion(self.name, self.ids, self.names, self.longitude, self.latitude,
                           self.history.until(year))  # fmt: skip


def read_panel(config: PanelConfig, wanted: Sequence[str] | None = None) -> list[PanelRegion]:
    """Return the regions of the table, in the order of their names.

    Blank cells mean that a zone has no figure in that year. Columns that are not named in the
    configuration, and are no years, are passed over.

    Raises
    ------
    InputError
        With every fault: missing columns, repeated ids, places or figures that are no numbers.
    """
    faults = FaultCollector(str(config.table))
    cells = read_cells(Path(config.table), faults)
    faults.raise_if_any()
    assert cells is not None
    frame = cells.frame
    needed = [config.id, config.region, config.longitude, config.latitude]
    for column in needed + ([config.name] if config.name else []):
        if column not in frame.columns:
            faults.add_unknown("column", [column], [str(c) for c in frame.columns])
    years = year_columns(list(map(str, frame.columns)), config.prefix)
    if not years:
        faults.add("no column is named like a year", expected=f"such as {config.prefix}2000")
    faults.raise_if_any()
    ids = [str(value).strip() for value in frame[config.id]]
    for repeated in repeated_ids(ids)[:MAX_FAULTS]:
        faults.add("repeated id", column=config.id, found=repeated)
    place = {
        column: _numbers(frame, column, limit, faults)
        for column, limit in ((config.longitude, 180.0), (config.latitude, 90.0))
    }
    people = np.array([_people(frame, column, faults) for column in years.values()])
    faults.raise_if_any()
    history = _history(tuple(years), people, config)
    labels = np.array([str(value).strip() for value in frame[config.region]])
    faults.add_unknown("regions", wanted or (), sorted({str(label) for label in labels}))
    faults.raise_if_any()
    names = [str(v).strip() for v in frame[config.name]] if config.name else ids
    whole = PanelRegion("", tuple(ids), tuple(names), place[config.longitude],
                        place[config.latitude], history)  # fmt: skip
    chosen = sorted({str(label) for label in wanted or labels})
    return [_part(whole, label, labels) for label in chosen]


def _part(whole: PanelRegion, label: str, labels: np.ndarray) -> PanelRegion:
    part = whole.of_zones(np.flatnonzero(labels == label))
    return PanelRegion(label, part.ids, part.names, part.longitude, part.latitude, part.history)


def year_columns(columns: list[str], prefix: str = "") -> dict[int, str]:
    """Return the columns that hold population, by year, years rising.

    >>> year_columns(["id", "2010", "2000"])
    {2000: '2000', 2010: '2010'}
    """
    found = {}
    for column in columns:
        match = re.fullmatch(re.escape(prefix) + r"(1[5-9]\d\d|20\d\d|21\d\d)", column.strip())
        if match:
            found[int(match[1])] = column
    return dict(sorted(found.items()))


def _history(years: tuple[int, ...], people: FloatArray, config: PanelConfig) -> PopulationHistory:
    census = np.array([year in config.censuses for year in years])
    estimated = np.tile(~census[:, None], (1, people.shape[1]))
    for year, rule in config.estimated.items():
        if year in years and rule.year in years:
            large = np.nan_to_num(people[years.index(rule.year)]) > rule.above
            estimated[years.index(year)] |= large
    return PopulationHistory(years, people[:, :, None], census, estimated)


def _numbers(frame: pd.DataFrame, column: str, limit: float, faults: FaultCollector) -> FloatArray:
    values = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=np.float64)
    for row in np.flatnonzero(~(np.abs(values) <= limit))[:MAX_FAULTS]:
        faults.add("no place", row=_line(frame, int(row)), column=column,
                   found=frame[column].iloc[row], expected=f"degrees within {limit:g}")  # fmt: skip
    return values


def _people(frame: pd.DataFrame, column: str, faults: FaultCollector) -> FloatArray:
    text = frame[column].astype(str).str.strip()
    blank = text.str.lower().isin(BLANK).to_numpy()
    values = pd.to_numeric(text.where(~blank), errors="coerce").to_numpy(dtype=np.float64)
    bad = ~blank & ~((values >= 0) & np.isfinite(values))
    for row in np.flatnonzero(bad)[:MAX_FAULTS]:
        faults.add("population", row=_line(frame, int(row)), column=column,
                   found=text.iloc[row], expected="a number >= 0, or blank")  # fmt: skip
    return values


def _line(frame: pd.DataFrame, row: int) -> int:
    label = frame.index[row]
    return int(label) + 2 if isinstance(label, int | np.integer) else row + 2
