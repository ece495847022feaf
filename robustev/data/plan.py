"""Plans: which sites are open, and how many chargers of each kind stand there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from robustev.core.arrays import BoolArray, FloatArray, IntArray, frozen
from robustev.core.errors import FaultCollector, collecting, nearest_name
from robustev.core.summary import Fact, Summarised
from robustev.data.region import Region


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
        position = {site: i for i, site in enumerate(region.sites.ids)}
        with collecting(file) as faults:
            _check_columns(frame, region, faults)
            if "id" not in frame.columns:
                return cls(name, is_open, chargers)  # the collector raises on leaving
            for row, site in enumerate(frame["id"].astype(str), start=2):
                if site not in position:
                    faults.add(
                        "unknown site", row=row, column="id", found=site,
                        expected=f"a site of the region, such as "
                        f"{nearest_name(site, position) or region.sites.ids[0]!r}",
                    )  # fmt: skip
                    continue
                if is_open[position[site]]:
                    faults.add("repeated site", row=row, column="id", found=site)
                is_open[position[site]] = True
            for r, kind in enumerate(region.kinds):
                if kind.name not in frame.columns:
                    continue
                counts = pd.to_numeric(frame[kind.name], errors="coerce")
                for row, (site, raw, count) in enumerate(
                    zip(frame["id"].astype(str), frame[kind.name], counts, strict=True), start=2
                ):
                    if not (count >= 0 and float(count).is_integer()):
                        faults.add(
                            "charger count", row=row, column=kind.name, found=raw,
                            expected="a whole number >= 0",
                        )  # fmt: skip
                    elif site in position:
                        chargers[position[site], r] = int(count)
        return cls(name, is_open, chargers)

    @classmethod
    def read_csv(cls, path: str | Path, region: Region, name: str | None = None) -> Plan:
        """Read a plan from a CSV file; see :meth:`from_frame` for its columns and errors."""
        frame = pd.read_csv(path, dtype={"id": str})
        return cls.from_frame(frame, region, name or Path(path).stem, file=str(path))


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
