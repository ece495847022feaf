"""Plans: which sites are open, and how many chargers of each kind stand there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from robustev.core.arrays import BoolArray, FloatArray, IntArray, frozen
from robustev.core.cells import read_cells
from robustev.core.errors import FaultCollector, collecting, nearest_name, repeated_ids
from robustev.core.labels import cell_text
from robustev.core.summary import Fact, Summarised
from robustev.data.region import Region

MOST_CHARGERS = 1e9
"""Counts beyond this are slips of the pen, and would overflow."""


@dataclass(frozen=True, eq=False, repr=False)
class Plan(Summarised):
    """A first-stage decision ``(x, n)`` for a region.

    Parameters
    ----------
    open
        Shape (sites,): True where a station stands (``x_i``).
    chargers
        Shape (sites, kinds): chargers of each kind (``n_ir``), existing ones included.
    """

    name: str
    open: BoolArray
    chargers: IntArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "open", frozen(self.open, np.bool_))
        object.__setattr__(self, "chargers", frozen(self.chargers, np.int64))

    def summary(self) -> tuple[str, Mapping[str, Fact]]:
        """Return the name, and how much stands."""
        counts = [int(count) for count in self.chargers.sum(axis=0)]
        return self.name, {
            "stations": int(self.open.sum()),
            "chargers": " + ".join(map(str, counts)) or None,
        }

    def capacity(self, region: Region, utilisation: float = 1.0) -> FloatArray:
        """Return the capacity ``C_ik`` of every site, shape (sites, types), in demand units."""
        fixed = np.where(self.open[:, None], region.sites.fixed_capacity, 0.0)
        return np.asarray(utilisation * (fixed + self.chargers @ region.charger_capacity))

    def same_as(self, other: Plan) -> bool:
        """Return whether both plans make the same decision, whatever their names."""
        return bool(
            np.array_equal(self.open, other.open) and np.array_equal(self.chargers, other.chargers)
        )

    def renamed(self, name: str) -> Plan:
        """Return the same decision under another name."""
        return Plan(name, self.open, self.chargers)

    @classmethod
    def existing(cls, region: Region, name: str = "existing") -> Plan:
        """Return the network as it stands."""
        return cls(name, region.sites.existing_open, region.sites.existing)

    def to_frame(self, region: Region) -> pd.DataFrame:
        """Return one row per open site: id, name, x, y and chargers by kind.

        Names and coordinates are there where the region has them.
        """
        index = np.flatnonzero(self.open)
        columns: dict[str, object] = {"id": [region.sites.ids[i] for i in index]}
        if region.sites.names is not None:
            columns["name"] = [region.sites.names[i] for i in index]
        if region.sites.x is not None and region.sites.y is not None:
            columns |= {"x": region.sites.x[index], "y": region.sites.y[index]}
        for r, kind in enumerate(region.kinds):
            columns[kind.name] = self.chargers[index, r]
        return pd.DataFrame(columns)

    @classmethod
    def from_frame(
        cls, frame: pd.DataFrame, region: Region, name: str = "plan", *, file: str | None = None
    ) -> Plan:
        """Read a plan from a table with a column ``id`` and one column per charger kind.

        Every site in the table is open; sites that are not in it are closed.

        Raises
        ------
        InputError
            With every fault: unknown or repeated sites, missing columns, counts that are not whole.
        """
        is_open = np.zeros(region.num_sites, dtype=bool)
        chargers = np.zeros((region.num_sites, len(region.kinds)), dtype=np.int64)
        with collecting(file) as faults:
            _check_columns(frame, region, faults)
            faults.raise_if_any()
            sites = _sites_of(frame, region, faults)
            known = sites >= 0
            is_open[sites[known]] = True
            for r, kind in enumerate(region.kinds):
                chargers[sites[known], r] = _counts(frame, kind.name, faults)[known]
        return cls(name, is_open, chargers)

    @classmethod
    def read_csv(cls, path: str | Path, region: Region, name: str | None = None) -> Plan:
        """Read a plan from a CSV file; see :meth:`from_frame` for its columns and errors."""
        faults = FaultCollector()
        cells = read_cells(Path(path), faults)
        faults.raise_if_any()
        assert cells is not None
        return cls.from_frame(cells.frame, region, name or Path(path).stem, file=str(path))


def _check_columns(frame: pd.DataFrame, region: Region, faults: FaultCollector) -> None:
    needed = ["id", *(kind.name for kind in region.kinds)]
    for column in needed:
        if column not in frame.columns:
            near = nearest_name(column, [str(c) for c in frame.columns])
            faults.add(
                f"missing column{f' (is {near!r} meant?)' if near else ''}",
                column=column,
                expected=f"the columns {', '.join(needed)}",
            )
    for column in repeated_ids([str(c) for c in frame.columns]):
        faults.add("repeated column", row=1, column=column, expected="each once")


def _lines(frame: pd.DataFrame) -> list[int | str]:
    """Return what a user would call each row: the line of a file whose index counts its rows."""
    return [label + 2 if isinstance(label, int) else str(label) for label in frame.index]


def _sites_of(frame: pd.DataFrame, region: Region, faults: FaultCollector) -> IntArray:
    """Return the position of each row's site, -1 with a fault noted where it is not known."""
    position = {site: i for i, site in enumerate(region.sites.ids)}
    sites = [cell_text(value) for value in frame["id"]]
    seen: set[str] = set()
    for row, site in zip(_lines(frame), sites, strict=True):
        if site not in position:
            near = nearest_name(site, position) or region.sites.ids[0]
            faults.add("unknown site", row=row, column="id", found=site,
                       expected=f"a site of the region, such as {near!r}")  # fmt: skip
        elif site in seen:
            faults.add("repeated site", row=row, column="id", found=site)
        seen.add(site)
    return np.array([position.get(site, -1) for site in sites], dtype=np.int64)


def _counts(frame: pd.DataFrame, kind: str, faults: FaultCollector) -> IntArray:
    """Return the chargers of a kind in each row, 0 with a fault noted where there is no count."""
    counts = pd.to_numeric(frame[kind], errors="coerce").to_numpy(np.float64, na_value=np.nan)
    with np.errstate(invalid="ignore"):
        good = (counts >= 0) & (counts <= MOST_CHARGERS) & (np.mod(counts, 1.0) == 0.0)
    for row, found, is_count in zip(_lines(frame), frame[kind].tolist(), good, strict=True):
        if not is_count:
            faults.add("charger count", row=row, column=kind, found=found,
                       expected="a whole number >= 0")  # fmt: skip
    return np.where(good, counts, 0.0).astype(np.int64)
