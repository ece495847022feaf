"""Charging sessions as an operator logs them: what a promise on waiting is made of.

From ``N`` sessions with start, end and perhaps the kind of charger,

    service_r  = mean of end - start over the sessions of kind r,   standard error sd / sqrt(N_r),
    peak_share = max over hours h of N_h / N,   standard error sqrt(p (1 - p) / N), with N_h the
                 starts in hour h of the days of the week that are asked for,

the quantiles of end - start by kind, and the profile of the day, ``N_h`` over the 24 hours.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from robustev.core.arrays import BoolArray, FloatArray
from robustev.core.errors import FaultCollector, InputError
from robustev.core.formatting import amount, count, percent
from robustev.core.labels import cell_text
from robustev.readers.importers.base import Imported, Importer
from robustev.readers.parts.table import Table

HOURS = 24
OFFSET = r"\s*(?:Z|[+-]\d\d:?\d\d)$"
"""A time zone at the end of a time; what counts is the clock on the wall."""


class SessionsImporter(Importer):
    """Service times, the day's profile and the share of its peak hour, from logged sessions.

    The time at a charger is the whole session, also where the car was full before it left.
    """

    key: ClassVar[str] = "sessions"
    start: str = "start"
    """Column of the time at which a session begins."""
    end: str = "end"
    """Column of the time at which it ends."""
    kind: str | None = None
    """Column of the kind of charger; absent where all are one kind."""
    kinds: dict[str, str] = Field(default_factory=dict)
    """Kind of the region for each label of the column ``kind``; one left out is its own kind."""
    days: Literal["all", "weekdays", "weekend"] = "all"
    """Days of the week that the profile and the peak hour are taken from."""
    shortest: float = Field(1.0, ge=0)
    """Minutes; shorter sessions are failed starts, and left out."""
    longest: float = Field(1440.0, gt=0)
    """Minutes; longer sessions are cars that were left, and left out."""
    levels: int = Field(21, ge=2, le=1001)
    """Number of quantiles of the service time."""

    def read(self, path: Path) -> Imported:
        """Return ``service.csv`` and ``profile.csv``, and sections for an experiment file.

        Raises
        ------
        InputError
            If columns are missing, a time is none, or no session is left.
        """
        faults = FaultCollector()
        table = Table.read(path, faults)
        faults.raise_if_any()
        assert table is not None
        table.require([self.start, self.end, *([self.kind] if self.kind else [])])
        faults.raise_if_any()
        begin, end = _times(table, self.start), _times(table, self.end)
        faults.raise_if_any()
        minutes = (end - begin).dt.total_seconds().to_numpy() / 60
        _refuse(
            table, minutes < 0, self.end, "a session that ends before it begins", "a later time"
        )
        faults.raise_if_any()
        used = (minutes >= self.shortest) & (minutes <= self.longest)
        if not used.any():
            raise InputError(
                f"{path}: no session lasts {self.shortest:g} to {self.longest:g} minutes"
            )
        labels = np.array(["" if self.kind is None else one for one in self._labels(table)])
        service = _service(minutes[used], labels[used], self.levels)
        profile = _profile(begin[used & self._on_days(begin)].dt.hour.to_numpy())
        notes = [
            f"{count(int((minutes < self.shortest).sum()), 'session')} shorter than "
            f"{self.shortest:g} minutes, left out",
            f"{count(int((minutes > self.longest).sum()), 'session')} longer than "
            f"{self.longest:g} minutes, left out",
            *_told(service, profile),
        ]
        return Imported(
            {"service.csv": service, "profile.csv": profile},
            tuple(note for note in notes if not note.startswith("0 ")),
            _sections(service, profile),
        )

    def _labels(self, table: Table) -> list[str]:
        if self.kind is None:
            return [""] * len(table)
        labels = table.labels(self.kind)
        table.faults.raise_if_any()
        return [self.kinds.get(label, label) for label in labels]

    def _on_days(self, begin: pd.Series[Any]) -> BoolArray:
        """Return which sessions begin on the days that are asked for.

        Raises
        ------
        InputError
            If none does.
        """
        weekend = begin.dt.day_of_week.to_numpy() >= 5
        found = np.ones(len(begin), dtype=bool)
        if self.days != "all":
            found = weekend if self.days == "weekend" else ~weekend
        if not found.any():
            raise InputError(f"no session begins on days: {self.days}")
        return np.asarray(found)


def _times(table: Table, column: str) -> pd.Series[Any]:
    """Return a column of times by the clock on the wall, noting those that are none."""
    cells = table.frame[column].reset_index(drop=True)
    times: pd.Series[Any]
    if pd.api.types.is_datetime64_any_dtype(cells):
        times = cells.dt.tz_localize(None)
    else:
        texts = cells.map(cell_text).str.replace(OFFSET, "", regex=True)
        times = pd.to_datetime(texts, errors="coerce", format="ISO8601")
    _refuse(table, times.isna().to_numpy(), column, "not a time", "a time such as 2024-05-31 17:40")
    return times


def _refuse(table: Table, bad: BoolArray, column: str, message: str, expected: str) -> None:
    """Note the first bad cell of a column, with the number of others."""
    places = np.flatnonzero(bad)
    if not len(places):
        return
    first = int(places[0])
    more = f", and in {count(len(places) - 1, 'other row')}" if len(places) > 1 else ""
    table.faults.add(
        message + more, file=table.file, row=table.rows[first], column=column,
        found=cell_text(table.frame[column].iloc[first]), expected=expected,
    )  # fmt: skip


def _service(minutes: FloatArray, labels: Any, levels: int) -> pd.DataFrame:
    """Return mean, its standard error, spread over mean and quantiles of each kind, a row each."""
    rows = []
    for kind in sorted(set(labels.tolist())):
        own = minutes[labels == kind]
        spread = float(own.std(ddof=1)) if len(own) > 1 else 0.0
        quantiles = np.quantile(own, np.linspace(0, 1, levels))
        rows.append(
            {
                "kind": kind, "sessions": len(own), "mean": float(own.mean()),
                "standard_error": spread / np.sqrt(len(own)), "cv": spread / float(own.mean()),
                **{f"q{100 * n / (levels - 1):g}": float(q) for n, q in enumerate(quantiles)},
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _profile(hour: Any) -> pd.DataFrame:
    """Return the starts in each hour of the day, their share and its standard error."""
    starts = np.bincount(hour, minlength=HOURS)
    share = starts / starts.sum()
    error = np.sqrt(share * (1 - share) / starts.sum())
    return pd.DataFrame(
        {"hour": range(HOURS), "sessions": starts, "share": share, "standard_error": error}
    )


def _told(service: pd.DataFrame, profile: pd.DataFrame) -> list[str]:
    found = [
        f"service of {row['kind'] or 'all'}: {amount(row['mean'])} minutes, "
        f"standard error {amount(row['standard_error'])}, from "
        f"{count(int(row['sessions']), 'session')}"
        for row in service.to_dict("records")
    ]
    peak = max(profile.to_dict("records"), key=lambda row: row["share"])
    return [
        *found,
        f"peak hour: from {int(peak['hour'])} o'clock, {percent(peak['share'])} of the day, "
        f"standard error {percent(peak['standard_error'])}",
    ]


def _sections(service: pd.DataFrame, profile: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return ``waiting.yaml`` and ``simulate.yaml``, sections to lay an experiment's own over."""
    mean, times = dict[str, float](), dict[str, dict[str, list[float]]]()
    for row in service.to_dict("records"):
        kind = str(row["kind"])
        mean[kind] = round(float(row["mean"]), 2)
        quantiles = [value for name, value in row.items() if str(name).startswith("q")]
        times[kind] = {"quantiles": [round(float(value), 2) for value in quantiles]}
    one = list(mean) == [""]
    return {
        "waiting.yaml": {
            "service": mean[""] if one else mean,
            "peak_share": round(float(profile["share"].max()), 4),
        },
        "simulate.yaml": {
            "service_times": times[""] if one else times,
            "profile": [int(n) for n in profile["sessions"]],
        },
    }
